using System;
using System.Diagnostics.CodeAnalysis;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>Deferred flushes, judged by what the processor still remembers and by how often the root was written.</summary>
/// <remarks>The pages lie below the kernel, where there is no large page: QEMU forgets everything when it is to forget a page near one.</remarks>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
/// <typeparam name="TMemory">How the tables are touched.</typeparam>
internal static unsafe class DeferralTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    private const uint Many = 65;

    private static VirtualAddress Place => Laboratory<TMode>.LowerPlace;

    // Under another table, and in another set of any cache of translations.
    private static VirtualAddress FarPlace => Place + ((3 * Laboratory<TMode>.LargeBytes) + (5 * Size4KiB.Bytes));

    private static VirtualAddress Witness => Place + ((6 * Laboratory<TMode>.LargeBytes) + (11 * Size4KiB.Bytes));

    private static VirtualAddress Top => VirtualAddress.FromValue(nuint.MaxValue).AlignDown<Size4KiB>();

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("changes in a deferral are stale until its end", &StaleUntilTheEnd);
        Tap.Test("a deferral that is left in the middle flushes", &EarlyReturn);
        Tap.Test("pages far apart are forgotten one by one where that can be done", &FarApart);
        Tap.Test("as many pages as the limit are forgotten one by one, one more all at once", &Threshold);
        Tap.Test("a deferral costs one reload where there is no INVLPG, however many changes it has", &OneReload);
        Tap.Test("a page unmapped in a deferral frees its frame only after the flush", &FramesWait);
        Tap.Test("tables retired in a deferral are free only after its flush", &TablesWait);
        Tap.Test("the first page of all is forgotten with a deferral", &FirstPage);
        Tap.Test("a flush that reaches the last page of all ends there", &LastPage);
    }

    private static void StaleUntilTheEnd()
    {
        PhysicalAddress frame = MapAndUse(Place);
        FaultRecord inside;
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default))
        {
            Unmap(Place, deferral);
            inside = Probes.Read(Place);
        }

        Check.NoFault(inside);
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Give(Place, frame);
    }

    private static void EarlyReturn()
    {
        PhysicalAddress near = MapAndUse(Place);
        PhysicalAddress far = MapAndUse(FarPlace);
        UnmapUntil(near);
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Check.NoFault(Probes.Read(FarPlace));
        UnmapUntil(PhysicalAddress.Zero);
        Check.Faulted(Probes.Read(FarPlace), PageFaultCode.None, FarPlace.Value);
        Give(Place, near);
        Give(FarPlace, far);
    }

    // Unmaps the near page if it is there, and leaves when that had this frame.
    private static void UnmapUntil(PhysicalAddress last)
    {
        using FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default);
        Translation near = TableWork<TMode, TMemory>.Translate(Place);
        if (near.IsMapped)
        {
            Unmap(Place, deferral);
            if (near.Address == last)
            {
                return;
            }
        }

        Unmap(FarPlace, deferral);
    }

    private static void FarApart()
    {
        ForgetLargePages();
        PhysicalAddress near = MapAndUse(Place);
        PhysicalAddress far = MapAndUse(FarPlace);
        PendingFlush owed = PrepareWitness(out PhysicalAddress witness);
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default))
        {
            Unmap(Place, deferral);
            Unmap(FarPlace, deferral);
        }

        Check.Equal(ProcessorFeatures.InvalidatesSinglePages ? 0u : 1u, Forgotten(Witness), "the witness was forgotten");
        Check.Equal(2u, Forgotten(Place) + Forgotten(FarPlace), "pages forgotten");
        owed.Flush<ThisProcessor>();
        Give(Place, near);
        Give(FarPlace, far);
        Give(Witness, witness);
    }

    private static void Threshold()
    {
        for (uint pages = Many - 1; pages <= Many; pages++)
        {
            ForgetLargePages();
            PhysicalAddress frame = MapEveryOther(pages);
            PendingFlush owed = PrepareWitness(out PhysicalAddress witness);
            using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default))
            {
                UnmapEveryOther(pages, deferral);
            }

            bool single = pages <= ThisProcessor.SingleInvalidationLimit;
            Check.Equal(single ? 0u : 1u, Forgotten(Witness), "the witness was forgotten");
            for (uint page = 0; page < pages; page++)
            {
                Check.Equal(1u, Forgotten(EveryOther(page)), "the page was forgotten");
            }

            owed.Flush<ThisProcessor>();
            Give(Place, frame);
            Give(Witness, witness);
        }
    }

    private static void OneReload()
    {
        PhysicalAddress frame = MapEveryOther(Many);
        uint before = ThisProcessor.RootReloads;
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> outer = Defer(out _, default))
        {
            using FlushDeferral<ThisProcessor, TMemory, KernelFrames> inner = outer.Nest();
            UnmapEveryOther(Many, inner);
            Check.Equal(before, ThisProcessor.RootReloads, "times the root was written before the end");
        }

        // With global pages everything is forgotten by other means; where the root's entries are copied, it is written all the same.
        bool global = (ThisProcessor.PagingFeatures & PagingFeatures.GlobalPages) != 0;
        Check.Equal(global && !ProcessorFeatures.CopiesRootEntries ? 0u : 1u, ThisProcessor.RootReloads - before, "times the root was written");
        Give(Place, frame);
    }

    private static void FramesWait()
    {
        Span<PhysicalRange> room = stackalloc PhysicalRange[2];
        MapAndUse(Place);
        ulong free = Laboratory<TMode>.FreeFrames;
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, room))
        {
            using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
            PageMapper<TMode, TMemory, KernelFrames> mapper = session.Mapper.Through<TMemory>();
            Check.Equal((ulong)UnmapError.None, (ulong)mapper.Unmap(Page<Size4KiB>.FromStart(Place), deferral), "unmap");
            Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames before the flush");
        }

        Check.Equal(free + 1, Laboratory<TMode>.FreeFrames, "free frames after the flush");
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        TableWork<TMode, TMemory>.Reclaim(Place, Size4KiB.Bytes);
    }

    private static void TablesWait()
    {
        ulong free = Laboratory<TMode>.FreeFrames;
        PhysicalAddress near = MapAndUse(Place);
        PhysicalAddress far = MapAndUse(FarPlace);
        ulong used = Laboratory<TMode>.FreeFrames;
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default))
        {
            using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
            PageMapper<TMode, TMemory, KernelFrames> mapper = session.Mapper.Through<TMemory>();
            Check.Equal((ulong)UnmapError.None, (ulong)deferral.TakeOver(mapper.Unmap(Page<Size4KiB>.FromStart(Place), out _)), "unmap");
            deferral.TakeOver(mapper.ReclaimEmptyTables(VirtualRange.FromStart(Place, Size4KiB.Bytes)));
            Check.Equal((ulong)UnmapError.None, (ulong)deferral.TakeOver(mapper.Unmap(Page<Size4KiB>.FromStart(FarPlace), out _)), "unmap");
            deferral.TakeOver(mapper.ReclaimEmptyTables(VirtualRange.FromStart(FarPlace, Size4KiB.Bytes)));
            Check.Equal(used, Laboratory<TMode>.FreeFrames, "free frames before the flush");
        }

        Check.Equal(free - 2, Laboratory<TMode>.FreeFrames, "free frames after the flush");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(near), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(far), 0);
    }

    private static void FirstPage()
    {
        PhysicalAddress frame = MapAndUse(VirtualAddress.Zero);
        using (FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default))
        {
            Unmap(VirtualAddress.Zero, deferral);
        }

        Check.Faulted(Probes.Read(VirtualAddress.Zero), PageFaultCode.None, 0);
        Give(VirtualAddress.Zero, frame);
    }

    // What follows the last page has no address: with 32 bits as with 64 it would be 0.
    private static void LastPage()
    {
        PageRun run = PageRun.FromStart(VirtualAddress.FromValue(Top.Value - Size4KiB.Bytes), 2, Size4KiB.Shift);
        Check.Equal(Top.Value, run[1].Value, "the last page of the run");
        Check.Equal(nuint.MaxValue, run.Range.Last.Value, "its last byte");
        Check.False(run.TryJoin(PageRun.FromStart(VirtualAddress.Zero, 1, Size4KiB.Shift), out _), "joined with the page at 0");
        PendingFlush.Of(run.Start, run.Count, run.Shift).Flush<ThisProcessor>();
        using FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral = Defer(out _, default);
        deferral.TakeOver(PendingFlush.Of(run.Start, run.Count, run.Shift));
        deferral.TakeOver(PendingFlush.Of(VirtualAddress.Zero, 1, Size4KiB.Shift));
    }

    private static FlushDeferral<ThisProcessor, TMemory, KernelFrames> Defer(
        [UnscopedRef] out FlushDebt<TMemory> debt, Span<PhysicalRange> room) =>
        new(out debt, ref KernelMemory.Source, Laboratory<TMode>.Token(), room);

    private static void Unmap(VirtualAddress at, scoped FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        PageMapper<TMode, TMemory, KernelFrames> mapper = session.Mapper.Through<TMemory>();
        Check.Equal((ulong)UnmapError.None, (ulong)deferral.TakeOver(mapper.Unmap(Page<Size4KiB>.FromStart(at), out _)), "unmap");
    }

    /// <summary>A page that the processor remembers although it is not mapped any more, until the flush that is returned, or one of everything.</summary>
    private static PendingFlush PrepareWitness(out PhysicalAddress frame)
    {
        frame = MapAndUse(Witness);
        PendingFlush owed = PendingFlush.None;
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapLater(Witness, ref owed), "unmap the witness");
        return owed;
    }

    /// <summary>Below the kernel there is no large page from here on that the processor remembers from an earlier test.</summary>
    private static void ForgetLargePages() => ThisProcessor.InvalidateAll();

    private static uint Forgotten(VirtualAddress at) => Probes.Read(at).Happened ? 1u : 0;

    /// <summary>Maps every other one of twice as many pages to one frame.</summary>
    private static PhysicalAddress MapEveryOther(uint pages)
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        for (uint page = 0; page < pages; page++)
        {
            Map(EveryOther(page), frame);
            Check.NoFault(Probes.Read(EveryOther(page)));
        }

        return frame;
    }

    private static void UnmapEveryOther(uint pages, scoped FlushDeferral<ThisProcessor, TMemory, KernelFrames> deferral)
    {
        for (uint page = 0; page < pages; page++)
        {
            Unmap(EveryOther(page), deferral);
        }
    }

    private static VirtualAddress EveryOther(uint page) => Place + (page * (2 * Size4KiB.Bytes));

    private static PhysicalAddress MapAndUse(VirtualAddress at)
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Map(at, frame);
        Check.NoFault(Probes.Read(at));
        return frame;
    }

    private static void Map(VirtualAddress at, PhysicalAddress frame) => Check.Equal(
        (ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(at, frame, Laboratory<TMode>.Data), "map");

    /// <summary>Reclaims the tables for an address where nothing is mapped any more, and gives the frame back.</summary>
    private static void Give(VirtualAddress at, PhysicalAddress frame)
    {
        TableWork<TMode, TMemory>.Reclaim(at, Laboratory<TMode>.LargeBytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> Open() =>
        KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, Laboratory<TMode>.Token());
}
