using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class BuddyRunTests
{
    private const ulong First = 8192;
    private static readonly PhysicalRange s_eightMiB = Frames(First, 2048);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(513)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2047)]
    [InlineData(2048)]
    public void A_run_costs_exactly_its_frames_and_comes_back_whole(ulong frames)
    {
        using BuddyMachine machine = new(s_eightMiB);
        uint[] before = machine.FreeBlocks;
        Frame<Size4KiB> run = machine.TakeRun(frames);
        Assert.Equal(2048 - frames, machine.Buddy.FreeFrames);
        Assert.True(s_eightMiB.Contains(PhysicalRange.FromStart(run.Start, frames << 12)));
        machine.Free(run, frames);
        Assert.Equal(before, machine.FreeBlocks);
    }

    [Fact]
    public void The_tail_of_a_run_can_be_allocated()
    {
        using BuddyMachine machine = new(Frames(First, 64));
        Frame<Size4KiB> run = machine.TakeRun(33);
        for (int tail = 0; tail < 31; tail++)
        {
            Assert.False(PhysicalRange.FromStart(run.Start, 33 << 12).Contains(machine.Take(0).Start));
        }

        Assert.Equal(0UL, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void A_run_may_cross_blocks_that_are_not_buddies()
    {
        using BuddyMachine machine = new(Frames(First + 3, 10));
        Assert.Equal(Frame(First + 3), machine.TakeRun(10));
        Assert.Equal(0UL, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void A_run_may_cross_from_one_section_of_the_metadata_into_the_next()
    {
        using BuddyMachine machine = new(Frames((2 * 8192) - 5, 10));
        Assert.Equal(Frame((2 * 8192) - 5), machine.TakeRun(10));
    }

    [Fact]
    public void A_run_never_crosses_a_hole()
    {
        using BuddyMachine machine = new(Frames(First, 8), Frames(First + 9, 8));
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(9, 0x1000, Physical(1UL << 52), out _));
        Assert.Equal(16UL, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void A_run_never_crosses_a_section_that_does_not_exist()
    {
        using BuddyMachine machine = new(Frames(8192 + 8184, 8), Frames(3 * 8192, 8));
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(9, 0x1000, Physical(1UL << 52), out _));
        machine.TakeRun(8);
        machine.TakeRun(8);
    }

    [Fact]
    public void A_run_never_crosses_an_allocation()
    {
        using BuddyMachine machine = new(Frames(First, 16));
        Frame<Size4KiB> all = machine.TakeRun(16);
        machine.Free(all, 16);
        Frame<Size4KiB> low = machine.TakeRun(7);
        Frame<Size4KiB> middle = machine.TakeRun(1, below: (First + 8) << 12);
        machine.Free(low, 7);
        Assert.Equal(Frame(First + 7), middle);
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(9, 0x1000, Physical(1UL << 52), out _));
        Assert.Equal(Frame(First + 8), machine.TakeRun(8));
    }

    [Theory]
    [InlineData(0x1000)]
    [InlineData(0x4000)]
    [InlineData(0x1_0000)]
    [InlineData(0x20_0000)]
    [InlineData(0x40_0000)]
    public void A_run_begins_at_a_multiple_of_its_alignment(ulong alignment)
    {
        using BuddyMachine machine = new(Frames(First + 1, 2047));
        Frame<Size4KiB> run = machine.TakeRun(3, alignment);
        Assert.Equal(0UL, run.Start.Value & (alignment - 1));
        Assert.Equal(2044UL, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void An_alignment_above_the_largest_block_is_kept_too()
    {
        using BuddyMachine machine = new(Frames(First - 1024, 2048));
        Assert.Equal(Frame(First), machine.TakeRun(5, 0x200_0000));
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(1, 0x200_0000, Physical(1UL << 52), out _));
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(1, 1UL << 63, Physical(1UL << 52), out _));
    }

    [Theory]
    [InlineData((First + 4) << 12, 4, true)]
    [InlineData((First + 4) << 12, 5, false)]
    [InlineData(((First + 4) << 12) + 0xFFF, 4, true)]
    [InlineData(((First + 4) << 12) + 0xFFF, 5, false)]
    [InlineData(First << 12, 1, false)]
    [InlineData(0, 1, false)]
    public void No_byte_of_a_run_lies_at_or_above_the_bound(ulong below, ulong frames, bool fits)
    {
        using BuddyMachine machine = new(s_eightMiB);
        AllocationError error = machine.Buddy.AllocateRun(frames, 0x1000, Physical(below), out Frame<Size4KiB> first);
        Assert.Equal(fits ? AllocationError.None : AllocationError.OutOfFrames, error);
        Assert.True(!fits || first == Frame(First));
        Assert.Equal(fits ? 2048 - frames : 2048, machine.Buddy.FreeFrames);
    }

    [Fact]
    public void A_run_may_be_larger_than_the_largest_block()
    {
        using BuddyMachine machine = new(Frames(1 << 14, 1 << 14), Frames((1 << 15) + 5, 100));
        Assert.Equal(Frame(1 << 14), machine.TakeRun(1 << 14, 64 << 20));
        Assert.Equal(100UL, machine.Buddy.FreeFrames);
        machine.Free(Frame(1 << 14), 1 << 14);
        Assert.Equal(16u, machine.Buddy.FreeBlocksOf(10));
    }

    [Fact]
    public void No_frames_are_not_a_run()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal(AllocationError.ZeroFrames, machine.Buddy.AllocateRun(0, 0x1000, Physical(1UL << 52), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x800)]
    [InlineData(0x1001)]
    [InlineData(0x3000)]
    [InlineData(ulong.MaxValue)]
    public void An_alignment_is_a_power_of_two_of_at_least_a_frame(ulong alignment)
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal(AllocationError.NotAnAlignment, machine.Buddy.AllocateRun(1, alignment, Physical(1UL << 52), out _));
    }

    [Theory]
    [InlineData(2049)]
    [InlineData(1UL << 32)]
    [InlineData((1UL << 32) + 1)]
    [InlineData(ulong.MaxValue)]
    public void More_frames_than_there_are_is_refused_without_wrapping(ulong frames)
    {
        using BuddyMachine machine = new(s_eightMiB);
        Assert.Equal(AllocationError.OutOfFrames, machine.Buddy.AllocateRun(frames, 0x1000, Physical(1UL << 52), out _));
    }

    [Fact]
    public void A_run_is_freed_as_one()
    {
        using BuddyMachine machine = new(s_eightMiB);
        Frame<Size4KiB> run = machine.TakeRun(33);
        Assert.Equal(FreeError.WrongSize, machine.Buddy.Free(run, 32));
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(run + 32, 1));
        machine.Free(run, 33);
        Assert.Equal(FreeError.NotAllocated, machine.Buddy.Free(run, 33));
    }
}
