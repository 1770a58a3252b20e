using System;
using System.Diagnostics.CodeAnalysis;
using Boot.Devices;
using Boot.Processor;
using Internal.Runtime.CompilerHelpers;
using Kernel.Machine;

namespace Boot.Guest;

/// <summary>How a panic ends the guest: the reason on the serial line as TAP's bail-out, and the host told.</summary>
internal static unsafe class GuestPanic
{
    /// <summary>Makes the kernel's panics and broken rules of the language end here.</summary>
    public static void Install()
    {
        Panic.Install(&Report);
        ThrowHelpers.Install(&ReportLanguage);
    }

    /// <summary>Ends the guest for an exception that nobody expected and that has been printed.</summary>
    [DoesNotReturn]
    public static void RaiseException(ref InterruptFrame frame)
    {
        Begin();
        SerialLine.Write("exception "u8);
        SerialLine.Write(ExceptionNames.Of(frame.Vector));
        SerialLine.Write(", error code "u8);
        SerialLine.WriteHexadecimal(frame.ErrorCode);
        if (frame.Vector == (nuint)ExceptionVector.PageFault)
        {
            SerialLine.Write(", "u8);
            ExceptionReport.PrintReason((PageFaultCode)frame.ErrorCode);
            SerialLine.Write(" at "u8);
            SerialLine.WriteAddress(Instructions.ReadCr2());
        }

        SerialLine.Write(" (expected none), in "u8);
        SerialLine.WriteAddress(frame.InstructionPointer);
        End();
    }

    private static void Report(in PanicReport report)
    {
        Begin();
        SerialLine.Write(report.Found);
        SerialLine.Write((byte)' ');
        SerialLine.WriteHexadecimal(report.Value);
        SerialLine.Write(" (expected "u8);
        SerialLine.Write(report.Expected);
        SerialLine.Write("), in "u8);
        SerialLine.Write(report.Where);
        End();
    }

    private static void ReportLanguage(ReadOnlySpan<byte> what)
    {
        Begin();
        SerialLine.Write(what);
        SerialLine.Write(" (expected none), in compiled C#"u8);
        End();
    }

    private static void Begin()
    {
        Instructions.DisableInterrupts();
        SerialLine.StartLine();
        SerialLine.Write("Bail out! panic: "u8);
    }

    [DoesNotReturn]
    private static void End()
    {
        SerialLine.WriteLine(""u8);
        DebugExit.Exit(ExitStatus.Panicked);
    }
}
