namespace Boot.Processor;

/// <summary>The registers as an exception found them, as comments on the serial line.</summary>
internal static partial class RegisterReport
{
    /// <summary>Prints all general registers and the control registers.</summary>
    public static void Print(ref InterruptFrame frame)
    {
        PrintRow("eip"u8, frame.Eip, "cs "u8, frame.Cs, "flg"u8, frame.Eflags);
        PrintRow("esp"u8, frame.Esp, "ebp"u8, frame.Ebp, "eax"u8, frame.Eax);
        PrintRow("ebx"u8, frame.Ebx, "ecx"u8, frame.Ecx, "edx"u8, frame.Edx);
        PrintRow("esi"u8, frame.Esi, "edi"u8, frame.Edi, "cr0"u8, Instructions.ReadCr0());
        PrintRow("cr2"u8, Instructions.ReadCr2(), "cr3"u8, Instructions.ReadCr3(), "cr4"u8, Instructions.ReadCr4());
    }
}
