using System;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class PageTableFrameTests
{
    [Fact]
    public void Clearing_a_frame_zeroes_all_of_it_and_nothing_else()
    {
        using TestMachine machine = new();
        FrameContents<SimulatedMemory>.Clear(Frame(5));
        Assert.True(machine.Memory.Bytes(Frame(5)).IndexOfAnyExcept((byte)0) < 0);
        Assert.True(machine.Memory.Bytes(Frame(4)).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
        Assert.True(machine.Memory.Bytes(Frame(6)).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
    }

    [Fact]
    public void A_page_table_frame_is_zero_however_dirty_its_source()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(PageTableFrame.TryAllocate<SimulatedMemory, CountingFrames>(ref frames, machine.Token, out PageTableFrame table));
        Assert.True(machine.Memory.Bytes(table.Frame).IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal([table.Frame], frames.Ledger.Outstanding);
    }

    [Fact]
    public void A_frame_that_was_used_before_is_zeroed_again()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.True(PageTableFrame.TryAllocate<SimulatedMemory, FrameAllocator<SimulatedProcessor>>(
            ref machine.Frames, machine.Token, out PageTableFrame table));
        machine.Machine.Memory.MakeDirty(table.Frame);
        machine.Frames.Return(table.Frame, machine.Token);
        Assert.True(PageTableFrame.TryAllocate<SimulatedMemory, FrameAllocator<SimulatedProcessor>>(
            ref machine.Frames, machine.Token, out PageTableFrame again));
        Assert.Equal(table.Frame, again.Frame);
        Assert.True(machine.Machine.Memory.Bytes(again.Frame).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Without_a_frame_there_is_no_page_table()
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine, limit: 0);
        Assert.False(PageTableFrame.TryAllocate<SimulatedMemory, CountingFrames>(ref frames, machine.Token, out _));
        Assert.Equal((1, 0), (frames.Ledger.Refusals, frames.Ledger.OutstandingCount));
    }
}
