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

        if (frame.Vector == (nuint)ExceptionVector.PageFault)
        {
            SerialLine.Write("# "u8);
            PrintReason((PageFaultCode)frame.ErrorCode);
            SerialLine.Write(" at "u8);
            SerialLine.WriteAddress(Instructions.ReadCr2());
            SerialLine.WriteLine(""u8);
        }

        if ((ulong)frame.Vector is (ulong)ExceptionVector.PageFault or (ulong)ExceptionVector.DoubleFault
            && VirtualAddress.TryFromValue(Instructions.ReadCr2(), out VirtualAddress touched)
            && (LinkerSymbols.BootStackGuard.Contains(touched) || FaultStacks.IsGuard(touched)))
        {
            SerialLine.Write("# the stack has overflowed: its guard page was touched at "u8);
            SerialLine.WriteAddress(Instructions.ReadCr2());
            SerialLine.WriteLine(""u8);
        }

        RegisterReport.Print(ref frame);
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
}
