using System;
using Boot.Devices;
using Boot.Processor;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>The way from the boot tables to what was asked for on the command line, in reading order.</summary>
/// <typeparam name="TMode">The paging mode that the processor was started in.</typeparam>
internal static class BringUp<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>Brings the kernel up and runs what the command line asks for. Does not return.</summary>
    public static void Run()
    {
        InterruptsDisabled token = InterruptsDisabled.InTrustedContext<ThisProcessor>();
        ProcessorFeatures.Detect<TMode>(Entry.Information.CommandLine);
        PrintMachine();
        ReadMemoryMap();
        EnterOwnTables(token);
        TakeOverMemory(token);
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

    private static void ReadMemoryMap()
    {
        MemoryMapReport report = KernelSpace<TMode>.ReadMemoryMap(Entry.Information.Memory);
        if (report.EmptyEntries != 0 || report.ClippedEntries != 0)
        {
            SerialLine.Write("# memory map: entries dropped "u8);
            SerialLine.WriteDecimal((ulong)report.EmptyEntries);
            SerialLine.Write(", cut off "u8);
            SerialLine.WriteDecimal((ulong)report.ClippedEntries);
            SerialLine.Write(", usable KiB lost by that "u8);
            SerialLine.WriteDecimal(report.ClippedUsableBytes >> 10);
            SerialLine.WriteLine(""u8);
        }

        MemoryReport.Print(KernelSpace<TMode>.Map);
    }

    /// <summary>Leaves the boot tables, with every protection that the processor has.</summary>
    private static void EnterOwnTables(InterruptsDisabled token)
    {
        PhysicalRange reach = PhysicalRange.Between(PhysicalAddress.Zero, BootTables.DirectMapEnd);
        if (!KernelPageTables<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames>.IsMappedNow(reach))
        {
            Panic.Raise("boot tables do not show all below", reach.End.Value, "a boot direct map", "BringUp.EnterOwnTables");
        }

        KernelMemory.Begin(KernelSpace<TMode>.Map, reach);
        KernelSpace<TMode>.BuildTables(token);
        KernelSpace<TMode>.OpenGuardPages(token);
        KernelSpace<TMode>.LinkToItself(token);
        Screen<TMode>.Map(token);

        // The boot tables know one cache type and no global pages, so both can change under them.
        ControlRegisters.SetCacheTypes();
        ControlRegisters.Protect();
        KernelImage image = KernelSpace<TMode>.Image;
        KernelSpace<TMode>.Tables.Activate(in image, token);
    }

    /// <summary>Hands all memory that is left to the frame allocator, and with it what only the boot tables and the loader needed.</summary>
    private static void TakeOverMemory(InterruptsDisabled token)
    {
        FrameSetUpError error = KernelMemory.HandOver<DirectMap<TMode>>();
        if (error != FrameSetUpError.None)
        {
            Panic.Raise("frame allocator refused with FrameSetUpError", (ulong)error, "no error", "BringUp.TakeOverMemory");
        }

        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            if (region.Kind == MemoryRegionKind.BootloaderReclaimable)
            {
                KernelMemory.Frames.Add(region.Range, token);
            }
        }

        FrameStatistics statistics = KernelMemory.Frames.GetStatistics(token);
        MemoryReport.Print(in statistics, KernelMemory.Early.KeptFrames);
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

        if (run.SequenceEqual("suite"u8))
        {
            ModuleSums<TMode>.Remember();
            CoreLibTests.Run();
            WideArithmeticTests.Run();
            StackTests.Run();
            ExceptionTests.Run();
            FrameTests<TMode>.Run();
            ReachTests<TMode>.Run();
            PagingTests<TMode, DirectMap<TMode>>.Run();
            RangeTests<TMode, DirectMap<TMode>>.Run();
            FlushTests<TMode>.Run();
            DeferralTests<TMode, DirectMap<TMode>>.Run();
            KernelTableTests<TMode>.Run();
            ProtectionTests<TMode>.Run();
            ProcessorTests<TMode>.Run();
            LoaderTests<TMode>.Run();
        }
        else if (run.SequenceEqual("bench"u8))
        {
            Benchmarks<TMode>.Run();
        }
        else
        {
            Panic.Raise("run= on the command line, length", (ulong)run.Length, "suite, bench or fatal:", "BringUp.RunRequest");
        }

        Tap.End();
    }
}
