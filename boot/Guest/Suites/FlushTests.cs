using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>When translations are forgotten, and what that costs a processor that cannot forget them one by one.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class FlushTests<TMode>
    where TMode : struct, IPagingMode
{
    private const int Pages = 6;

    private static VirtualAddress Place => Laboratory<TMode>.Place;

    // How often the root is written anew for a flush: never where INVLPG or a change of CR4.PGE does the work.
    private static uint ReloadsPerFlush => ProcessorFeatures.InvalidatesSinglePages ? 0u : 1u;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("the page at address 0 is forgotten when it is flushed", &FlushAtZero);
        Tap.Test("without INVLPG a flush writes the root anew, with it none does", &RootReloads);
        Tap.Test("without INVLPG a flush of many pages writes the root anew once", &RootReloadsOfRange);
        Tap.Test("nested deferrals pay one flush, at the end of the outermost", &NestedDeferrals);
    }

    private static void FlushAtZero()
    {
        PhysicalAddress first = Laboratory<TMode>.Take(0).Start;
        PhysicalAddress second = Laboratory<TMode>.Take(0).Start;
        Laboratory<TMode>.Word(first) = 1;
        Laboratory<TMode>.Word(second) = 2;
        Map(VirtualAddress.Zero, first);
        Check.NoFault(Probes.Read(VirtualAddress.Zero, out nuint before));
        Unmap(VirtualAddress.Zero);
        Check.Faulted(Probes.Read(VirtualAddress.Zero), PageFaultCode.None, 0);
        Map(VirtualAddress.Zero, second);
        Check.NoFault(Probes.Read(VirtualAddress.Zero, out nuint after));
        Check.Equal(1ul, before, "seen before");
        Check.Equal(2ul, after, "seen after");
        Unmap(VirtualAddress.Zero);
        TableWork<TMode, DirectMap<TMode>>.Reclaim(VirtualAddress.Zero, Size4KiB.Bytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(first), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(second), 0);
    }

    private static void RootReloads()
    {
        PhysicalAddress frame = MapPages();
        uint before = ThisProcessor.RootReloads;
        for (ulong page = 0; page < Pages; page++)
        {
            Unmap(Place + (page * Size4KiB.Bytes));
        }

        Check.Equal(Pages * ReloadsPerFlush, ThisProcessor.RootReloads - before, "times the root was written");
        CheckIsForgotten();
        CleanUp(frame);
    }

    private static void RootReloadsOfRange()
    {
        PhysicalAddress frame = MapPages();
        uint before = ThisProcessor.RootReloads;
        UnmapError error = TableWork<TMode, DirectMap<TMode>>.UnmapRange(Place, Pages * Size4KiB.Bytes);
        Check.Equal((ulong)UnmapError.None, (ulong)error, "unmap");
        Check.Equal(ReloadsPerFlush, ThisProcessor.RootReloads - before, "times the root was written");
        CheckIsForgotten();
        CleanUp(frame);
    }

    private static void NestedDeferrals()
    {
        PhysicalAddress frame = MapPages();
        uint before = ThisProcessor.RootReloads;
        UnmapInNestedDeferrals(out FaultRecord afterInner, out uint paidInside);
        Check.NoFault(afterInner);
        Check.Equal(before, paidInside, "times the root was written at the end of the inner one");
        Check.Equal(before + ReloadsPerFlush, ThisProcessor.RootReloads, "times the root was written at the end");
        CheckIsForgotten();
        CleanUp(frame);
    }

    private static void UnmapInNestedDeferrals(out FaultRecord afterInner, out uint paidInside)
    {
        using FlushDeferral<ThisProcessor, DirectMap<TMode>, KernelFrames> outer =
            new(out FlushDebt<DirectMap<TMode>> _, ref KernelMemory.Source, Laboratory<TMode>.Token());
        Check.NoFault(Probes.Read(Place));
        using (FlushDeferral<ThisProcessor, DirectMap<TMode>, KernelFrames> inner = outer.Nest())
        {
            for (ulong page = 0; page < Pages / 2; page++)
            {
                UnmapLater(in inner, Place + (page * Size4KiB.Bytes));
            }
        }

        paidInside = ThisProcessor.RootReloads;
        afterInner = Probes.Read(Place);
        for (ulong page = Pages / 2; page < Pages; page++)
        {
            UnmapLater(in outer, Place + (page * Size4KiB.Bytes));
        }
    }

    private static void UnmapLater(in FlushDeferral<ThisProcessor, DirectMap<TMode>, KernelFrames> deferral, VirtualAddress place)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
            KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, Laboratory<TMode>.Token());
        UnmapError error = deferral.TakeOver(session.Mapper.Unmap(Page<Size4KiB>.FromStart(place), out _));
        Check.Equal((ulong)UnmapError.None, (ulong)error, "unmap");
    }

    // The same frame in all of the pages, each of which the processor has seen.
    private static PhysicalAddress MapPages()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        for (ulong page = 0; page < Pages; page++)
        {
            Map(Place + (page * Size4KiB.Bytes), frame);
            Check.NoFault(Probes.Read(Place + (page * Size4KiB.Bytes)));
        }

        return frame;
    }

    private static void CheckIsForgotten()
    {
        for (ulong page = 0; page < Pages; page++)
        {
            VirtualAddress place = Place + (page * Size4KiB.Bytes);
            Check.Faulted(Probes.Read(place), PageFaultCode.None, place.Value);
        }
    }

    private static void CleanUp(PhysicalAddress frame)
    {
        TableWork<TMode, DirectMap<TMode>>.Reclaim(Place, Pages * Size4KiB.Bytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void Map(VirtualAddress place, PhysicalAddress frame) => Check.Equal(
        (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");

    private static void Unmap(VirtualAddress place) =>
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
}
