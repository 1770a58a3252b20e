using System;
using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

public sealed class FrameLedgerTests
{
    [Fact]
    public void Frames_are_distinct_and_dirty_and_run_out()
    {
        using TestMachine machine = new(0x2000);
        CountingFrames frames = CountingFrames.Of(machine);
        machine.Memory.Bytes(Frame(1)).Clear();
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> one));
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> other));
        Assert.False(frames.TryTake(machine.Token, out _));
        Assert.NotEqual(one, other);
        Assert.True(machine.Memory.Bytes(machine.Memory.Range).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
        Assert.Equal((2, 0, 1, 2), (frames.Ledger.Takes, frames.Ledger.Returns, frames.Ledger.Refusals, frames.Ledger.OutstandingCount));
    }

    [Fact]
    public void A_limited_source_runs_dry_after_so_many_frames()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine, limit: 1);
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        Assert.False(frames.TryTake(machine.Token, out _));
        frames.Return(frame, machine.Token);
        Assert.False(frames.TryTake(machine.Token, out _));
        frames.Ledger.Limit = 1;
        Assert.True(frames.TryTake(machine.Token, out _));
    }

    [Fact]
    public void A_returned_frame_is_dirty_again()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        machine.Memory.Bytes(frame).Clear();
        frames.Return(frame, machine.Token);
        Assert.True(machine.Memory.Bytes(frame).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
        frames.Ledger.ExpectNothingOutstanding();
    }

    [Fact]
    public void A_double_return_is_a_mistake()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        frames.Return(frame, machine.Token);
        Assert.Throws<FrameMistakeException>(() => frames.Return(frame, machine.Token));
    }

    [Fact]
    public void A_foreign_return_is_a_mistake()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine, range: Frames(0, 4));
        Assert.Throws<FrameMistakeException>(() => frames.Return(Frame(4), machine.Token));
    }

    [Fact]
    public void A_frame_that_is_kept_is_a_mistake()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(frames.TryTake(machine.Token, out _));
        Assert.Throws<FrameMistakeException>(frames.Ledger.ExpectNothingOutstanding);
    }

    [Theory]
    [InlineData(0x4000_1000, 1, 0x9000, 0x9000)]
    [InlineData(0x4000_1000, 1, 0x9000, 0x3000)]
    [InlineData(0x4020_0000, 2, 0x20_0000, 0x20_0000)]
    [InlineData(0x4020_0000, 2, 0x20_0000, 0x2A_5000)]
    public void A_return_while_any_processor_remembers_the_frame_is_a_mistake(ulong address, int level, ulong leaf, ulong returned)
    {
        // The tables of levels 4 to 1 lie in frames 0 to 3.
        using TestMachine machine = new(4 << 20, processors: 2);
        TableWriter tables = new(machine);
        ulong large = level == 2 ? HardwareWalk.LargePage : 0;
        PhysicalAddress slot = tables.Set(Virtual(address), level, leaf | TableWriter.All | large);
        machine.Enter(1);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.True(machine.Processor.Read(Virtual(address)).Succeeded);
        machine.Enter(0);
        machine.Memory.Write64(slot, 0);
        CountingFrames frames = CountingFrames.Of(machine, range: Range(returned, returned + 0x1000));
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        Assert.Throws<FrameMistakeException>(() => frames.Return(frame, machine.Token));
        SimulatedProcessor.InvalidateOnOtherProcessors([Pages(address & ~0xFFFUL, 1)]);
        CountingFrames again = CountingFrames.Of(machine, range: frame.Range);
        Assert.True(again.TryTake(machine.Token, out frame));
        again.Return(frame, machine.Token);
    }

    [Fact]
    public void Equal_memory_gives_equal_snapshots()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        MemorySnapshot before = frames.Ledger.TakeSnapshot();
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> other));
        Assert.Equal($"frame {other.Start.Value:x} is new", before.FirstDifference(frames.Ledger.TakeSnapshot()));
        frames.Return(other, machine.Token);
        Assert.Equal(before, frames.Ledger.TakeSnapshot());
        machine.Memory.Write64(frame.Start + 4088, 1);
        MemorySnapshot after = frames.Ledger.TakeSnapshot();
        Assert.NotEqual(before, after);
        Assert.Equal("entry 511 of frame 0 was a7a7a7a7a7a7a7a7 and is 0000000000000001", before.FirstDifference(after));
        frames.Return(frame, machine.Token);
        Assert.Equal("frame 0 is gone", before.FirstDifference(frames.Ledger.TakeSnapshot()));
    }
}
