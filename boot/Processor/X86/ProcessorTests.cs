using System;
using Boot.Guest;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Processor;

/// <summary>What 32 bits are short of, and how it shows: no NX, addresses that do not fit, a root of four entries.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ProcessorTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong FirstAbove32Bits = 1ul << 32;
    private const ulong TopPage = 0xFFFF_F000;
    private const nuint Marker = 0x600D_F00D;

    private static VirtualAddress LowerPlace => Laboratory<TMode>.LowerPlace;

    // The first address that entries cannot name, if there is one.
    private static ulong EntryEnd => 1ul << TMode.PhysicalAddressBits;

    private static bool HasGlobalPages => (ThisProcessor.PagingFeatures & PagingFeatures.GlobalPages) != 0;

    private static bool NamesEveryFrame => TMode.PhysicalAddressBits == PhysicalAddress.MaximumBits;

    /// <summary>Runs the suite, and the paging suites once more through the recursive map.</summary>
    public static void Run()
    {
        Tap.TestIf(
            !Laboratory<TMode>.CanForbidExecution, "a page that must not be executed is refused where entries cannot say so",
            &NoExecuteIsRefused, "entries can say so"u8);
        Tap.TestIf(!NamesEveryFrame, "a frame above what entries can name is refused", &FrameAboveEntries, "entries can name every frame"u8);
        Tap.Test("an address above 4 GiB is no virtual address", &AddressAbove32Bits);
        Tap.TestIf(
            TMode.AllowsLeafAt(TMode.RootLevel, PagingFeatures.All), "a large page is a root entry of its own", &LargePageIsRootEntry,
            "no root entry is a page"u8);
        Tap.TestIf(
            TMode.CopiesRootEntries, "a new root entry owes a flush of everything, which writes the root anew", &NewRootEntry,
            "root entries are not copied"u8);
        FarMemoryTests<TMode>.Run();
        Tap.TestIf(
            KernelSpace<TMode>.HasRecursiveSlot, "a flush that ends with the last page below 4 GiB ends", &FlushAtTop,
            "the last page is not the root"u8);
        Tap.TestIf(
            !KernelSpace<TMode>.HasRecursiveSlot, "the last page below 4 GiB is forgotten when it is flushed", &TopIsForgotten,
            "the last page is the root"u8);
        RecursiveMapTests<TMode>.Run();
    }

    private static void NoExecuteIsRefused()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Check.Equal(
            (ulong)MapError.NoExecuteUnsupported,
            (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(LowerPlace, frame, PageAttributes.KernelData), "map");
        Check.False(TableWork<TMode, DirectMap<TMode>>.Translate(LowerPlace).IsMapped, "mapped");
        Map(LowerPlace, frame);
        Check.Equal(
            (ulong)ProtectError.NoExecuteUnsupported,
            (ulong)TableWork<TMode, DirectMap<TMode>>.Protect<Size4KiB>(LowerPlace, PageAttributes.KernelReadOnly), "protect");
        Check.NoFault(Probes.Write(LowerPlace, Marker));
        CleanUp(LowerPlace);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void FrameAboveEntries()
    {
        PhysicalAddress frame = PhysicalAddress.FromValue(EntryEnd);
        ulong free = Laboratory<TMode>.FreeFrames;
        Check.Equal(
            (ulong)MapError.AbovePhysicalWidth,
            (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(LowerPlace, frame, Laboratory<TMode>.Data), "one page");
        Check.Equal(
            (ulong)MapError.AbovePhysicalWidth,
            (ulong)TableWork<TMode, DirectMap<TMode>>.MapRange(
                LowerPlace, PhysicalAddress.FromValue(EntryEnd - Size4KiB.Bytes), 2 * Size4KiB.Bytes, Laboratory<TMode>.Data),
            "a range that ends above");
        Check.False(TableWork<TMode, DirectMap<TMode>>.Translate(LowerPlace).IsMapped, "mapped");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
    }

    private static void AddressAbove32Bits()
    {
        Check.False(VirtualAddress.TryFromValue(FirstAbove32Bits, out _), "4 GiB");
        Check.False(VirtualAddress.TryFromValue(ulong.MaxValue, out _), "what is the top with 64 bits");
        Check.True(VirtualAddress.TryFromValue(FirstAbove32Bits - 1, out VirtualAddress top), "the last byte");
        Check.Equal(FirstAbove32Bits - 1, top.Value, "its value");
        Check.False(top.TryAdd(1, out _), "one more");
    }

    private static void LargePageIsRootEntry()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(Laboratory<TMode>.LargeOrder).Start;
        ulong free = Laboratory<TMode>.FreeFrames;
        Check.Equal(
            (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.MapLarge(LowerPlace, frame, Laboratory<TMode>.Data), "map");
        ulong entry = TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, TableSurvey<TMode>.IndexOf(LowerPlace));
        Check.Equal(frame.Value, entry & ~0x3F_FFFFul, "the address in the root entry");
        Check.Equal(1ul, (entry >> 7) & 1, "the large bit of the root entry");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames: no table was needed");
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.UnmapLarge(LowerPlace), "unmap");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), Laboratory<TMode>.LargeOrder);
    }

    // Before the flush, a processor may or may not see the page: QEMU's walks from memory.
    private static void NewRootEntry()
    {
        nuint index = TableSurvey<TMode>.IndexOf(LowerPlace);
        Check.Equal(0ul, TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, index), "the root entry before");
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        Laboratory<TMode>.Word(frame) = Marker;
        PendingFlush owed = PendingFlush.None;
        MapError error = TableWork<TMode, DirectMap<TMode>>.MapLater(LowerPlace, frame, Laboratory<TMode>.Data, ref owed);
        Check.Equal((ulong)MapError.None, (ulong)error, "map");
        Check.True(owed.IsEverything, "everything is owed");
        uint before = ThisProcessor.RootReloads;
        owed.Flush<ThisProcessor>();
        Check.Equal(1u, ThisProcessor.RootReloads - before, "times the root was written");
        Check.NoFault(Probes.Read(LowerPlace, out nuint seen));
        Check.Equal(Marker, seen, "what the page shows");
        CleanUp(LowerPlace);
        Check.Equal(0ul, TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, index), "the root entry afterwards");
        Check.Faulted(Probes.Read(LowerPlace), PageFaultCode.None, LowerPlace.Value);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void TopIsForgotten()
    {
        VirtualAddress top = VirtualAddress.FromValue(TopPage);
        PhysicalAddress first = Laboratory<TMode>.Take(0).Start;
        PhysicalAddress second = Laboratory<TMode>.Take(0).Start;
        Laboratory<TMode>.Word(first) = 1;
        Laboratory<TMode>.Word(second) = 2;
        Map(top, first);
        Check.NoFault(Probes.Read(top, out nuint before));
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(top), "unmap");
        Check.Faulted(Probes.Read(top), PageFaultCode.None, top.Value);
        Map(top, second);
        Check.NoFault(Probes.Read(top, out nuint after));
        Check.Equal(1ul, before, "seen before");
        Check.Equal(2ul, after, "seen after");
        CleanUp(top);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(first), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(second), 0);
    }

    // The last pages are tables, and the very last is the root, as the recursive slot shows them: they stay, and are there after each flush.
    private static void FlushAtTop()
    {
        VirtualAddress top = VirtualAddress.FromValue(TopPage);
        Check.NoFault(Probes.Read(top, out nuint before));
        for (uint pages = 1; pages <= 2 * ThisProcessor.SingleInvalidationLimit; pages++)
        {
            uint reloads = ThisProcessor.RootReloads;
            VirtualAddress first = VirtualAddress.FromValue(FirstAbove32Bits - (pages * Size4KiB.Bytes));
            PendingFlush.Of(first, pages, Size4KiB.Shift).Flush<ThisProcessor>();
            bool writesRoot = !ProcessorFeatures.InvalidatesSinglePages || (pages > ThisProcessor.SingleInvalidationLimit && !HasGlobalPages);
            Check.Equal(writesRoot ? 1u : 0u, ThisProcessor.RootReloads - reloads, "times the root was written");
            Check.NoFault(Probes.Read(top, out nuint after));
            Check.Equal(before, after, "the first root entry");
        }
    }

    private static void Map(VirtualAddress place, PhysicalAddress frame) => Check.Equal(
        (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");

    private static void CleanUp(VirtualAddress place)
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(place, Size4KiB.Bytes);
    }
}
