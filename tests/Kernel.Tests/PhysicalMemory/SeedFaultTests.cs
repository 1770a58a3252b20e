using System;
using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>Faults that other kernels have, each named after the one that has it.</summary>
public sealed class SeedFaultTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    public void EYN_OS_frame_alloc_hides_up_to_31_tail_frames(ulong tail)
    {
        using BuddyMachine machine = new(Frames(8192, 64 + tail));
        HashSet<ulong> found = [];
        while (machine.Buddy.Allocate(0, out Frame<Size4KiB> frame) == AllocationError.None)
        {
            found.Add(frame.Start.FrameNumber);
        }

        Assert.Equal(64 + (int)tail, found.Count);
        Assert.Contains(8192 + 63 + tail, found);
    }

    [Fact]
    public void EYN_OS_frame_free_swallows_a_double_free()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> frame = machine.Take();
        Assert.Equal(FreeError.None, machine.Frames.Free(frame, 0, machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(frame, 0, machine.Token));
    }

    [Fact]
    public void EYN_OS_the_first_exit_frees_a_read_only_page_that_others_still_map()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> text = machine.Take(purpose: FramePurpose.UserData);
        machine.Frames.Share(text);
        Assert.Equal(FreeError.None, machine.Frames.Release(text, machine.Token));
        Assert.True(machine.Frames.TryDescribe(text, machine.Token, out FrameDescription description));
        Assert.Equal(1u, description.References);
        for (ulong free = machine.Statistics.FreeFrames; free > 0; free--)
        {
            Assert.NotEqual(text, machine.Take());
        }
    }

    [Fact]
    public void EYN_OS_copy_on_write_frames_are_never_freed()
    {
        using FrameMachine machine = FrameMachine.Ready();
        uint[] before = machine.FreeBlocks;
        Frame<Size4KiB> page = machine.Take(purpose: FramePurpose.UserData);
        machine.Frames.Share(page);
        machine.Frames.Share(page);
        for (int exit = 0; exit < 3; exit++)
        {
            Assert.Equal(FreeError.None, machine.Frames.Release(page, machine.Token));
        }

        Assert.Equal(before, machine.FreeBlocks);
    }

    [Fact]
    public void EYN_OS_reserves_a_wrapped_range_as_nothing()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries = [new(0, 1 << 20, MemoryRegionKind.Usable), new(0x1000, ulong.MaxValue, MemoryRegionKind.Reserved)];
        Assert.Equal(MemoryMapError.WrappedLength, storage.Normalize(entries, 40, out _, out MemoryMapReport report));
        Assert.Equal(1, report.FaultyEntry);
    }

    [Fact]
    public void EYN_OS_frame_alloc_returns_frames_outside_the_alias_for_page_tables()
    {
        // Programs with much memory come first and take what lies low, until a table's frame lies where writing to it faults.
        using FrameMachine machine = FrameMachine.Reaching(
            FrameMachine.MemoryBytes, new RawMemoryRegion(FrameMachine.MemoryBytes, 16 << 20, MemoryRegionKind.Usable));
        for (int page = 0; page < 4096; page++)
        {
            Assert.True(machine.Take(purpose: FramePurpose.UserData).Start.Value >= FrameMachine.MemoryBytes);
        }

        while (PageTableFrame.TryAllocate<SimulatedMemory, FrameAllocator<SimulatedProcessor>>(
            ref machine.Frames, machine.Token, out PageTableFrame table))
        {
            Assert.Equal(0, machine.Machine.Memory.Bytes(table.Frame)[0]);
        }

        Assert.Equal(0UL, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void EYN_OS_the_alias_is_clamped_at_1_GiB_and_the_frame_allocator_is_not_told()
    {
        const ulong alias = 254 * (4UL << 20);
        using TestMachine machine = new(16 << 20, memoryStart: alias - (16 << 20)) { ReachEnd = Physical(alias) };
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 2UL << 30, MemoryRegionKind.Usable)), machine.Memory.Range);
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.None, frames.SetUp<SimulatedMemory>(ref early));
        FrameStatistics statistics = frames.GetStatistics(machine.Token);
        Assert.Equal(((2UL << 30) - alias) >> 12, statistics.Of(FrameZone.OutOfReach).FreeFrames);
        Assert.Equal((alias >> 12) - 2049, statistics.Of(FrameZone.WithinReach).FreeFrames);
        Assert.Equal(AllocationError.None, frames.Allocate(10, FramePurpose.UserData, machine.Token, out Frame<Size4KiB> user));
        Assert.True(user.Start.Value >= alias);
        while (frames.Allocate(10, FramePurpose.KernelData, machine.Token, out Frame<Size4KiB> first) == AllocationError.None)
        {
            Assert.True(first.Start.Value + (4UL << 20) <= alias);
        }
    }

    [Fact]
    public void EYN_OS_early_alloc_overwrites_a_module_behind_the_kernel()
    {
        LoaderMemory memory = LoaderMemory.Layout("modules directly behind the kernel", 4 << 20);
        using TestMachine machine = new(4 << 20);
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(memory.Entries), machine.Memory.Range);
        foreach (PhysicalRange placed in memory.Payload)
        {
            machine.Memory.Bytes(placed).Fill(0x3C);
        }

        while (early.Allocate(1, 0x1000, out PhysicalRange frame) == EarlyAllocationError.None)
        {
            machine.Memory.Bytes(frame).Clear();
        }

        Assert.All(memory.Payload, placed => Assert.True(machine.Memory.Bytes(placed).IndexOfAnyExcept((byte)0x3C) < 0));
    }

    [Fact]
    public void Limine_tutorial_the_last_frame_of_a_region_is_lost()
    {
        using FrameMachine machine = new(new RawMemoryRegion(0x10_0000, 0x1000, MemoryRegionKind.Reserved));
        Assert.Equal(EarlyAllocationError.OutOfFrames, machine.Early.Allocate(3 << 8, 0x1000, out _));
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate((3 << 8) - 1, 0x1000, out PhysicalRange above));
        Assert.Equal(Range(0x10_1000, 0x40_0000), above);
        Assert.Equal(EarlyAllocationError.None, machine.Early.Allocate(256, 0x1000, out PhysicalRange below));
        Assert.Equal(Range(0, 0x10_0000), below);
    }

    [Fact]
    public void Limine_tutorial_nothing_can_be_freed()
    {
        using FrameMachine machine = FrameMachine.Ready();
        ulong before = machine.Statistics.FreeFrames;
        for (int round = 0; round < 5_000; round++)
        {
            Assert.Equal(FreeError.None, machine.Frames.Free(machine.Take(), 0, machine.Token));
        }

        Assert.Equal(before, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void Strat9_a_page_table_frame_holds_what_its_last_owner_left_there()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.True(PageTableFrame.TryAllocate<SimulatedMemory, FrameAllocator<SimulatedProcessor>>(
            ref machine.Frames, machine.Token, out PageTableFrame table));
        for (ulong entry = 0; entry < 512; entry++)
        {
            Assert.Equal(0UL, machine.Machine.Memory.Read64(table.Frame.Start + (entry * 8)));
        }
    }
}
