using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>Frames on a machine with more memory than the kernel shows itself. Where all of it is shown there is nothing to test.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ReachTests<TMode>
    where TMode : struct, IPagingMode
{
    private static FrameZoneStatistics OutOfReach =>
        KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token()).Of(FrameZone.OutOfReach);

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        bool hasMore = OutOfReach.ManagedFrames != 0;
        Tap.TestIf(hasMore, "what the kernel touches lies within reach, and a program's memory out of it", &PurposeDecides, Reason);
        Tap.TestIf(hasMore, "without a frame within reach there is no page table, whatever is free out of it", &ReachRunsOut, Reason);
        Tap.TestIf(hasMore, "a frame out of reach is memory wherever it is mapped", &DistantFrameIsMemory, Reason);
    }

    private static ReadOnlySpan<byte> Reason => "all memory is within reach"u8;

    private static void PurposeDecides()
    {
        for (FramePurpose purpose = FramePurpose.PageTable; purpose <= FramePurpose.DeviceBuffer; purpose++)
        {
            ulong free = OutOfReach.FreeFrames;
            AllocationError error = KernelMemory.Frames.Allocate(purpose, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
            Check.Equal((ulong)AllocationError.None, (ulong)error, "a frame");
            Check.Equal(purpose.NeedsReach() ? free : free - 1, OutOfReach.FreeFrames, "frames free out of reach");
            Check.True(frame.Start < DirectMap<TMode>.ReachEnd == purpose.NeedsReach(), "the frame lies in its zone");
            Laboratory<TMode>.Give(frame, 0);
            Check.Equal(free, OutOfReach.FreeFrames, "frames free out of reach afterwards");
        }
    }

    private static void ReachRunsOut()
    {
        ulong free = OutOfReach.FreeFrames;
        Hoard hoard = Hoard.Take<TMode>();
        AllocationError error = KernelMemory.Frames.Allocate(FramePurpose.PageTable, Laboratory<TMode>.Token(), out _);
        Check.Equal((ulong)AllocationError.OutOfReachableFrames, (ulong)error, "a page table");
        Check.False(KernelMemory.Source.TryTake(Laboratory<TMode>.Token(), out _), "a frame for the kernel's tables");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "frames free, all of them out of reach");
        Frame<Size4KiB> distant = TakeDistant();
        Laboratory<TMode>.Give(distant, 0);
        hoard.Give<TMode>();
    }

    private static void DistantFrameIsMemory()
    {
        Frame<Size4KiB> frame = TakeDistant();
        Check.False(DirectMap<TMode>.TryRangeOf(frame.Range, out _), "shown in the direct map");
        VirtualAddress first = Laboratory<TMode>.Place;
        VirtualAddress second = first + Size4KiB.Bytes;
        Map(first, frame);
        Map(second, frame);
        for (nuint word = 0; word < Laboratory<TMode>.WordsPerFrame; word++)
        {
            WordAt(first, word) = ~word;
        }

        nuint differences = 0;
        for (nuint word = 0; word < Laboratory<TMode>.WordsPerFrame; word++)
        {
            differences |= WordAt(second, word) ^ ~word;
        }

        Check.Equal(0ul, differences, "bits that differ at the other address");
        Check.Equal(
            (ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.UnmapRange(first, 2 * Size4KiB.Bytes), "unmap");
        Laboratory<TMode>.Give(frame, 0);
    }

    private static Frame<Size4KiB> TakeDistant()
    {
        AllocationError error = KernelMemory.Frames.Allocate(FramePurpose.UserData, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "a frame for a program");
        Check.True(frame.Start >= DirectMap<TMode>.ReachEnd, "it lies out of reach");
        return frame;
    }

    private static void Map(VirtualAddress at, Frame<Size4KiB> frame) => Check.Equal(
        (ulong)MapError.None,
        (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(at, frame.Start, Laboratory<TMode>.Data),
        "map");

    // SAFETY: the callers have mapped a frame of their own there, writable.
    private static ref nuint WordAt(VirtualAddress page, nuint word) => ref ((nuint*)page.ToPointer())[word];
}
