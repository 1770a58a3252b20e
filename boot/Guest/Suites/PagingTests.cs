using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>Single pages of all sizes, judged by the processor's own paging unit.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class PagingTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Marker = 0xC0FF_EE00_1234_5678;
    private const int LargeOrder = Size2MiB.Shift - Size4KiB.Shift;
    private const PageFaultCode WriteToReadOnly = PageFaultCode.Present | PageFaultCode.Write;

    // The first of them stays, because root entries of the kernel's half are fixed.
    private static ulong TablesBelowRoot => (ulong)TMode.RootLevel.Number - 1;

    private static VirtualAddress Place => Laboratory<TMode>.Place;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a mapped 4 KiB page shows its frame", &SmallPage);
        Tap.Test("a mapped 2 MiB page shows all of its frames", &LargePage);
        if ((ThisProcessor.PagingFeatures & PagingFeatures.GigabytePages) != 0)
        {
            Tap.Test("a mapped 1 GiB page shows the kernel where it lies in memory", &HugePage);
            Tap.Test("a split 1 GiB page shows the same in 2 MiB pages", &SplitHugePage);
        }
        else
        {
            Tap.Skip("a mapped 1 GiB page shows the kernel where it lies in memory", "no 1 GiB pages"u8);
            Tap.Skip("a split 1 GiB page shows the same in 2 MiB pages", "no 1 GiB pages"u8);
        }

        Tap.Test("an access to an unmapped page faults as not present", &UnmappedPageFaults);
        Tap.Test("an unmapped page stays visible until the flush", &StaleUntilFlush);
        Tap.Test("a page mapped to another frame shows the old one until the flush", &StaleFrameUntilFlush);
        Tap.Test("a page made read-only takes no write after the flush", &ProtectedPageFaults);
        Tap.Test("a page made read-only takes writes until the flush", &StaleRightsUntilFlush);
        Tap.Test("a read-only page made writable takes a write", &WritableAgain);
        Tap.Test("code in a page that is executable runs", &ExecutablePageRuns);
        Tap.Test("a page that is writable and executable is refused", &WriteXorExecute);
        Tap.Test("mapping over a page is refused and changes nothing", &AlreadyMapped);
        Tap.Test("mapping under a larger page is refused", &CoveredByLargerPage);
        Tap.Test("unmapping part of a larger page is refused", &PartOfLargerPage);
        Tap.Test("unmapping what is not mapped is refused", &NotMapped);
        Tap.Test("a split 2 MiB page shows the same in 4 KiB pages, each on its own", &SplitLargePage);
        Tap.Test("a cache type is kept in 4 KiB and 2 MiB pages", &CacheTypes);
        Tap.Test("an address that only five levels translate is judged by the mode", &CanonicalForm);
        Tap.Test("a new root entry in the kernel's half is refused", &FixedRootEntries);
    }

    private static void SmallPage()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size4KiB>(Place, frame, PageAttributes.KernelData), "map");
        Check.NoFault(Probes.Write(Place + 8, Marker));
        Check.Equal(Marker, Laboratory<TMode>.Word(frame, 1), "the frame holds what was written through the page");
        Laboratory<TMode>.Word(frame, 511) = ~Marker;
        Check.NoFault(Probes.Read(Place + 4088, out ulong last));
        Check.Equal(~Marker, last, "the page shows what was written to the frame");
        CheckTranslation(Place + 0x123, frame + 0x123, Size4KiB.Shift, PageAttributes.KernelData);
        CleanUp<Size4KiB>();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void LargePage()
    {
        PhysicalAddress frame = MapLarge();
        Check.NoFault(Probes.Write(Place + 0x1F_F000, Marker));
        Check.Equal(Marker, Laboratory<TMode>.Word(frame + 0x1F_F000), "the last frame holds what was written");
        Check.NoFault(Probes.Write(Place + 0x5_5008, ~Marker));
        Check.Equal(~Marker, Laboratory<TMode>.Word(frame + 0x5_5000, 1), "so does one in the middle");
        CheckTranslation(Place + 0x12_3456, frame + 0x12_3456, Size2MiB.Shift, PageAttributes.KernelData);
        CleanUpLarge(frame);
    }

    private static void HugePage()
    {
        Check.Equal(
            (ulong)MapError.None,
            (ulong)Laboratory<TMode>.Map<Size1GiB>(Place, PhysicalAddress.Zero, PageAttributes.KernelReadOnly), "map");
        CheckTextAt(Place);
        CheckTranslation(Place + 0x3456_7890, PhysicalAddress.FromValue(0x3456_7890), Size1GiB.Shift, PageAttributes.KernelReadOnly);
        CleanUp<Size1GiB>();
    }

    private static void SplitHugePage()
    {
        Check.Equal(
            (ulong)MapError.None,
            (ulong)Laboratory<TMode>.Map<Size1GiB>(Place, PhysicalAddress.Zero, PageAttributes.KernelReadOnly), "map");
        Check.Equal((ulong)SplitError.None, (ulong)Laboratory<TMode>.Split<Size1GiB>(Place), "split");
        CheckTextAt(Place);
        CheckTranslation(Place + 0x3456_7890, PhysicalAddress.FromValue(0x3456_7890), Size2MiB.Shift, PageAttributes.KernelReadOnly);
        Check.Equal((ulong)UnmapError.None, (ulong)Laboratory<TMode>.UnmapRange(Place, Size1GiB.Bytes), "unmap");
        Check.Equal(TablesBelowRoot - 2, Laboratory<TMode>.Reclaim(Place, Size1GiB.Bytes), "tables that became empty");
    }

    private static void UnmappedPageFaults()
    {
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Check.Faulted(Probes.Write(Place + 16, 1), PageFaultCode.Write, Place.Value + 16);
        Check.Faulted(Probes.Execute(Place), PageFaultCode.Fetch, Place.Value);
    }

    private static void StaleUntilFlush()
    {
        PhysicalAddress frame = MapSmall();
        Laboratory<TMode>.Word(frame) = Marker;
        Check.NoFault(Probes.Read(Place));

        PendingFlush owed = PendingFlush.None;
        Check.Equal((ulong)UnmapError.None, (ulong)Laboratory<TMode>.UnmapLater(Place, ref owed), "unmap");
        FaultRecord before = Probes.Read(Place, out ulong seen);
        owed.Flush<ThisProcessor>();
        Check.NoFault(before);
        Check.Equal(Marker, seen, "seen before the flush");
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Laboratory<TMode>.Reclaim(Place, Size4KiB.Bytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void StaleFrameUntilFlush()
    {
        PhysicalAddress old = MapSmall();
        PhysicalAddress next = Laboratory<TMode>.Take(0).Start;
        Laboratory<TMode>.Word(old) = 1;
        Laboratory<TMode>.Word(next) = 2;
        Check.NoFault(Probes.Read(Place));

        PendingFlush owed = PendingFlush.None;
        Check.Equal((ulong)UnmapError.None, (ulong)Laboratory<TMode>.UnmapLater(Place, ref owed), "unmap");
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size4KiB>(Place, next, PageAttributes.KernelData), "map");
        Check.NoFault(Probes.Read(Place, out ulong before));
        owed.Flush<ThisProcessor>();
        Check.NoFault(Probes.Read(Place, out ulong after));
        Check.Equal(1ul, before, "seen before the flush");
        Check.Equal(2ul, after, "seen after the flush");
        CleanUp<Size4KiB>();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(old), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(next), 0);
    }

    private static void ProtectedPageFaults()
    {
        PhysicalAddress frame = MapSmall();
        Check.NoFault(Probes.Write(Place, Marker));
        Check.Equal(
            (ulong)ProtectError.None, (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place, PageAttributes.KernelReadOnly), "protect");
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        Check.NoFault(Probes.Read(Place, out ulong value));
        Check.Equal(Marker, value, "what was written before");
        CheckTranslation(Place, frame, Size4KiB.Shift, PageAttributes.KernelReadOnly);
        CleanUpSmall(frame);
    }

    private static void StaleRightsUntilFlush()
    {
        PhysicalAddress frame = MapSmall();
        Check.NoFault(Probes.Write(Place, 1));
        PendingFlush owed = PendingFlush.None;
        Check.Equal(
            (ulong)ProtectError.None, (ulong)Laboratory<TMode>.ProtectLater(Place, PageAttributes.KernelReadOnly, ref owed), "protect");
        FaultRecord before = Probes.Write(Place, 2);
        owed.Flush<ThisProcessor>();
        Check.NoFault(before);
        Check.Faulted(Probes.Write(Place, 3), WriteToReadOnly, Place.Value);
        Check.Equal(2ul, Laboratory<TMode>.Word(frame), "the last write that went through");
        CleanUpSmall(frame);
    }

    private static void WritableAgain()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Check.Equal(
            (ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size4KiB>(Place, frame, PageAttributes.KernelReadOnly), "map");
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        Check.Equal((ulong)ProtectError.None, (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place, PageAttributes.KernelData), "protect");
        Check.NoFault(Probes.Write(Place, Marker));
        CleanUpSmall(frame);
    }

    private static void ExecutablePageRuns()
    {
        const ulong Return = 0xC3;
        PhysicalAddress frame = MapSmall();
        Laboratory<TMode>.Word(frame) = Return;
        Check.Faulted(Probes.Execute(Place), PageFaultCode.Present | PageFaultCode.Fetch, Place.Value);
        Check.Equal((ulong)ProtectError.None, (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place, PageAttributes.KernelCode), "protect");
        Check.NoFault(Probes.Execute(Place));
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        CleanUpSmall(frame);
    }

    private static void WriteXorExecute()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        MapError error = Laboratory<TMode>.Map<Size4KiB>(Place, frame, PageAttributes.KernelData.WithExecution());
        Check.Equal((ulong)MapError.WritableAndExecutable, (ulong)error, "map");
        Check.False(Laboratory<TMode>.Translate(Place).IsMapped, "mapped");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void AlreadyMapped()
    {
        PhysicalAddress frame = MapSmall();
        PhysicalAddress other = Laboratory<TMode>.Take(0).Start;
        MapError error = Laboratory<TMode>.Map<Size4KiB>(Place, other, PageAttributes.KernelReadOnly);
        Check.Equal((ulong)MapError.AlreadyMapped, (ulong)error, "the error");
        CheckTranslation(Place, frame, Size4KiB.Shift, PageAttributes.KernelData);
        MapError larger = Laboratory<TMode>.Map<Size2MiB>(Place, PhysicalAddress.Zero, PageAttributes.KernelReadOnly);
        Check.Equal((ulong)MapError.SmallerPagesBelow, (ulong)larger, "the error for a larger page over it");
        CleanUpSmall(frame);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(other), 0);
    }

    private static void CoveredByLargerPage()
    {
        PhysicalAddress frame = MapLarge();
        MapError error = Laboratory<TMode>.Map<Size4KiB>(Place + 0x3000, frame, PageAttributes.KernelData);
        Check.Equal((ulong)MapError.CoveredByLargerPage, (ulong)error, "the error");
        CheckTranslation(Place + 0x3000, frame + 0x3000, Size2MiB.Shift, PageAttributes.KernelData);
        CleanUpLarge(frame);
    }

    private static void PartOfLargerPage()
    {
        PhysicalAddress frame = MapLarge();
        Check.Equal((ulong)UnmapError.CoveredByLargerPage, (ulong)Laboratory<TMode>.Unmap<Size4KiB>(Place + 0x3000), "the error");
        Check.Equal(
            (ulong)ProtectError.CoveredByLargerPage,
            (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place, PageAttributes.KernelReadOnly), "the error of a protection");
        Check.NoFault(Probes.Write(Place + 0x3000, 1));
        CleanUpLarge(frame);
    }

    private static void NotMapped()
    {
        Check.Equal((ulong)UnmapError.NotMapped, (ulong)Laboratory<TMode>.Unmap<Size4KiB>(Place), "unmap");
        Check.Equal(
            (ulong)ProtectError.NotMapped, (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place, PageAttributes.KernelData), "protect");
        Check.Equal((ulong)SplitError.NotMapped, (ulong)Laboratory<TMode>.Split<Size2MiB>(Place), "split");
    }

    private static void SplitLargePage()
    {
        PhysicalAddress frame = MapLarge();
        Laboratory<TMode>.Word(frame + 0x7000) = Marker;
        Check.Equal((ulong)SplitError.None, (ulong)Laboratory<TMode>.Split<Size2MiB>(Place), "split");
        Check.NoFault(Probes.Read(Place + 0x7000, out ulong value));
        Check.Equal(Marker, value, "what was there before");
        CheckTranslation(Place + 0x1F_FFFF, frame + 0x1F_FFFF, Size4KiB.Shift, PageAttributes.KernelData);
        Check.Equal(
            (ulong)ProtectError.None, (ulong)Laboratory<TMode>.Protect<Size4KiB>(Place + 0x7000, PageAttributes.KernelReadOnly), "protect");
        Check.Faulted(Probes.Write(Place + 0x7000, 0), WriteToReadOnly, Place.Value + 0x7000);
        Check.NoFault(Probes.Write(Place + 0x6000, 0));
        Check.NoFault(Probes.Write(Place + 0x8000, 0));
        Check.Equal((ulong)UnmapError.None, (ulong)Laboratory<TMode>.UnmapRange(Place, Size2MiB.Bytes), "unmap");
        Check.Equal(TablesBelowRoot - 1, Laboratory<TMode>.Reclaim(Place, Size2MiB.Bytes), "tables that became empty");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), LargeOrder);
    }

    private static void CacheTypes()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(LargeOrder).Start;
        for (CacheType cache = CacheType.WriteBack; cache <= CacheType.WriteThrough; cache++)
        {
            PageAttributes attributes = PageAttributes.KernelData.With(cache);
            Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size4KiB>(Place, frame, attributes), "map 4 KiB");
            Check.Equal((ulong)cache, (ulong)Laboratory<TMode>.Translate(Place).Attributes.Cache, "cache type of 4 KiB");
            Check.NoFault(Probes.Write(Place, (ulong)cache));
            CleanUp<Size4KiB>();
            Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size2MiB>(Place, frame, attributes), "map 2 MiB");
            Check.Equal((ulong)cache, (ulong)Laboratory<TMode>.Translate(Place).Attributes.Cache, "cache type of 2 MiB");
            Check.NoFault(Probes.Read(Place, out ulong value));
            Check.Equal((ulong)cache, value, "what was written through the small page");
            CleanUp<Size2MiB>();
        }

        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), LargeOrder);
    }

    private static void CanonicalForm()
    {
        VirtualAddress wide = VirtualAddress.FromValue(0x0010_0000_0000_0000);
        bool five = TMode.RootLevel.Number == 5;
        Check.Equal(
            (ulong)(five ? TranslationKind.NotMapped : TranslationKind.NotCanonical), (ulong)Laboratory<TMode>.Translate(wide).Kind, "kind");
        if (five)
        {
            Check.Faulted(Probes.Read(wide), PageFaultCode.None, wide.Value);
        }
        else
        {
            Check.True(Probes.ReadOutside(wide.Value).Happened, "the processor refuses the address before it walks");
            Check.Equal(
                (ulong)MapError.NotCanonical,
                (ulong)Laboratory<TMode>.Map<Size4KiB>(wide, PhysicalAddress.Zero, PageAttributes.KernelReadOnly), "map");
        }
    }

    private static void FixedRootEntries()
    {
        VirtualAddress unused = KernelLayout<TMode>.Dynamic.Start + (KernelLayout<TMode>.Dynamic.Length * 3);
        ulong free = Laboratory<TMode>.FreeFrames;
        MapError error = Laboratory<TMode>.Map<Size4KiB>(unused, PhysicalAddress.Zero, PageAttributes.KernelReadOnly);
        Check.Equal((ulong)MapError.RootEntryFixed, (ulong)error, "the error");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
    }

    private static PhysicalAddress MapSmall()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size4KiB>(Place, frame, PageAttributes.KernelData), "map");
        return frame;
    }

    private static PhysicalAddress MapLarge()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(LargeOrder).Start;
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.Map<Size2MiB>(Place, frame, PageAttributes.KernelData), "map");
        return frame;
    }

    private static void CleanUpSmall(PhysicalAddress frame)
    {
        CleanUp<Size4KiB>();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void CleanUpLarge(PhysicalAddress frame)
    {
        CleanUp<Size2MiB>();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), LargeOrder);
    }

    private static void CleanUp<TSize>()
        where TSize : struct, IPageSize
    {
        Check.Equal((ulong)UnmapError.None, (ulong)Laboratory<TMode>.Unmap<TSize>(Place), "unmap");
        Laboratory<TMode>.Reclaim(Place, TSize.Bytes);
    }

    private static void CheckTranslation(VirtualAddress at, PhysicalAddress expected, int shift, PageAttributes attributes)
    {
        Translation translation = Laboratory<TMode>.Translate(at);
        Check.True(translation.IsMapped, "mapped");
        Check.Equal(expected.Value, translation.Address.Value, "physical address");
        Check.Equal(shift, translation.PageShift, "page size");
        Check.True(translation.Attributes == attributes, "rights and cache type");
    }

    // Physical memory from 0 on is mapped there: the kernel's text must show up.
    private static void CheckTextAt(VirtualAddress start)
    {
        VirtualAddress text = LinkerSymbols.Text.Start;
        VirtualAddress shown = start + KernelSpace<TMode>.Image.Text.Start.Value;
        for (ulong offset = 0; offset < 4096; offset += 512)
        {
            Check.NoFault(Probes.Read(text + offset, out ulong expected));
            Check.NoFault(Probes.Read(shown + offset, out ulong actual));
            Check.Equal(expected, actual, "a word of the kernel's text");
        }
    }
}
