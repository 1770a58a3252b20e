using System;
using Boot.Guest;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Processor;

/// <summary>What 32 bits are short of, and how it shows: no NX, a direct map that ends below the memory, addresses that do not fit.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ProcessorTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong FirstAbove32Bits = 1ul << 32;
    private const ulong TopPage = 0xFFFF_F000;
    private const nuint Marker = 0x600D_F00D;

    private static VirtualAddress LowerPlace => Laboratory<TMode>.LowerPlace;

    private static PhysicalAddress ReachEnd => DirectMap<TMode>.ReachEnd;

    private static bool HasGlobalPages => (ThisProcessor.PagingFeatures & PagingFeatures.GlobalPages) != 0;

    private static bool HasMemoryOutOfReach => KernelSpace<TMode>.Map.MemoryEnd > ReachEnd;

    /// <summary>Runs the suite, and the paging suites once more through the recursive map.</summary>
    public static void Run()
    {
        Tap.Test("a page that must not be executed is refused where entries cannot say so", &NoExecuteIsRefused);
        Tap.Test("a frame above what entries can name is refused", &FrameAboveEntries);
        Tap.Test("an address above 4 GiB is no virtual address", &AddressAbove32Bits);
        Tap.Test("a large page is a root entry of its own", &LargePageIsRootEntry);
        Tap.Test("every table lies where the direct map shows it", &TablesAreInReach);
        Tap.Test("no table is ever allocated where the direct map does not show it", &TablesStayInReach);
        Tap.TestIf(HasMemoryOutOfReach, "memory above the direct map is good for user pages", &UserPageOutOfReach, AllInReach);
        Tap.TestIf(HasMemoryOutOfReach, "memory above the direct map is given to users first", &UsersComeFirst, AllInReach);
        Tap.Test("a flush that ends with the last page below 4 GiB ends", &FlushAtTop);
        RecursiveMapTests<TMode>.Run();
    }

    private static ReadOnlySpan<byte> AllInReach => "the direct map shows all memory"u8;

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
        PhysicalAddress frame = PhysicalAddress.FromValue(FirstAbove32Bits);
        ulong free = Laboratory<TMode>.FreeFrames;
        Check.Equal(
            (ulong)MapError.AbovePhysicalWidth,
            (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(LowerPlace, frame, Laboratory<TMode>.Data), "one page");
        Check.Equal(
            (ulong)MapError.AbovePhysicalWidth,
            (ulong)TableWork<TMode, DirectMap<TMode>>.MapRange(
                LowerPlace, PhysicalAddress.FromValue(FirstAbove32Bits - Size4KiB.Bytes), 2 * Size4KiB.Bytes, Laboratory<TMode>.Data),
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

    private static void TablesAreInReach()
    {
        TableSurvey<TMode> survey =
            TableSurvey<TMode>.Take(ThisProcessor.TableRoot, 0, TableSurvey<TMode>.RootEntryCount - 1, default);
        Check.True(survey.Tables > 60, "tables were counted");
        Check.Equal(0ul, survey.TablesOutOfReach, "tables out of reach");
    }

    // The list of the frames that were taken is in the frames themselves: the first word of each names the one before.
    private static void TablesStayInReach()
    {
        ulong free = Laboratory<TMode>.FreeFrames;
        ulong taken = 0;
        PhysicalAddress last = PhysicalAddress.Zero;
        while (KernelMemory.Source.TryTake(Laboratory<TMode>.Token(), out Frame<Size4KiB> frame))
        {
            if (frame.Range.End > ReachEnd)
            {
                Check.AtMost(ReachEnd.Value, frame.Range.End.Value, "the end of a frame for a table");
                Laboratory<TMode>.Give(frame, 0);
                break;
            }

            Laboratory<TMode>.Word(frame.Start) = CheckedNarrowing.ToNative(last);
            last = frame.Start;
            taken++;
        }

        Check.Equal(HasMemoryOutOfReach ? free - taken : 0, Laboratory<TMode>.FreeFrames, "frames left, all of them out of reach");
        Check.True(!HasMemoryOutOfReach || Laboratory<TMode>.FreeFrames > 0, "memory out of reach is still there");
        while (last != PhysicalAddress.Zero)
        {
            PhysicalAddress before = PhysicalAddress.FromValue(Laboratory<TMode>.Word(last));
            Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(last), 0);
            last = before;
        }

        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames afterwards");
    }

    private static void UserPageOutOfReach()
    {
        PhysicalAddress frame = TakeUserFrame();
        Check.True(frame >= ReachEnd, "the frame is out of reach");
        Map(LowerPlace, frame);
        Check.NoFault(Probes.Write(LowerPlace + 0x800, Marker));
        Check.Equal(
            Marker, *(nuint*)RecursiveMap<TMode, ThisProcessor>.PointerTo(frame + 0x800), "what a window shows of the frame");
        *(nuint*)RecursiveMap<TMode, ThisProcessor>.PointerTo(frame + 0x804) = ~Marker;
        Check.NoFault(Probes.Read(LowerPlace + 0x804, out nuint seen));
        Check.Equal(~Marker, seen, "what the page shows of what was written through the window");
        CleanUp(LowerPlace);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void UsersComeFirst()
    {
        ulong free = Laboratory<TMode>.FreeFrames;
        PhysicalAddress user = TakeUserFrame();
        PhysicalAddress kernel = Laboratory<TMode>.Take(0).Start;
        Check.True(user >= ReachEnd, "a user's frame is out of reach");
        Check.True(kernel < ReachEnd, "the kernel's is not");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(user), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(kernel), 0);
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
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

    private static PhysicalAddress TakeUserFrame()
    {
        AllocationError error = KernelMemory.Frames.Allocate(
            0, FramePurpose.UserData, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "a user's frame");
        return frame.Start;
    }

    private static void Map(VirtualAddress place, PhysicalAddress frame) => Check.Equal(
        (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");

    private static void CleanUp(VirtualAddress place)
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(place, Size4KiB.Bytes);
    }
}
