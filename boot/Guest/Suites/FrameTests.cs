using System;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>The memory map and the frame allocator, on the machine's real memory.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class FrameTests<TMode>
    where TMode : struct, IPagingMode
{
    private const int Several = 32;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("regions of the memory map are sorted and do not overlap", &RegionsAreSorted);
        Tap.Test("no usable memory touches the kernel image or page 0", &ImageIsNotUsable);
        Tap.Test("frames managed and frames used add up", &StatisticsAddUp);
        Tap.Test("an allocated frame is described with purpose, owner and one holder", &FramesAreDescribed);
        Tap.Test("frames allocated one after another never share memory", &FramesAreDistinct);
        Tap.Test("a block is aligned to its size", &BlocksAreAligned);
        Tap.Test("freeing a frame joins its block again", &BuddiesCoalesce);
        Tap.Test("a frame freed twice is refused", &DoubleFree);
        Tap.Test("a frame of the kernel image is refused as foreign", &ForeignFree);
        Tap.Test("a block freed with the wrong order is refused", &WrongOrder);
        Tap.Test("a shared frame is freed by its last holder", &SharedFrames);
        Tap.Test("contiguous frames keep to alignment and upper bound", &ContiguousFrames);
        Tap.Test("an order that does not exist is refused", &NoSuchOrder);
        Tap.Test("more contiguous memory than there is, is refused without loss", &TooMuchMemory);
        Tap.Test("a page-table frame is zero whatever its last owner left there", &TableFramesAreZeroed);
        Tap.Test("a zeroed allocation is zero in every frame", &ZeroedAllocation);
        Tap.Test("memory of the boot tables is in the allocator's hands", &BootTablesAreReclaimed);
    }

    private static void RegionsAreSorted()
    {
        PhysicalAddress end = PhysicalAddress.Zero;
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            Check.True(region.Range.Start >= end, "a region starts after the one before");
            Check.False(region.Range.IsEmpty, "a region holds a frame");
            Check.Equal(0ul, region.Range.Length % Size4KiB.Bytes, "a region is whole frames");
            end = region.Range.End;
        }

        Check.True(KernelSpace<TMode>.Map.UsableBytes > 1 << 20, "more than 1 MiB is usable");
    }

    private static void ImageIsNotUsable()
    {
        PhysicalRange firstPage = PhysicalRange.FromStart(PhysicalAddress.Zero, Size4KiB.Bytes);
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            if (region.Kind == MemoryRegionKind.Usable)
            {
                Check.False(region.Range.Overlaps(LinkerSymbols.Image), "usable memory in the image");
                Check.False(region.Range.Overlaps(firstPage), "usable page 0");
            }
        }

        bool found = KernelSpace<TMode>.Map.TryFind(KernelSpace<TMode>.Image.Text.Start, out MemoryRegion image);
        Check.True(found && image.Kind == MemoryRegionKind.KernelImage, "the image is in the map");
    }

    private static void StatisticsAddUp()
    {
        FrameStatistics statistics = KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token());
        ulong used = 0;
        for (FramePurpose purpose = FramePurpose.PageTable; purpose <= FramePurpose.DeviceBuffer; purpose++)
        {
            used += statistics.UsedFor(purpose);
        }

        ulong free = 0;
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            free += (ulong)statistics.FreeBlocksOf(order) << order;
        }

        Check.Equal(statistics.ManagedFrames, statistics.FreeFrames + used, "free and used frames");
        Check.Equal(statistics.FreeFrames, free, "frames in free blocks");
        FrameZoneStatistics near = statistics.Of(FrameZone.WithinReach);
        FrameZoneStatistics distant = statistics.Of(FrameZone.OutOfReach);
        Check.Equal(statistics.ManagedFrames, near.ManagedFrames + distant.ManagedFrames, "managed frames of both zones");
        Check.Equal(statistics.FreeFrames, near.FreeFrames + distant.FreeFrames, "free frames of both zones");
    }

    private static void FramesAreDescribed()
    {
        Check.Equal(
            (ulong)AllocationError.None,
            (ulong)KernelMemory.Frames.Allocate(
                2, FramePurpose.UserData, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame, FrameOwner.Process(77)),
            "allocation");
        Check.True(KernelMemory.Frames.TryDescribe(frame, Laboratory<TMode>.Token(), out FrameDescription description), "described");
        Check.Equal(4u, description.Frames, "frames");
        Check.Equal(1u, description.References, "holders");
        Check.Equal(77u, description.Owner.Number, "owner");
        Check.Equal((ulong)FramePurpose.UserData, (ulong)description.Purpose, "purpose");
        Laboratory<TMode>.Give(frame, 2);
        Check.False(KernelMemory.Frames.TryDescribe(frame, Laboratory<TMode>.Token(), out _), "described after it was freed");
    }

    private static void FramesAreDistinct()
    {
        Span<Frame<Size4KiB>> frames = stackalloc Frame<Size4KiB>[Several];
        for (int index = 0; index < Several; index++)
        {
            frames[index] = Laboratory<TMode>.Take(0);
            Laboratory<TMode>.Word(frames[index].Start) = 0xF00D_0000 + (nuint)index;
            Laboratory<TMode>.Word(frames[index].Start, Laboratory<TMode>.WordsPerFrame - 1) = ~(nuint)index;
        }

        for (int index = 0; index < Several; index++)
        {
            Check.Equal(0xF00D_0000 + (nuint)index, Laboratory<TMode>.Word(frames[index].Start), "first word");
            Check.Equal(~(nuint)index, Laboratory<TMode>.Word(frames[index].Start, Laboratory<TMode>.WordsPerFrame - 1), "last word");
            Laboratory<TMode>.Give(frames[index], 0);
        }
    }

    private static void BlocksAreAligned()
    {
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            Frame<Size4KiB> block = Laboratory<TMode>.Take(order);
            Check.Equal(0ul, block.Start.FrameNumber & ((1ul << order) - 1), "frame number within the block's size");
            Laboratory<TMode>.Give(block, order);
        }
    }

    private static void BuddiesCoalesce()
    {
        FrameStatistics before = KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token());
        Frame<Size4KiB> first = Laboratory<TMode>.Take(0);
        Frame<Size4KiB> second = Laboratory<TMode>.Take(3);
        Check.Equal(before.FreeFrames - 9, Laboratory<TMode>.FreeFrames, "free frames meanwhile");
        Laboratory<TMode>.Give(first, 0);
        Laboratory<TMode>.Give(second, 3);
        FrameStatistics after = KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token());
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            Check.Equal(before.FreeBlocksOf(order), after.FreeBlocksOf(order), "free blocks of each order");
        }
    }

    private static void DoubleFree()
    {
        Frame<Size4KiB> frame = Laboratory<TMode>.Take(0);
        Laboratory<TMode>.Give(frame, 0);
        ulong free = Laboratory<TMode>.FreeFrames;
        FreeError error = KernelMemory.Frames.Free(frame, 0, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.NotAllocated, (ulong)error, "the error");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
    }

    private static void ForeignFree()
    {
        Frame<Size4KiB> text = Frame<Size4KiB>.FromStart(KernelSpace<TMode>.Image.Text.Start);
        FreeError error = KernelMemory.Frames.Free(text, 0, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.NotManaged, (ulong)error, "a frame of the text");
        FreeError beyond = KernelMemory.Frames.Free(
            Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(1ul << 50)), 0, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.NotManaged, (ulong)beyond, "a frame where no memory is");
    }

    private static void WrongOrder()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(3);
        FreeError error = KernelMemory.Frames.Free(block, 2, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.WrongSize, (ulong)error, "the error");
        FreeError inside = KernelMemory.Frames.Free(block + 1, 0, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.NotAllocated, (ulong)inside, "the error for a frame inside");
        Laboratory<TMode>.Give(block, 3);
    }

    private static void SharedFrames()
    {
        Frame<Size4KiB> frame = Laboratory<TMode>.Take(0);
        ulong free = Laboratory<TMode>.FreeFrames;
        KernelMemory.Frames.Share(frame);
        FreeError early = KernelMemory.Frames.Free(frame, 0, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.StillShared, (ulong)early, "freed while shared");
        FreeError first = KernelMemory.Frames.Release(frame, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.None, (ulong)first, "first holder lets go");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "the frame is still held");
        FreeError last = KernelMemory.Frames.Release(frame, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.None, (ulong)last, "last holder lets go");
        Check.Equal(free + 1, Laboratory<TMode>.FreeFrames, "the frame is free");
    }

    private static void ContiguousFrames()
    {
        PhysicalAddress below = PhysicalAddress.FromValue(16 << 20);
        AllocationError error = KernelMemory.Frames.AllocateContiguous(
            37, 1 << 16, below, FramePurpose.DeviceBuffer, Laboratory<TMode>.Token(), out Frame<Size4KiB> first);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "the error");
        Check.Equal(0ul, first.Start.Value & 0xFFFF, "address within 64 KiB");
        Check.True(first.Start + (37 * Size4KiB.Bytes) <= below, "end below the bound");
        FreeError freed = KernelMemory.Frames.FreeContiguous(first, 37, Laboratory<TMode>.Token());
        Check.Equal((ulong)FreeError.None, (ulong)freed, "freed");
    }

    private static void NoSuchOrder()
    {
        AllocationError error = KernelMemory.Frames.Allocate(
            BuddyAllocator.MaximumOrder + 1, FramePurpose.KernelData, Laboratory<TMode>.Token(), out _);
        Check.Equal((ulong)AllocationError.NoSuchOrder, (ulong)error, "the error");
    }

    private static void TooMuchMemory()
    {
        ulong free = Laboratory<TMode>.FreeFrames;
        AllocationError error = KernelMemory.Frames.AllocateContiguous(
            free + 1, Size4KiB.Bytes, PhysicalAddress.FromValue(1ul << 52), FramePurpose.KernelData, Laboratory<TMode>.Token(), out _);
        Check.Equal((ulong)AllocationError.OutOfFrames, (ulong)error, "the error");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
    }

    private static void TableFramesAreZeroed()
    {
        Span<Frame<Size4KiB>> dirty = stackalloc Frame<Size4KiB>[Several];
        for (int index = 0; index < Several; index++)
        {
            dirty[index] = Laboratory<TMode>.Take(0);
            FillWithOnes(dirty[index]);
        }

        foreach (Frame<Size4KiB> frame in dirty)
        {
            Laboratory<TMode>.Give(frame, 0);
        }

        bool reused = false;
        Span<Frame<Size4KiB>> tables = stackalloc Frame<Size4KiB>[Several];
        for (int index = 0; index < Several; index++)
        {
            Check.True(
                PageTableFrame.TryAllocate<DirectMap<TMode>, KernelFrames>(
                    ref KernelMemory.Source, Laboratory<TMode>.Token(), out PageTableFrame table),
                "a table frame");
            tables[index] = table.Frame;
            foreach (Frame<Size4KiB> frame in dirty)
            {
                reused |= frame == table.Frame;
            }

            CheckZero(table.Frame);
        }

        Check.True(reused, "at least one frame was dirty before");
        foreach (Frame<Size4KiB> table in tables)
        {
            Laboratory<TMode>.Give(table, 0);
        }
    }

    private static void ZeroedAllocation()
    {
        Frame<Size4KiB> dirty = Laboratory<TMode>.Take(1);
        FillWithOnes(dirty);
        FillWithOnes(dirty + 1);
        Laboratory<TMode>.Give(dirty, 1);
        AllocationError error = KernelMemory.Frames.AllocateZeroed<DirectMap<TMode>>(
            1, FramePurpose.KernelData, Laboratory<TMode>.Token(), out Frame<Size4KiB> first);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "the error");
        CheckZero(first);
        CheckZero(first + 1);
        Laboratory<TMode>.Give(first, 1);
    }

    private static void BootTablesAreReclaimed()
    {
        MemoryMap map = KernelSpace<TMode>.Map;
        ulong reclaimed = map.BytesOf(MemoryRegionKind.BootloaderReclaimable);
        Check.True(reclaimed >= LinkerSymbols.BootCode.Length, "the boot code and its tables can be reclaimed");
        ulong memory = map.UsableBytes + map.BytesOf(MemoryRegionKind.KernelData) + reclaimed;
        Check.Equal(
            (memory >> Size4KiB.Shift) - FrameMetadataTable.FramesNeededFor(map),
            KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token()).ManagedFrames,
            "managed frames");
    }

    private static void FillWithOnes(Frame<Size4KiB> frame)
    {
        for (nuint word = 0; word < Laboratory<TMode>.WordsPerFrame; word++)
        {
            Laboratory<TMode>.Word(frame.Start, word) = nuint.MaxValue;
        }
    }

    private static void CheckZero(Frame<Size4KiB> frame)
    {
        nuint all = 0;
        for (nuint word = 0; word < Laboratory<TMode>.WordsPerFrame; word++)
        {
            all |= Laboratory<TMode>.Word(frame.Start, word);
        }

        Check.Equal(0ul, all, "all words together");
    }
}
