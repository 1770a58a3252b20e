using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class BuddyAllocatorTests
{
    // 8 MiB from 32 MiB on: two blocks of the largest order.
    private const ulong First = 8192;
    private static readonly PhysicalRange s_eightMiB = Frames(First, 2048);

    [Theory]
    [InlineData(8192 + 1023)]
    [InlineData(8192 + 2048)]
    public void A_frame_outside_of_its_part_is_not_managed(ulong frame)
    {
        using BuddyMachine machine = new(Frames(8192, 16));
        Panics.In("BuddyAllocator.Manage", () => new BuddyAllocator(machine.Metadata, 8192 + 1024, 8192 + 2048).Add(Frames(frame, 1)));
    }

    [Fact]
    public void Allocators_share_metadata_and_no_frames()
    {
        using BuddyMachine machine = new(Frames(8192 + 1000, 24));
        BuddyAllocator other = new(machine.Metadata, 8192 + 1024, 8192 + 2048);
        other.Add(Frames(8192 + 1024, 40));
        Assert.Equal(AllocationError.None, other.AllocateRun(40, 0x1000, Physical(1UL << 52), out Frame<Size4KiB> run));
        Assert.Equal(Frame(8192 + 1024), run);
        Assert.Equal(AllocationError.OutOfFrames, other.Allocate(0, out _));
        Assert.Equal(FreeError.None, other.Free(run, 40));
        Assert.Equal((24UL, 40UL), (machine.Buddy.FreeFrames, other.FreeFrames));
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(25, 0x1000, Physical((8192 + 1024) << 12), out _));
    }

    [Fact]
    public void Aligned_memory_is_free_in_the_largest_blocks()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], machine.FreeBlocks);
        Assert.Equal((2048UL, 2048UL, 10), (machine.Buddy.ManagedFrames, machine.Buddy.FreeFrames, machine.Buddy.LargestFreeOrder));
    }

    [Fact]
    public void Memory_that_begins_and_ends_anywhere_is_free_to_the_last_frame()
    {
        // Frames 1 to 14 of an aligned 16: 1, 2-3, 4-7, 8-11, 12-13, 14.
        using BuddyMachine machine = new(Frames(First + 1, 14));
        Assert.Equal([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0], machine.FreeBlocks);
        Assert.Equal(14UL, machine.Buddy.FreeFrames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    public void Every_block_of_an_order_can_be_had_once_and_is_aligned_to_its_size(int order)
    {
        using BuddyMachine machine = new(s_eightMiB);
        HashSet<ulong> starts = [];
        for (int block = 0; block < 2048 >> order; block++)
        {
            Frame<Size4KiB> first = machine.Take(order);
            Assert.True(s_eightMiB.Contains(PhysicalRange.FromStart(first.Start, 0x1000UL << order)));
            Assert.Equal(0UL, first.Start.FrameNumber & ((1UL << order) - 1));
            Assert.True(starts.Add(first.Start.Value));
        }

        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.Allocate(order, out _));
        Assert.Equal((0UL, -1), (machine.Buddy.FreeFrames, machine.Buddy.LargestFreeOrder));
    }

    [Fact]
    public void A_split_leaves_one_half_of_each_order_free()
    {
        using BuddyMachine machine = new(Frames(First, 1024));
        machine.Take(0);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], machine.FreeBlocks);
    }

    [Fact]
    public void A_fitting_block_is_taken_before_a_larger_one_is_split()
    {
        using BuddyMachine machine = new(Frames(First, 1024), Frames(First + 2048, 4));
        Assert.Equal(Frame(First + 2048), machine.Take(2));
        Assert.Equal(1u, machine.Buddy.FreeBlocksOf(10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_freed_block_joins_its_buddies_again(int order)
    {
        using BuddyMachine machine = new(s_eightMiB);
        uint[] before = machine.FreeBlocks;
        machine.Free(machine.Take(order), 1UL << order);
        Assert.Equal(before, machine.FreeBlocks);
    }

    [Fact]
    public void A_block_whose_buddy_is_allocated_stays_alone()
    {
        using BuddyMachine machine = new(Frames(First, 2));
        Frame<Size4KiB> one = machine.Take(0);
        Frame<Size4KiB> other = machine.Take(0);
        machine.Free(one, 1);
        Assert.Equal((1u, 0u), (machine.Buddy.FreeBlocksOf(0), machine.Buddy.FreeBlocksOf(1)));
        machine.Free(other, 1);
        Assert.Equal((0u, 1u), (machine.Buddy.FreeBlocksOf(0), machine.Buddy.FreeBlocksOf(1)));
    }

    [Fact]
    public void A_block_does_not_join_with_memory_that_the_allocator_does_not_have()
    {
        using BuddyMachine machine = new(Frames(First + 1, 1), Frames(First + 4, 4));
        machine.Free(machine.Take(0), 1);
        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], machine.FreeBlocks);
    }

    [Fact]
    public void A_block_does_not_join_with_one_that_is_only_half_of_its_buddy()
    {
        using BuddyMachine machine = new(Frames(First, 4));
        Frame<Size4KiB> low = machine.Take(1);
        machine.Take(0);
        machine.Free(low, 2);
        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], machine.FreeBlocks);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_order_that_does_not_exist_is_refused(int order)
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal(AllocationError.NoSuchOrder, machine.Buddy.Allocate(order, out _));
    }

    [Fact]
    public void A_double_free_is_an_error_and_changes_nothing()
    {
        using BuddyMachine machine = new(s_eightMiB);
        machine.Take(3);
        Frame<Size4KiB> block = machine.Take(3);
        machine.Free(block, 8);
        uint[] before = machine.FreeBlocks;
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(block, 8));
        Assert.Equal(before, machine.FreeBlocks);
        Assert.Equal(2040UL, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void A_double_free_is_an_error_after_the_block_was_joined_with_its_buddies()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Frame<Size4KiB> one = machine.Take(0);
        Frame<Size4KiB> other = machine.Take(0);
        machine.Free(one, 1);
        machine.Free(other, 1);
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(one, 1));
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(other, 1));
    }

    [Fact]
    public void A_frame_inside_of_an_allocation_cannot_be_freed()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Frame<Size4KiB> block = machine.Take(3);
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(block + 4, 4));
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(block + 1, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(ulong.MaxValue)]
    public void A_free_of_another_size_is_an_error(ulong frames)
    {
        using BuddyMachine machine = new(s_eightMiB);
        Frame<Size4KiB> block = machine.Take(3);
        Assert.Equal(FreeError.WrongSize, machine.Buddy.Free(block, frames));
        machine.Free(block, 8);
    }

    [Theory]
    [InlineData(First - 1)]
    [InlineData(First + 2048)]
    [InlineData(0)]
    [InlineData(1UL << 30)]
    [InlineData(1UL << 32)]
    [InlineData((1UL << 32) + First)]
    [InlineData((1UL << 40) - 1)]
    public void A_foreign_frame_cannot_be_freed(ulong frame)
    {
        using BuddyMachine machine = new(s_eightMiB);
        machine.Take(0);
        Assert.Equal(FreeError.NotManaged, machine.Buddy.Free(Frame(frame), 1));
    }

    [Fact]
    public void Memory_cannot_be_added_twice()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal(First, Panics.In("BuddyAllocator.Manage", () => machine.Buddy.Add(Frames(First - 4, 5))).Value);
    }

    [Fact]
    public void Memory_without_metadata_cannot_be_added()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Panics.In("FrameMetadataTable", () => machine.Buddy.Add(Frames(1 << 20, 1)));
    }

    [Fact]
    public void Added_memory_shrinks_to_whole_frames()
    {
        using BuddyMachine machine = new(s_eightMiB);
        machine.Buddy.Add(Range((First - 5) << 12 | 1, (First - 1) << 12 | 1));
        Assert.Equal(2048UL + 3, machine.Buddy.ManagedFrames);
        machine.Buddy.Add(Range((First - 1) << 12 | 1, (First - 1) << 12 | 2));
        Assert.Equal(2048UL + 3, machine.Buddy.FreeFrames);
    }
}
