namespace Boot.Processor;

/// <summary>The registers as an exception found them, as comments on the serial line.</summary>
internal static partial class RegisterReport
{
    /// <summary>Prints all general registers and the control registers.</summary>
    public static void Print(ref InterruptFrame frame)
    {
        PrintRow("rip"u8, frame.Rip, "cs "u8, frame.Cs, "flg"u8, frame.Rflags);
        PrintRow("rsp"u8, frame.Rsp, "ss "u8, frame.Ss, "rbp"u8, frame.Rbp);
        PrintRow("rax"u8, frame.Rax, "rbx"u8, frame.Rbx, "rcx"u8, frame.Rcx);
        PrintRow("rdx"u8, frame.Rdx, "rsi"u8, frame.Rsi, "rdi"u8, frame.Rdi);
        PrintRow("r8 "u8, frame.R8, "r9 "u8, frame.R9, "r10"u8, frame.R10);
        PrintRow("r11"u8, frame.R11, "r12"u8, frame.R12, "r13"u8, frame.R13);
        PrintRow("r14"u8, frame.R14, "r15"u8, frame.R15, "cr0"u8, Instructions.ReadCr0());
        PrintRow("cr2"u8, Instructions.ReadCr2(), "cr3"u8, Instructions.ReadCr3(), "cr4"u8, Instructions.ReadCr4());
    }
}
