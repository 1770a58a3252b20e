using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>Single pages of all sizes, judged by the processor's own paging unit.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
/// <typeparam name="TMemory">How the tables are touched.</typeparam>
internal static unsafe class PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    private const nuint Marker = 0xC0FF_EE78;
    private const nuint Return = 0xC3;
    private const PageFaultCode WriteToReadOnly = PageFaultCode.Present | PageFaultCode.Write;

    // All of those of the lower half go when they are empty; in the kernel's half the first stays.
    private static ulong TablesBelowRoot => (ulong)TMode.RootLevel.Number - 1;

    private static ulong LargeBytes => Laboratory<TMode>.LargeBytes;

    private static VirtualAddress Place => Laboratory<TMode>.Place;

    // Where root entries can be large pages, those of the kernel's half are fixed: large pages go where no root has a copy.
    private static VirtualAddress LargePlace => Laboratory<TMode>.LowerPlace;

    private static bool HasUnusedRootEntry => KernelLayout<TMode>.LastRootEntry.Start > TMode.UpperHalfStart;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a mapped 4 KiB page shows its frame", &SmallPage);
        Tap.Test("a mapped large page shows all of its frames", &LargePage);
        Tap.Test("an access to an unmapped page faults as not present", &UnmappedPageFaults);
        Tap.Test("an unmapped page stays visible until the flush", &StaleUntilFlush);
        Tap.Test("a page mapped to another frame shows the old one until the flush", &StaleFrameUntilFlush);
        Tap.Test("a page made read-only takes no write after the flush", &ProtectedPageFaults);
        Tap.Test("a page made read-only takes writes until the flush", &StaleRightsUntilFlush);
        Tap.Test("a read-only page made writable takes a write", &WritableAgain);
        Tap.Test("code in a page that is executable runs", &ExecutablePageRuns);
        Tap.TestIf(
            Laboratory<TMode>.CanForbidExecution, "code in a page that is not executable does not run", &OtherPageDoesNotRun, "no NX"u8);
        Tap.Test("a page that is writable and executable is refused", &WriteXorExecute);
        Tap.Test("mapping over a page is refused and changes nothing", &AlreadyMapped);
        Tap.Test("mapping under a larger page is refused", &CoveredByLargerPage);
        Tap.Test("unmapping part of a larger page is refused", &PartOfLargerPage);
        Tap.Test("unmapping what is not mapped is refused", &NotMapped);
        Tap.Test("a split large page shows the same in 4 KiB pages, each on its own", &SplitLargePage);
        Tap.Test("a cache type is kept in 4 KiB and in large pages", &CacheTypes);
        Tap.TestIf(
            HasUnusedRootEntry, "a new root entry in the kernel's half is refused", &FixedRootEntries, "the kernel's part is one root entry"u8);
    }

    private static void SmallPage()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(Place, frame, Laboratory<TMode>.Data), "map");
        Check.NoFault(Probes.Write(Place + (ulong)sizeof(nuint), Marker));
        Check.Equal(Marker, Laboratory<TMode>.Word(frame, 1), "the frame holds what was written through the page");
        Laboratory<TMode>.Word(frame, Laboratory<TMode>.WordsPerFrame - 1) = ~Marker;
        Check.NoFault(Probes.Read(Place + (Size4KiB.Bytes - (ulong)sizeof(nuint)), out nuint last));
        Check.Equal(~Marker, last, "the page shows what was written to the frame");
        CheckTranslation(Place + 0x123, frame + 0x123, Size4KiB.Shift, Laboratory<TMode>.Data);
        CleanUp();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void LargePage()
    {
        PhysicalAddress frame = MapLarge();
        Check.NoFault(Probes.Write(LargePlace + (LargeBytes - Size4KiB.Bytes), Marker));
        Check.Equal(Marker, Laboratory<TMode>.Word(frame + (LargeBytes - Size4KiB.Bytes)), "the last frame holds what was written");
        Check.NoFault(Probes.Write(LargePlace + 0x5_5000 + (ulong)sizeof(nuint), ~Marker));
        Check.Equal(~Marker, Laboratory<TMode>.Word(frame + 0x5_5000, 1), "so does one in the middle");
        CheckTranslation(LargePlace + 0x12_3456, frame + 0x12_3456, Laboratory<TMode>.LargeShift, Laboratory<TMode>.Data);
        CleanUpLarge(frame);
    }

    private static void UnmappedPageFaults()
    {
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Check.Faulted(Probes.Write(Place + 16, 1), PageFaultCode.Write, Place.Value + 16);
        Check.Faulted(Probes.Execute(Place), Probes.FetchCode, Place.Value);
    }

    private static void StaleUntilFlush()
    {
        PhysicalAddress frame = MapSmall();
        Laboratory<TMode>.Word(frame) = Marker;
        Check.NoFault(Probes.Read(Place));

        PendingFlush owed = PendingFlush.None;
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapLater(Place, ref owed), "unmap");
        FaultRecord before = Probes.Read(Place, out nuint seen);
        owed.Flush<ThisProcessor>();
        Check.NoFault(before);
        Check.Equal(Marker, seen, "seen before the flush");
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        TableWork<TMode, TMemory>.Reclaim(Place, Size4KiB.Bytes);
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
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapLater(Place, ref owed), "unmap");
        Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(Place, next, Laboratory<TMode>.Data), "map");
        Check.NoFault(Probes.Read(Place, out nuint before));
        owed.Flush<ThisProcessor>();
        Check.NoFault(Probes.Read(Place, out nuint after));
        Check.Equal(1ul, before, "seen before the flush");
        Check.Equal(2ul, after, "seen after the flush");
        CleanUp();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(old), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(next), 0);
    }

    private static void ProtectedPageFaults()
    {
        PhysicalAddress frame = MapSmall();
        Check.NoFault(Probes.Write(Place, Marker));
        Check.Equal(
            (ulong)ProtectError.None, (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(Place, Laboratory<TMode>.ReadOnly), "protect");
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        Check.NoFault(Probes.Read(Place, out nuint value));
        Check.Equal(Marker, value, "what was written before");
        CheckTranslation(Place, frame, Size4KiB.Shift, Laboratory<TMode>.ReadOnly);
        CleanUpSmall(frame);
    }

    private static void StaleRightsUntilFlush()
    {
        PhysicalAddress frame = MapSmall();
        Check.NoFault(Probes.Write(Place, 1));
        PendingFlush owed = PendingFlush.None;
        Check.Equal(
            (ulong)ProtectError.None, (ulong)TableWork<TMode, TMemory>.ProtectLater(Place, Laboratory<TMode>.ReadOnly, ref owed), "protect");
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
            (ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(Place, frame, Laboratory<TMode>.ReadOnly), "map");
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        Check.Equal((ulong)ProtectError.None, (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(Place, Laboratory<TMode>.Data), "protect");
        Check.NoFault(Probes.Write(Place, Marker));
        CleanUpSmall(frame);
    }

    private static void ExecutablePageRuns()
    {
        PhysicalAddress frame = MapSmall();
        Laboratory<TMode>.Word(frame) = Return;
        Check.Equal(
            (ulong)ProtectError.None, (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(Place, PageAttributes.KernelCode), "protect");
        Check.NoFault(Probes.Execute(Place));
        Check.Faulted(Probes.Write(Place, 0), WriteToReadOnly, Place.Value);
        CleanUpSmall(frame);
    }

    private static void OtherPageDoesNotRun()
    {
        PhysicalAddress frame = MapSmall();
        Laboratory<TMode>.Word(frame) = Return;
        Check.Faulted(Probes.Execute(Place), PageFaultCode.Present | PageFaultCode.Fetch, Place.Value);
        CleanUpSmall(frame);
    }

    private static void WriteXorExecute()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        MapError error = TableWork<TMode, TMemory>.Map<Size4KiB>(Place, frame, PageAttributes.KernelData.WithExecution());
        Check.Equal((ulong)MapError.WritableAndExecutable, (ulong)error, "map");
        Check.False(TableWork<TMode, TMemory>.Translate(Place).IsMapped, "mapped");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void AlreadyMapped()
    {
        PhysicalAddress frame = MapSmall(LargePlace);
        PhysicalAddress other = Laboratory<TMode>.Take(0).Start;
        MapError error = TableWork<TMode, TMemory>.Map<Size4KiB>(LargePlace, other, Laboratory<TMode>.ReadOnly);
        Check.Equal((ulong)MapError.AlreadyMapped, (ulong)error, "the error");
        CheckTranslation(LargePlace, frame, Size4KiB.Shift, Laboratory<TMode>.Data);
        MapError larger = TableWork<TMode, TMemory>.MapLarge(LargePlace, PhysicalAddress.Zero, Laboratory<TMode>.ReadOnly);
        Check.Equal((ulong)MapError.SmallerPagesBelow, (ulong)larger, "the error for a larger page over it");
        CleanUpSmall(frame, LargePlace);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(other), 0);
    }

    private static void CoveredByLargerPage()
    {
        PhysicalAddress frame = MapLarge();
        MapError error = TableWork<TMode, TMemory>.Map<Size4KiB>(LargePlace + 0x3000, frame, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.CoveredByLargerPage, (ulong)error, "the error");
        CheckTranslation(LargePlace + 0x3000, frame + 0x3000, Laboratory<TMode>.LargeShift, Laboratory<TMode>.Data);
        CleanUpLarge(frame);
    }

    private static void PartOfLargerPage()
    {
        PhysicalAddress frame = MapLarge();
        Check.Equal((ulong)UnmapError.CoveredByLargerPage, (ulong)TableWork<TMode, TMemory>.Unmap<Size4KiB>(LargePlace + 0x3000), "the error");
        Check.Equal(
            (ulong)ProtectError.CoveredByLargerPage,
            (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(LargePlace, Laboratory<TMode>.ReadOnly), "the error of a protection");
        Check.NoFault(Probes.Write(LargePlace + 0x3000, 1));
        CleanUpLarge(frame);
    }

    private static void NotMapped()
    {
        Check.Equal((ulong)UnmapError.NotMapped, (ulong)TableWork<TMode, TMemory>.Unmap<Size4KiB>(Place), "unmap");
        Check.Equal(
            (ulong)ProtectError.NotMapped, (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(Place, Laboratory<TMode>.Data), "protect");
        Check.Equal((ulong)SplitError.NotMapped, (ulong)TableWork<TMode, TMemory>.SplitLarge(LargePlace), "split");
    }

    private static void SplitLargePage()
    {
        PhysicalAddress frame = MapLarge();
        Laboratory<TMode>.Word(frame + 0x7000) = Marker;
        Check.Equal((ulong)SplitError.None, (ulong)TableWork<TMode, TMemory>.SplitLarge(LargePlace), "split");
        Check.NoFault(Probes.Read(LargePlace + 0x7000, out nuint value));
        Check.Equal(Marker, value, "what was there before");
        CheckTranslation(LargePlace + (LargeBytes - 1), frame + (LargeBytes - 1), Size4KiB.Shift, Laboratory<TMode>.Data);
        Check.Equal(
            (ulong)ProtectError.None, (ulong)TableWork<TMode, TMemory>.Protect<Size4KiB>(LargePlace + 0x7000, Laboratory<TMode>.ReadOnly), "protect");
        Check.Faulted(Probes.Write(LargePlace + 0x7000, 0), WriteToReadOnly, LargePlace.Value + 0x7000);
        Check.NoFault(Probes.Write(LargePlace + 0x6000, 0));
        Check.NoFault(Probes.Write(LargePlace + 0x8000, 0));
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapRange(LargePlace, LargeBytes), "unmap");
        Check.Equal(TablesBelowRoot, TableWork<TMode, TMemory>.Reclaim(LargePlace, LargeBytes), "tables that became empty");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), Laboratory<TMode>.LargeOrder);
    }

    private static void CacheTypes()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(Laboratory<TMode>.LargeOrder).Start;
        for (CacheType cache = CacheType.WriteBack; cache <= CacheType.WriteThrough; cache++)
        {
            PageAttributes attributes = Laboratory<TMode>.Data.With(cache);
            Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(Place, frame, attributes), "map 4 KiB");
            Check.Equal((ulong)cache, (ulong)TableWork<TMode, TMemory>.Translate(Place).Attributes.Cache, "cache type of 4 KiB");
            Check.NoFault(Probes.Write(Place, (nuint)cache));
            CleanUp();
            Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.MapLarge(LargePlace, frame, attributes), "map a large page");
            Check.Equal((ulong)cache, (ulong)TableWork<TMode, TMemory>.Translate(LargePlace).Attributes.Cache, "cache type of a large page");
            Check.NoFault(Probes.Read(LargePlace, out nuint value));
            Check.Equal((ulong)cache, value, "what was written through the small page");
            CleanUpLarge();
        }

        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), Laboratory<TMode>.LargeOrder);
    }

    private static void FixedRootEntries()
    {
        VirtualRange last = KernelLayout<TMode>.LastRootEntry;
        VirtualAddress unused = VirtualAddress.FromValue(last.Start.Value - last.Length);
        ulong free = Laboratory<TMode>.FreeFrames;
        MapError error = TableWork<TMode, TMemory>.Map<Size4KiB>(unused, PhysicalAddress.Zero, Laboratory<TMode>.ReadOnly);
        Check.Equal((ulong)MapError.RootEntryFixed, (ulong)error, "the error");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
    }

    private static PhysicalAddress MapSmall() => MapSmall(Place);

    private static PhysicalAddress MapSmall(VirtualAddress place)
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        MapError error = TableWork<TMode, TMemory>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.None, (ulong)error, "map");
        return frame;
    }

    private static PhysicalAddress MapLarge()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(Laboratory<TMode>.LargeOrder).Start;
        MapError error = TableWork<TMode, TMemory>.MapLarge(LargePlace, frame, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.None, (ulong)error, "map");
        return frame;
    }

    private static void CleanUpSmall(PhysicalAddress frame) => CleanUpSmall(frame, Place);

    private static void CleanUpSmall(PhysicalAddress frame, VirtualAddress place)
    {
        CleanUp(place);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void CleanUp() => CleanUp(Place);

    private static void CleanUp(VirtualAddress place)
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, TMemory>.Reclaim(place, Size4KiB.Bytes);
    }

    private static void CleanUpLarge(PhysicalAddress frame)
    {
        CleanUpLarge();
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), Laboratory<TMode>.LargeOrder);
    }

    private static void CleanUpLarge()
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapLarge(LargePlace), "unmap");
        TableWork<TMode, TMemory>.Reclaim(LargePlace, LargeBytes);
    }

    private static void CheckTranslation(VirtualAddress at, PhysicalAddress expected, int shift, PageAttributes attributes)
    {
        Translation translation = TableWork<TMode, TMemory>.Translate(at);
        Check.True(translation.IsMapped, "mapped");
        Check.Equal(expected.Value, translation.Address.Value, "physical address");
        Check.Equal(shift, translation.PageShift, "page size");
        Check.True(translation.Attributes == attributes, "rights and cache type");
    }
}
