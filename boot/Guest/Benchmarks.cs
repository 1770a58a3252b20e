using System;
using Boot.Devices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>What mapping costs in instructions per page: 1 GiB of 4 KiB pages, one by one and as one range, in a tree that no processor uses.</summary>
/// <remarks>
/// Under QEMU's <c>-icount shift=0</c> the time stamp advances by one with each instruction; the calibration measures that with a
/// loop of known length. Elsewhere it counts time, and the numbers are printed but not judged.
/// </remarks>
/// <typeparam name="TMode">The paging mode whose tables are written.</typeparam>
internal static unsafe class Benchmarks<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Pages = Size1GiB.Bytes / Size4KiB.Bytes;
    private const uint CalibrationLoops = 1_000_000;

    // A quarter, as thousandths of the cost of one by one.
    private const ulong LargestShareOfRange = 250;

    private static ulong s_rangeShare;
    private static bool s_counts;

    // Lower half, 1 GiB aligned. The frames begin one frame off, so that no larger page fits.
    private static VirtualAddress Start => VirtualAddress.FromValue(0x4000_0000);

    private static PageAttributes Data => Laboratory<TMode>.Data;

    private static PageAttributes ReadOnly => Laboratory<TMode>.ReadOnly;

    private static PhysicalAddress Frames => PhysicalAddress.FromValue(Size4KiB.Bytes);

    /// <summary>Measures and prints, then reports as a test whether the range is cheap enough.</summary>
    public static void Run()
    {
        s_counts = Calibrate();
        InterruptsDisabled token = InterruptsDisabled.InTrustedContext<ThisProcessor>();
        ulong single = MeasureOneByOne(token);
        ulong range = MeasureRange(token);
        s_rangeShare = range * 1000 / single;
        SerialLine.Write("# bench range-to-one-by-one "u8);
        PrintThousandths(s_rangeShare);
        SerialLine.WriteLine(" ratio"u8);

        const string Claim = "mapping 1 GiB as a range costs at most a quarter of mapping it page by page";
        if (s_counts)
        {
            Tap.Test(Claim, &RangeIsCheap);
        }
        else
        {
            Tap.Skip(Claim, "the time stamp does not count instructions: run under -icount shift=0"u8);
        }
    }

    private static void RangeIsCheap() => Check.AtMost(LargestShareOfRange, s_rangeShare, "thousandths of the cost of one by one");

    private static bool Calibrate()
    {
        ulong before = Instructions.ReadTimeStamp();
        Instructions.RunInstructions(CalibrationLoops);
        ulong ticks = Instructions.ReadTimeStamp() - before;
        ulong perThousand = ticks * 1000 / (2 * CalibrationLoops);
        SerialLine.Write("# bench calibration "u8);
        PrintThousandths(perThousand);
        SerialLine.WriteLine(" ticks/instruction"u8);
        return perThousand is > 990 and < 1010;
    }

    private static ulong MeasureOneByOne(InterruptsDisabled token)
    {
        PageMapper<TMode, DirectMap<TMode>, KernelFrames> mapper = MakeTree(token, out PageTableFrame root);
        PageAttributes data = Data;
        PageAttributes readOnly = ReadOnly;
        ulong before = Instructions.ReadTimeStamp();
        for (ulong offset = 0; offset < Size1GiB.Bytes; offset += Size4KiB.Bytes)
        {
            MapError error = mapper.Map(
                Page<Size4KiB>.FromStart(Start + offset), Frame<Size4KiB>.FromStart(Frames + offset), data).NeverLoaded();
            Expect((ulong)error, "Benchmarks.MeasureOneByOne, Map");
        }

        ulong cost = Report("map-one-by-one"u8, before);

        before = Instructions.ReadTimeStamp();
        ulong seen = 0;
        for (ulong offset = 0; offset < Size1GiB.Bytes; offset += Size4KiB.Bytes)
        {
            seen += mapper.Translate(Start + offset).IsMapped ? 1u : 0u;
        }

        Report("translate-one-by-one"u8, before);
        Expect(Pages - seen, "Benchmarks.MeasureOneByOne, pages that are not mapped");

        before = Instructions.ReadTimeStamp();
        for (ulong offset = 0; offset < Size1GiB.Bytes; offset += Size4KiB.Bytes)
        {
            ProtectError error = mapper.Protect(Page<Size4KiB>.FromStart(Start + offset), readOnly).NeverLoaded();
            Expect((ulong)error, "Benchmarks.MeasureOneByOne, Protect");
        }

        Report("protect-one-by-one"u8, before);

        before = Instructions.ReadTimeStamp();
        for (ulong offset = 0; offset < Size1GiB.Bytes; offset += Size4KiB.Bytes)
        {
            UnmapError error = mapper.Unmap(Page<Size4KiB>.FromStart(Start + offset), out _).NeverLoaded();
            Expect((ulong)error, "Benchmarks.MeasureOneByOne, Unmap");
        }

        Report("unmap-one-by-one"u8, before);
        Fell(ref mapper, root, token);
        return cost;
    }

    private static ulong MeasureRange(InterruptsDisabled token)
    {
        VirtualRange pages = VirtualRange.FromStart(Start, Size1GiB.Bytes);
        PageMapper<TMode, DirectMap<TMode>, KernelFrames> mapper = MakeTree(token, out PageTableFrame root);
        ulong before = Instructions.ReadTimeStamp();
        MapError error = mapper.MapRange(pages, Frames, Data).NeverLoaded();
        ulong cost = Report("map-range"u8, before);
        Expect((ulong)error, "Benchmarks.MeasureRange, MapRange");

        before = Instructions.ReadTimeStamp();
        ProtectError protection = mapper.ProtectRange(pages, ReadOnly).NeverLoaded();
        Report("protect-range"u8, before);
        Expect((ulong)protection, "Benchmarks.MeasureRange, ProtectRange");

        before = Instructions.ReadTimeStamp();
        UnmapError removal = mapper.UnmapRange(pages).NeverLoaded();
        Report("unmap-range"u8, before);
        Expect((ulong)removal, "Benchmarks.MeasureRange, UnmapRange");
        Fell(ref mapper, root, token);
        return cost;
    }

    private static PageMapper<TMode, DirectMap<TMode>, KernelFrames> MakeTree(InterruptsDisabled token, out PageTableFrame root)
    {
        if (!PageTableFrame.TryAllocate<DirectMap<TMode>, KernelFrames>(ref KernelMemory.Source, token, out root))
        {
            Panic.Raise("frames for a root table", 0, "one", "Benchmarks.MakeTree");
        }

        return new PageMapper<TMode, DirectMap<TMode>, KernelFrames>(
            root, ThisProcessor.PagingFeatures, RootEntries.Growing, ref KernelMemory.Source, token);
    }

    private static void Fell(ref PageMapper<TMode, DirectMap<TMode>, KernelFrames> mapper, PageTableFrame root, InterruptsDisabled token)
    {
        mapper.Dismantle().ReleaseNeverLoaded(ref KernelMemory.Source, token);
        KernelMemory.Source.Return(root.Frame, token);
    }

    private static ulong Report(ReadOnlySpan<byte> name, ulong before)
    {
        ulong ticks = Instructions.ReadTimeStamp() - before;
        ulong perThousandPages = ticks * 1000 / Pages;
        SerialLine.Write("# bench "u8);
        SerialLine.Write(name);
        SerialLine.Write((byte)' ');
        PrintThousandths(perThousandPages);
        SerialLine.WriteLine(s_counts ? " instructions/page"u8 : " ticks/page"u8);
        return perThousandPages;
    }

    private static void Expect(ulong error, string where)
    {
        if (error != 0)
        {
            Panic.Raise("benchmark step failed with", error, "no error", where);
        }
    }

    // 12345 as 12.35
    private static void PrintThousandths(ulong value)
    {
        ulong hundredths = (value + 5) / 10;
        SerialLine.WriteDecimal(hundredths / 100);
        SerialLine.Write((byte)'.');
        SerialLine.Write((byte)('0' + (hundredths / 10 % 10)));
        SerialLine.Write((byte)('0' + (hundredths % 10)));
    }
}
