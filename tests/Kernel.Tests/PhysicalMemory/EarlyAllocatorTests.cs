using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class EarlyAllocatorTests
{
    private static readonly PhysicalRange s_everything = Range(0, 1UL << 52);

    [Fact]
    public void It_takes_from_the_top_of_the_highest_region_down()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(
            storage.MapOf(new(0, 0x4000, MemoryRegionKind.Usable), new(0x8000, 0x3000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(2, 0x1000, out PhysicalRange first));
        Assert.Equal(EarlyAllocationError.None, early.Allocate(2, 0x1000, out PhysicalRange second));
        Assert.Equal(EarlyAllocationError.None, early.Allocate(1, 0x1000, out PhysicalRange third));
        Assert.Equal([Range(0x9000, 0xB000), Range(0x2000, 0x4000), Range(0x8000, 0x9000)], [first, second, third]);
        Assert.Equal(5UL, early.TakenFrames);
    }

    [Fact]
    public void The_last_frame_of_a_region_is_not_lost()
    {
        // The Limine tutorial compares with the end inclusively and loses it.
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0x4000, 0x4000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(4, 0x1000, out PhysicalRange all));
        Assert.Equal(Range(0x4000, 0x8000), all);
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate(1, 0x1000, out _));
    }

    [Fact]
    public void An_alignment_leaves_the_gap_usable()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0xF000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(1, 0x4000, out PhysicalRange aligned));
        Assert.Equal(Range(0xC000, 0xD000), aligned);
        Assert.Equal(0xE000UL, early.Map.UsableBytes);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(2, 0x1000, out PhysicalRange gap));
        Assert.Equal(Range(0xD000, 0xF000), gap);
    }

    [Fact]
    public void It_stays_within_reach()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(
            storage.MapOf(new(0x1_0000, 0x1_0000, MemoryRegionKind.Usable), new(0x10_0000, 0x1_0000, MemoryRegionKind.Usable)),
            Range(0x1_1800, 0x1_4800));
        Assert.Equal(EarlyAllocationError.None, early.Allocate(2, 0x1000, out PhysicalRange range));
        Assert.Equal(Range(0x1_2000, 0x1_4000), range);
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate(1, 0x1000, out _));
    }

    [Fact]
    public void It_never_takes_what_is_reserved()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(new RawMemoryRegion(0, 0x10_0000, MemoryRegionKind.Usable));
        PhysicalRange kernel = Range(0xF_0000, 0xF_8000);
        PhysicalRange module = Range(0x4_0123, 0x4_2001);
        Assert.Equal(MemoryMapError.None, map.Reserve(kernel, MemoryRegionKind.KernelImage));
        Assert.Equal(MemoryMapError.None, map.Reserve(module, MemoryRegionKind.Modules));
        EarlyAllocator early = new(map, s_everything);
        int taken = 0;
        while (early.Allocate(1, 0x1000, out PhysicalRange frame) == EarlyAllocationError.None)
        {
            taken++;
            Assert.False(frame.Overlaps(kernel) || frame.Overlaps(module));
        }

        Assert.Equal(256 - 8 - 3, taken);
    }

    [Fact]
    public void Too_many_frames_are_refused_without_wrapping()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x10_0000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate((1UL << 52) + 1, 0x1000, out _));
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate(ulong.MaxValue, 0x1000, out _));
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate(257, 0x1000, out _));
        Assert.Equal(0UL, early.TakenFrames);
    }

    [Fact]
    public void An_alignment_below_the_region_is_refused()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0x1000, 0x3000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.OutOfFrames, early.Allocate(1, 1UL << 51, out _));
    }

    [Theory]
    [InlineData(0, 0x1000)]
    [InlineData(1, 0x800)]
    [InlineData(1, 0x3000)]
    [InlineData(1, 0)]
    public void A_meaningless_request_panics(ulong frames, ulong alignment)
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x10_0000, MemoryRegionKind.Usable)), s_everything);
        Panics.In("EarlyAllocator.Allocate", () => _ = early.Allocate(frames, alignment, out _));
    }

    [Fact]
    public void A_full_map_refuses_to_lose_track()
    {
        using MapStorage storage = new(1);
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x4000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.MapFull, early.Allocate(1, 0x1000, out PhysicalRange nothing));
        Assert.True(nothing.IsEmpty);
        Assert.Equal(0x4000UL, early.Map.UsableBytes);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(4, 0x1000, out _));
    }

    [Fact]
    public void As_a_frame_source_it_gives_and_takes_single_frames()
    {
        using TestMachine machine = new();
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x2000, MemoryRegionKind.Usable)), s_everything);
        InterruptsDisabled token = machine.Token;
        Assert.True(early.TryTake(token, out Frame<Size4KiB> one));
        Assert.True(early.TryTake(token, out Frame<Size4KiB> other));
        Assert.False(early.TryTake(token, out _));
        Assert.Equal([Frame(1), Frame(0)], [one, other]);
        early.Return(one, token);
        Assert.True(early.TryTake(token, out Frame<Size4KiB> again));
        Assert.Equal(one, again);
    }

    [Fact]
    public void A_returned_frame_is_usable_again()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x8000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(4, 0x1000, out PhysicalRange range));
        early.Return(range);
        Assert.Equal(0x8000UL, early.Map.UsableBytes);
        Assert.Equal(1, early.Map.Regions.Length);
    }

    [Fact]
    public void A_frame_that_was_not_taken_cannot_be_returned()
    {
        using MapStorage storage = new();
        EarlyAllocator early = new(
            storage.MapOf(new(0, 0x8000, MemoryRegionKind.Usable), new(0x8000, 0x1000, MemoryRegionKind.KernelImage)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(1, 0x1000, out PhysicalRange range));
        early.Return(range);
        Panics.In("EarlyAllocator.Return", () => early.Return(range));
        Panics.In("EarlyAllocator.Return", () => early.Return(Frames(8, 1)));
        Panics.In("EarlyAllocator.Return", () => early.Return(Frames(100, 1)));
    }

    [Fact]
    public void A_frame_from_the_middle_that_the_map_has_no_room_for_stays_taken_and_is_counted()
    {
        using MapStorage storage = new(2);
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 0x8000, MemoryRegionKind.Usable)), s_everything);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(4, 0x1000, out _));
        early.Return(Frames(6, 1));
        Assert.Equal((1UL, 4UL), (early.KeptFrames, early.TakenFrames));
        early.Return(Frames(4, 1));
        Assert.Equal((1UL, 3UL), (early.KeptFrames, early.TakenFrames));
        while (early.Allocate(1, 0x1000, out PhysicalRange frame) == EarlyAllocationError.None)
        {
            Assert.NotEqual(Frames(6, 1), frame);
        }

        Assert.Equal(8UL, early.TakenFrames);
    }

    [Fact]
    public void A_frame_that_stayed_taken_is_kernel_data_for_the_successor()
    {
        using TestMachine machine = new();
        using MapStorage storage = new(2);
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 1 << 20, MemoryRegionKind.Usable)), machine.Memory.Range);
        Assert.Equal(EarlyAllocationError.None, early.Allocate(3, 0x1000, out _));
        early.Return(Frames(254, 1));
        Assert.Equal(1UL, early.KeptFrames);
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.None, frames.SetUp<SimulatedMemory>(ref early));
        Assert.Equal(3UL, frames.GetStatistics(machine.Token).UsedFor(FramePurpose.KernelData));
        Assert.True(frames.TryDescribe(Frame(254), machine.Token, out _));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void Random_use_never_overlaps_and_never_loses_a_frame(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 100; round++)
        {
            using MapStorage storage = new(256);
            if (storage.Normalize(FrameModel.RandomEntries(random, 128), 19, out MemoryMap map, out _) != MemoryMapError.None)
            {
                continue;
            }

            // What is called kernel data before the allocator begins is not its own.
            MemoryRegionKind?[] model = FrameModel.Of(map, 128);
            EarlyAllocator early = new(map, Range(0x3000, 0x7_0000));
            List<PhysicalRange> taken = [];
            for (int step = 0; step < 40; step++)
            {
                if (taken.Count > 0 && random.Next(3) == 0)
                {
                    PhysicalRange back = taken[random.Next(taken.Count)];
                    taken.Remove(back);
                    early.Return(back);
                    Paint(model, back, MemoryRegionKind.Usable);
                }
                else if (early.Allocate((ulong)random.Next(1, 6), 0x1000UL << random.Next(4), out PhysicalRange range) == EarlyAllocationError.None)
                {
                    Assert.All(Enumerable.Range((int)range.Start.FrameNumber, (int)(range.Length >> 12)), frame =>
                        Assert.Equal(MemoryRegionKind.Usable, model[frame]));
                    Assert.True(Range(0x3000, 0x7_0000).Contains(range));
                    taken.Add(range);
                    Paint(model, range, MemoryRegionKind.KernelData);
                }

                Assert.Equal(model, FrameModel.Of(early.Map, 128));
            }
        }
    }

    private static void Paint(MemoryRegionKind?[] model, PhysicalRange range, MemoryRegionKind kind)
    {
        for (ulong frame = range.Start.FrameNumber; frame < range.End.FrameNumber; frame++)
        {
            model[frame] = kind;
        }
    }
}
