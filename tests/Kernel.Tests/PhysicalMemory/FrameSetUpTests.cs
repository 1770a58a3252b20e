using System;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class FrameSetUpTests
{
    private const ulong TiB = 1UL << 40;

    [Fact]
    public void The_allocator_gets_exactly_what_the_early_allocator_left()
    {
        using FrameMachine machine = new(new(0x10_0000, 0x4_0001, MemoryRegionKind.KernelImage), new(0x3_0800, 0x900, MemoryRegionKind.Modules));
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate(7, 0x8000, out _));
        ulong metadata = FrameMetadataTable.FramesNeededFor(machine.Early.Map);
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(machine.UsableFrames, machine.Statistics.ManagedFrames + metadata);
        Assert.Equal(machine.Early.Map.UsableBytes >> 12, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void What_the_early_allocator_handed_out_can_be_returned_to_its_successor()
    {
        using FrameMachine machine = new();
        InterruptsDisabled token = machine.Token;
        Assert.True(machine.Early.TryTake(token, out Frame<Size4KiB> table));
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate(2, 0x1_0000, out PhysicalRange pair));
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(3UL, machine.Statistics.UsedFor(FramePurpose.KernelData));
        machine.Frames.Return(table, token);
        Assert.Equal(FreeError.None, machine.Frames.Free(Frame<Size4KiB>.FromStart(pair.Start), 0, token));
        Assert.Equal(FreeError.None, machine.Frames.Release(Frame<Size4KiB>.FromStart(pair.Start) + 1, token));
        Assert.Equal(machine.Statistics.ManagedFrames, machine.Statistics.FreeFrames);
        Assert.Equal(machine.UsableFrames - 33, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void What_was_handed_out_is_adopted_where_nothing_else_is_left()
    {
        using FrameMachine machine = FrameMachine.Ready(new RawMemoryRegion(96 << 20, 0x2000, MemoryRegionKind.KernelData));
        Assert.Equal(FreeError.None, machine.Frames.Free(Frame<Size4KiB>.FromStart(Physical(96 << 20)), 0, machine.Token));
        Assert.Equal(1UL, machine.Statistics.UsedFor(FramePurpose.KernelData));
    }

    [Fact]
    public void The_metadata_beside_what_was_handed_out_is_not_adopted()
    {
        using FrameMachine machine = new(new RawMemoryRegion(0x8000, 0x1000, MemoryRegionKind.KernelData));
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate(1, 0x1000, out PhysicalRange above));
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(2UL, machine.Statistics.UsedFor(FramePurpose.KernelData));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame<Size4KiB>.FromStart(Physical(above.Start.Value - 0x1000)), 0, machine.Token));
        Assert.Equal(FreeError.None, machine.Frames.Free(Frame<Size4KiB>.FromStart(above.Start), 0, machine.Token));
        Assert.Equal(FreeError.None, machine.Frames.Free(Frame(8), 0, machine.Token));
    }

    [Fact]
    public void Every_frame_that_is_handed_out_was_usable_and_not_taken()
    {
        using FrameMachine machine = FrameMachine.Ready(new RawMemoryRegion(0x10_0000, 0x4_0001, MemoryRegionKind.KernelImage));
        MemoryRegionKind?[] model = FrameModel.Of(machine.Early.Map, 1024);
        ulong free = machine.Statistics.FreeFrames;
        for (ulong taken = 0; taken < free; taken++)
        {
            Frame<Size4KiB> frame = machine.Take();
            Assert.Equal(MemoryRegionKind.Usable, model[frame.Start.FrameNumber]);
            model[frame.Start.FrameNumber] = null;
        }

        Assert.DoesNotContain(MemoryRegionKind.Usable, model);
        Assert.Equal(AllocationError.OutOfFrames, machine.Frames.Allocate(FramePurpose.UserData, machine.Token, out _));
    }

    [Fact]
    public void The_early_allocator_ends_at_the_hand_over()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Panics.In("EarlyAllocator.Allocate", () => _ = machine.Early.Allocate(1, 0x1000, out _));
        Panics.In("EarlyAllocator.Return", () => machine.Early.Return(Frames(0, 1)));
        Panics.In("EarlyAllocator.Allocate", () => _ = new FrameAllocator<SimulatedProcessor>().SetUp<SimulatedMemory>(ref machine.Early));
    }

    [Fact]
    public void The_metadata_of_1_GiB_takes_4_MiB_and_a_page()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(new RawMemoryRegion(0, 1 << 30, MemoryRegionKind.Usable));
        Assert.Equal(1024UL + 1, FrameMetadataTable.FramesNeededFor(map));
    }

    [Fact]
    public void A_hole_of_a_terabyte_costs_a_directory_and_no_slots()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0, 32 << 20, MemoryRegionKind.Usable), new(TiB, 32 << 20, MemoryRegionKind.Usable), new(2 * TiB, TiB, MemoryRegionKind.Mmio));
        Assert.Equal(65UL + 64, FrameMetadataTable.FramesNeededFor(map));
    }

    [Fact]
    public void Memory_beyond_a_terabyte_of_hole_is_managed()
    {
        using FrameMachine machine = FrameMachine.Ready(new RawMemoryRegion(TiB + 0x5000, 0x3000, MemoryRegionKind.Usable));
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateContiguous(3, 0x1000, Physical(1UL << 52), FramePurpose.UserData, machine.Token, out Frame<Size4KiB> low));
        Assert.True(low.Start.Value < TiB);
        ulong found = 0;
        while (machine.Frames.Allocate(FramePurpose.UserData, machine.Token, out Frame<Size4KiB> frame) == AllocationError.None)
        {
            found += frame.Start.Value >= TiB ? 1u : 0;
        }

        Assert.Equal(3UL, found);
    }

    [Fact]
    public void Metadata_that_does_not_fit_into_reach_leaves_the_early_allocator_as_it_was()
    {
        using FrameMachine machine = new(new RawMemoryRegion(TiB, 2 * TiB, MemoryRegionKind.Usable));
        Assert.Equal(FrameSetUpError.OutOfFrames, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(0UL, machine.Early.TakenFrames);
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate(1, 0x1000, out _));
    }

    [Fact]
    public void A_map_without_room_to_note_the_metadata_is_reported()
    {
        using TestMachine machine = new();
        using MapStorage storage = new(1);
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 1 << 20, MemoryRegionKind.Usable)), machine.Memory.Range);
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.MapFull, frames.SetUp<SimulatedMemory>(ref early));
        Assert.Equal(1UL << 20, early.Map.UsableBytes);
    }

    [Theory]
    [InlineData(16 * TiB, FrameSetUpError.TooMuchMemory)]
    [InlineData((16 * TiB) - (32 << 20), FrameSetUpError.TooMuchMemory)]
    [InlineData((16 * TiB) - (64 << 20), FrameSetUpError.OutOfFrames)]
    public void Memory_whose_frame_numbers_do_not_fit_is_reported(ulong start, FrameSetUpError expected)
    {
        using FrameMachine machine = new(new RawMemoryRegion(start, 32 << 20, MemoryRegionKind.Usable));
        Assert.Equal(expected, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(0UL, machine.Early.TakenFrames);
    }

    [Fact]
    public void Reclaimed_memory_can_be_added_when_nobody_needs_it_any_more()
    {
        using FrameMachine machine = FrameMachine.Ready(new RawMemoryRegion(0x8000, 0x4000, MemoryRegionKind.BootloaderReclaimable));
        ulong before = machine.Statistics.FreeFrames;
        Assert.Equal(4UL, machine.Frames.Add(Frames(8, 4), machine.Token));
        Assert.Equal(before + 4, machine.Statistics.FreeFrames);
        Assert.Equal(0UL, machine.Frames.Add(Frames(8, 4), machine.Token));
        Assert.Equal(before + 4, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void The_metadata_is_not_handed_out()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.True(machine.Early.Map.TryFind(Physical((4 << 20) - 1), out MemoryRegion region));
        Assert.Equal(MemoryRegionKind.KernelData, region.Kind);
        Assert.Equal(33UL, region.Range.Length >> 12);
    }
}
