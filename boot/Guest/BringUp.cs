using System;
using Boot.Devices;
using Boot.Processor.X64;
using Boot.Protocols;
using Kernel.Machine;

namespace Boot.Guest;

/// <summary>The way from the boot tables to what was asked for on the command line, in reading order.</summary>
internal static class BringUp<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>Brings the kernel up and runs what the command line asks for. Does not return.</summary>
    public static void Run()
    {
        PrintMachine();
        RunRequest();
    }

    private static void PrintMachine()
    {
        SerialLine.Write("# paging: "u8);
        SerialLine.WriteDecimal((ulong)TMode.RootLevel.Number);
        SerialLine.Write(" levels, "u8);
        SerialLine.WriteDecimal((ulong)ProcessorFeatures.PhysicalAddressBits);
        SerialLine.WriteLine(" physical address bits"u8);
    }

    private static void RunRequest()
    {
        if (!CommandLine.TryGet(Entry.Information.CommandLine, "run"u8, out ReadOnlySpan<byte> run))
        {
            run = "suite"u8;
        }

        if (run.StartsWith("fatal:"u8))
        {
            FatalScenarios.Run(run.Slice("fatal:"u8.Length));
        }

        if (!run.SequenceEqual("suite"u8))
        {
            Panic.Raise("run= on the command line, length", (ulong)run.Length, "suite, bench or fatal:", "BringUp.RunRequest");
        }

        CoreLibTests.Run();
        ExceptionTests.Run();
        Tap.End();
    }
}
