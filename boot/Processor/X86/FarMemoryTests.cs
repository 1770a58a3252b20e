using System;
using Boot.Guest;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Processor;

/// <summary>Memory that the direct map does not reach, as the processor sees it: no table is there, users get it first, and entries of eight bytes go on above 4 GiB.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class FarMemoryTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong FirstAbove32Bits = 1ul << 32;
    private const nuint Marker = 0x600D_F00D;

    // 512 KiB: a word for each frame of the 512 MiB that the direct map reaches.
    private const int ListOrder = 7;

    private static VirtualAddress LowerPlace => Laboratory<TMode>.LowerPlace;

    private static PhysicalAddress ReachEnd => DirectMap<TMode>.ReachEnd;

    private static PhysicalAddress AnyAddress => PhysicalAddress.FromValue(1ul << PhysicalAddress.MaximumBits);

    private static bool HasMemoryAbove4GiB => KernelSpace<TMode>.Map.MemoryEnd > PhysicalAddress.FromValue(FirstAbove32Bits);

    private static ReadOnlySpan<byte> NothingAbove4GiB => "no memory above 4 GiB that entries can name"u8;

    /// <summary>Whether there is memory that the direct map does not show.</summary>
    public static bool HasMemoryOutOfReach => KernelSpace<TMode>.Map.MemoryEnd > ReachEnd;

    /// <summary>Why a test about such memory is skipped.</summary>
    public static ReadOnlySpan<byte> AllInReach => "the direct map shows all memory"u8;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("every table lies where the direct map shows it", &TablesAreInReach);
        Tap.Test("no table is ever allocated where the direct map does not show it", &TablesStayInReach);
        Tap.TestIf(HasMemoryOutOfReach, "memory above the direct map is good for user pages", &UserPageOutOfReach, AllInReach);
        Tap.TestIf(HasMemoryOutOfReach, "memory above the direct map is given to users first", &UsersComeFirst, AllInReach);
        Tap.TestIf(
            HasMemoryAbove4GiB, "a page of memory above 4 GiB is not the one with the same low address bits", &PageAbove4GiB, NothingAbove4GiB);
        Tap.TestIf(HasMemoryAbove4GiB, "a large page of memory above 4 GiB shows its frames", &LargePageAbove4GiB, NothingAbove4GiB);
    }

    /// <summary>Takes a frame for a user's page.</summary>
    public static PhysicalAddress TakeUserFrame()
    {
        AllocationError error = KernelMemory.Frames.Allocate(
            0, FramePurpose.UserData, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "a user's frame");
        return frame.Start;
    }

    private static void TablesAreInReach()
    {
        TableSurvey<TMode> survey =
            TableSurvey<TMode>.Take(ThisProcessor.TableRoot, 0, TableSurvey<TMode>.RootEntryCount - 1, default);
        Check.True(survey.Tables >= (ulong)TMode.RootLevel.Number, "tables of each level were counted");
        Check.Equal(0ul, survey.TablesOutOfReach, "tables out of reach");
    }

    // The frames are listed in a block of their own and not touched: the host would have to provide each of them.
    private static void TablesStayInReach()
    {
        ulong free = Laboratory<TMode>.FreeFrames;
        PhysicalAddress list = Laboratory<TMode>.Take(ListOrder).Start;
        nuint taken = 0;
        while (KernelMemory.Source.TryTake(Laboratory<TMode>.Token(), out Frame<Size4KiB> frame))
        {
            if (frame.Range.End > ReachEnd)
            {
                Check.AtMost(ReachEnd.Value, frame.Range.End.Value, "the end of a frame for a table");
                Laboratory<TMode>.Give(frame, 0);
                break;
            }

            Laboratory<TMode>.Word(list, taken) = CheckedNarrowing.ToNative(frame.Start);
            taken++;
        }

        ulong left = free - taken - (1ul << ListOrder);
        Check.Equal(HasMemoryOutOfReach ? left : 0, Laboratory<TMode>.FreeFrames, "frames left, all of them out of reach");
        Check.True(!HasMemoryOutOfReach || Laboratory<TMode>.FreeFrames > 0, "memory out of reach is still there");
        while (taken > 0)
        {
            taken--;
            PhysicalAddress start = PhysicalAddress.FromValue(Laboratory<TMode>.Word(list, taken));
            Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(start), 0);
        }

        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(list), ListOrder);
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames afterwards");
    }

    private static void UserPageOutOfReach()
    {
        PhysicalAddress frame = TakeUserFrame();
        Check.True(frame >= ReachEnd, "the frame is out of reach");
        Map(LowerPlace, frame);
        Check.NoFault(Probes.Write(LowerPlace + 0x800, Marker));
        CheckShownAt(Laboratory<TMode>.Place, frame, 0x800, Marker);
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

    // If an upper address bit were lost on the way, the one frame would be the other. Only a run of frames that begins at a multiple
    // of 4 GiB is sure to have one with the low address bits of a certain frame below.
    private static void PageAbove4GiB()
    {
        Frame<Size4KiB> low = TakeRun(1, Size4KiB.Bytes, PhysicalAddress.FromValue(2 << 20), FramePurpose.KernelData);
        ulong frames = low.Start.FrameNumber + 1;
        Frame<Size4KiB> run = TakeRun(frames, FirstAbove32Bits, AnyAddress, FramePurpose.UserData);
        PhysicalAddress high = run.Start + low.Start.Value;
        Check.Equal(low.Start.Value, high.Value & (FirstAbove32Bits - 1), "the low address bits");
        Check.True(high.Value >= FirstAbove32Bits, "the frame is above 4 GiB");
        Laboratory<TMode>.Word(low.Start) = Marker;
        Map(LowerPlace, high);
        Check.Equal(high.Value, TableWork<TMode, DirectMap<TMode>>.Translate(LowerPlace).Address.Value, "what the tables say");
        Check.NoFault(Probes.Write(LowerPlace, ~Marker));
        CheckShownAt(Laboratory<TMode>.Place, high, 0, ~Marker);
        Check.Equal(Marker, Laboratory<TMode>.Word(low.Start), "the frame below 4 GiB");
        CleanUp(LowerPlace);
        GiveRun(run, frames);
        GiveRun(low, 1);
    }

    private static void LargePageAbove4GiB()
    {
        ulong frames = Laboratory<TMode>.LargeBytes >> Size4KiB.Shift;
        Frame<Size4KiB> run = TakeRun(frames, FirstAbove32Bits, AnyAddress, FramePurpose.UserData);
        Check.True(run.Start.Value >= FirstAbove32Bits, "the frames are above 4 GiB");
        MapError error = TableWork<TMode, DirectMap<TMode>>.MapLarge(LowerPlace, run.Start, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.None, (ulong)error, "map");
        ulong lastPage = Laboratory<TMode>.LargeBytes - Size4KiB.Bytes;
        Check.NoFault(Probes.Write(LowerPlace + (lastPage + 0x10), Marker));
        CheckShownAt(Laboratory<TMode>.Place, run.Start + lastPage, 0x10, Marker);
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.UnmapLarge(LowerPlace), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(LowerPlace, Laboratory<TMode>.LargeBytes);
        GiveRun(run, frames);
    }

    // What another page of the same frame shows.
    private static void CheckShownAt(VirtualAddress place, PhysicalAddress frame, ulong offset, nuint expected)
    {
        Map(place, frame);
        Check.NoFault(Probes.Read(place + offset, out nuint seen));
        Check.Equal(expected, seen, "what another page shows of the frame");
        CleanUp(place);
    }

    private static Frame<Size4KiB> TakeRun(ulong frames, ulong alignment, PhysicalAddress below, FramePurpose purpose)
    {
        AllocationError error = KernelMemory.Frames.AllocateContiguous(
            frames, alignment, below, purpose, Laboratory<TMode>.Token(), out Frame<Size4KiB> first);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "frames in a row");
        return first;
    }

    private static void GiveRun(Frame<Size4KiB> first, ulong frames) => Check.Equal(
        (ulong)FreeError.None, (ulong)KernelMemory.Frames.FreeContiguous(first, frames, Laboratory<TMode>.Token()), "frames go back");

    private static void Map(VirtualAddress place, PhysicalAddress frame) => Check.Equal(
        (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");

    private static void CleanUp(VirtualAddress place)
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(place, Size4KiB.Bytes);
    }
}
