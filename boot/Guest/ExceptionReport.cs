using System;
using Boot.Devices;
using Boot.Processor;
using Kernel.Addresses;

namespace Boot.Guest;

/// <summary>An exception in full, as comments on the serial line.</summary>
internal static class ExceptionReport
{
    /// <summary>Prints vector, error code, CR2 with the decoded reason, control registers and all general registers.</summary>
    public static void Print(ref InterruptFrame frame)
    {
        SerialLine.Write("# exception "u8);
        SerialLine.WriteDecimal(frame.Vector);
        SerialLine.Write(" ("u8);
        SerialLine.Write(ExceptionNames.Of(frame.Vector));
        SerialLine.Write("), error code "u8);
        SerialLine.WriteHexadecimal(frame.ErrorCode);
        SerialLine.WriteLine(""u8);

        if (frame.Vector == (ulong)ExceptionVector.PageFault)
        {
            SerialLine.Write("# "u8);
            PrintReason((PageFaultCode)frame.ErrorCode);
            SerialLine.Write(" at "u8);
            SerialLine.WriteHexadecimal(Instructions.ReadCr2(), 16);
            SerialLine.WriteLine(""u8);
        }

        if (frame.Vector is (ulong)ExceptionVector.PageFault or (ulong)ExceptionVector.DoubleFault
            && VirtualAddress.TryFromValue(Instructions.ReadCr2(), out VirtualAddress touched)
            && (LinkerSymbols.BootStackGuard.Contains(touched) || FaultStacks.IsGuard(touched)))
        {
            SerialLine.Write("# the stack has overflowed: its guard page was touched at "u8);
            SerialLine.WriteHexadecimal(touched.Value, 16);
            SerialLine.WriteLine(""u8);
        }

        PrintRow("rip"u8, frame.Rip, "cs "u8, frame.Cs, "flg"u8, frame.Rflags);
        PrintRow("rsp"u8, frame.Rsp, "ss "u8, frame.Ss, "rbp"u8, frame.Rbp);
        PrintRow("rax"u8, frame.Rax, "rbx"u8, frame.Rbx, "rcx"u8, frame.Rcx);
        PrintRow("rdx"u8, frame.Rdx, "rsi"u8, frame.Rsi, "rdi"u8, frame.Rdi);
        PrintRow("r8 "u8, frame.R8, "r9 "u8, frame.R9, "r10"u8, frame.R10);
        PrintRow("r11"u8, frame.R11, "r12"u8, frame.R12, "r13"u8, frame.R13);
        PrintRow("r14"u8, frame.R14, "r15"u8, frame.R15, "cr0"u8, Instructions.ReadCr0());
        PrintRow("cr2"u8, Instructions.ReadCr2(), "cr3"u8, Instructions.ReadCr3(), "cr4"u8, Instructions.ReadCr4());
    }

    /// <summary>Prints a page fault's error code in words: "write to a present page by the kernel".</summary>
    public static void PrintReason(PageFaultCode code)
    {
        SerialLine.Write((code & PageFaultCode.Fetch) != 0 ? "fetch from "u8 : (code & PageFaultCode.Write) != 0 ? "write to "u8 : "read from "u8);
        SerialLine.Write((code & PageFaultCode.Present) != 0 ? "a present page"u8 : "an absent page"u8);
        SerialLine.Write((code & PageFaultCode.User) != 0 ? " by ring 3"u8 : " by the kernel"u8);
        if ((code & PageFaultCode.ReservedBit) != 0)
        {
            SerialLine.Write(", reserved bit set in an entry"u8);
        }

        if ((code & PageFaultCode.ProtectionKey) != 0)
        {
            SerialLine.Write(", forbidden by its protection key"u8);
        }

        if ((code & PageFaultCode.ShadowStack) != 0)
        {
            SerialLine.Write(", shadow-stack access"u8);
        }
    }

    private static void PrintRow(
        ReadOnlySpan<byte> first, ulong firstValue, ReadOnlySpan<byte> second, ulong secondValue, ReadOnlySpan<byte> third, ulong thirdValue)
    {
        SerialLine.Write("#  "u8);
        PrintRegister(first, firstValue);
        SerialLine.Write((byte)' ');
        PrintRegister(second, secondValue);
        SerialLine.Write((byte)' ');
        PrintRegister(third, thirdValue);
        SerialLine.WriteLine(""u8);
    }

    private static void PrintRegister(ReadOnlySpan<byte> name, ulong value)
    {
        SerialLine.Write(name);
        SerialLine.Write((byte)' ');
        SerialLine.WriteHexadecimal(value, 16);
    }
}
