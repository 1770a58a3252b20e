using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A kernel that reaches the first 4 MiB, which hold its metadata too, and has 8 MiB more.</summary>
public sealed class FrameZoneTests
{
    private const ulong Reach = FrameMachine.MemoryBytes;
    private const ulong DistantFrames = 2048;

    private static readonly PhysicalAddress s_anywhere = Physical(1UL << 52);
    private static readonly RawMemoryRegion s_distant = new(Reach, DistantFrames << 12, MemoryRegionKind.Usable);

    public static TheoryData<FramePurpose> Near => [.. Enum.GetValues<FramePurpose>().Where(purpose => purpose.NeedsReach())];

    public static TheoryData<FramePurpose> Anywhere => [.. Enum.GetValues<FramePurpose>().Where(purpose => !purpose.NeedsReach())];

    [Fact]
    public void What_the_kernel_touches_at_its_physical_address_needs_reach() => Assert.Equal(
        [FramePurpose.PageTable, FramePurpose.KernelData, FramePurpose.KernelStack, FramePurpose.DirectMapped],
        Enum.GetValues<FramePurpose>().Where(purpose => purpose.NeedsReach()));

    [Theory, MemberData(nameof(Near))]
    public void What_needs_reach_never_lies_out_of_it_and_the_refusal_says_so(FramePurpose purpose)
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        ulong free = machine.Statistics.Of(FrameZone.WithinReach).FreeFrames;
        for (ulong taken = 0; taken < free; taken++)
        {
            Assert.True(machine.Take(purpose: purpose).Start.Value < Reach);
        }

        Assert.Equal(AllocationError.OutOfReachableFrames, machine.Frames.Allocate(purpose, machine.Token, out _));
        Assert.Equal(AllocationError.OutOfReachableFrames, machine.Frames.Allocate(10, purpose, machine.Token, out _));
        Assert.Equal(
            AllocationError.OutOfReachableFrames,
            machine.Frames.AllocateContiguous(3, 0x1000, s_anywhere, purpose, machine.Token, out _));
        Assert.Equal(DistantFrames, machine.Statistics.Of(FrameZone.OutOfReach).FreeFrames);
    }

    [Theory, MemberData(nameof(Anywhere))]
    public void What_may_lie_anywhere_lies_out_of_reach_as_long_as_there_is_memory(FramePurpose purpose)
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        ulong near = machine.Statistics.FreeFrames - DistantFrames;
        for (ulong taken = 0; taken < DistantFrames; taken++)
        {
            Assert.True(machine.Take(purpose: purpose).Start.Value >= Reach);
        }

        for (ulong taken = 0; taken < near; taken++)
        {
            Assert.True(machine.Take(purpose: purpose).Start.Value < Reach);
        }

        Assert.Equal(AllocationError.OutOfFrames, machine.Frames.Allocate(purpose, machine.Token, out _));
        Assert.Equal(AllocationError.OutOfFrames, machine.Frames.Allocate(FramePurpose.PageTable, machine.Token, out _));
    }

    [Fact]
    public void A_request_that_no_zone_could_meet_is_out_of_frames_and_not_of_reach()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, DistantFrames + 1, s_anywhere, FramePurpose.KernelData));
        Assert.Equal(AllocationError.OutOfReachableFrames, Contiguous(machine, DistantFrames, s_anywhere, FramePurpose.KernelData));
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, DistantFrames, Physical(Reach), FramePurpose.KernelData));
    }

    [Fact]
    public void A_request_that_means_nothing_is_refused_for_any_purpose()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        foreach (FramePurpose purpose in Enum.GetValues<FramePurpose>())
        {
            Assert.Equal(AllocationError.NoSuchOrder, machine.Frames.Allocate(11, purpose, machine.Token, out _));
            Assert.Equal(AllocationError.ZeroFrames, Contiguous(machine, 0, s_anywhere, purpose));
            Assert.Equal(
                AllocationError.NotAnAlignment, machine.Frames.AllocateContiguous(1, 0, s_anywhere, purpose, machine.Token, out _));
        }
    }

    [Fact]
    public void A_bound_of_a_device_is_kept_in_both_zones()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        PhysicalAddress middle = Physical(Reach + (16 << 12));
        Assert.Equal(AllocationError.None, machine.Frames.AllocateContiguous(
            9, 0x8000, middle, FramePurpose.DeviceBuffer, machine.Token, out Frame<Size4KiB> distant));
        Assert.Equal(Physical(Reach), distant.Start);
        Assert.Equal(AllocationError.None, machine.Frames.AllocateContiguous(
            9, 0x8000, middle, FramePurpose.DeviceBuffer, machine.Token, out Frame<Size4KiB> near));
        Assert.True(near.Start.Value + 0x9000 <= Reach);
        Assert.Equal(FreeError.None, machine.Frames.FreeContiguous(distant, 9, machine.Token));
        Assert.Equal(FreeError.None, machine.Frames.FreeContiguous(near, 9, machine.Token));
    }

    [Fact]
    public void A_run_lies_in_one_zone()
    {
        using FrameMachine machine = FrameMachine.Reaching(8 << 20, s_distant);
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, 1025, s_anywhere, FramePurpose.UserData));
        Assert.Equal(AllocationError.None, Contiguous(machine, 1024, s_anywhere, FramePurpose.UserData));
        Assert.Equal(0UL, machine.Statistics.Of(FrameZone.OutOfReach).FreeFrames);
        Assert.Equal(AllocationError.None, Contiguous(machine, 1024, s_anywhere, FramePurpose.UserData));
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, 1024, s_anywhere, FramePurpose.UserData));
    }

    [Fact]
    public void A_freed_frame_goes_back_to_its_zone()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        FrameStatistics before = machine.Statistics;
        Frame<Size4KiB> near = machine.Take(3);
        Frame<Size4KiB> distant = machine.Take(5, FramePurpose.UserData);
        Assert.Equal((8UL, 32UL), Taken(before, machine.Statistics));
        Assert.Equal(FreeError.None, machine.Frames.Free(distant, 5, machine.Token));
        Assert.Equal((8UL, 0UL), Taken(before, machine.Statistics));
        Assert.Equal(FreeError.None, machine.Frames.Release(near, machine.Token));
        Assert.Equal((0UL, 0UL), Taken(before, machine.Statistics));
        Assert.Equal(BlocksOf(before), BlocksOf(machine.Statistics));
    }

    [Fact]
    public void A_wrong_free_out_of_reach_changes_nothing()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        Frame<Size4KiB> block = machine.Take(4, FramePurpose.UserData);
        FrameStatistics before = machine.Statistics;
        Assert.Equal(FreeError.WrongSize, machine.Frames.Free(block, 3, machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(block + 1, 0, machine.Token));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame((Reach >> 12) + DistantFrames), 0, machine.Token));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame((1UL << 40) - 1), 0, machine.Token));
        Assert.Equal(BlocksOf(before), BlocksOf(machine.Statistics));
        Assert.Equal(FreeError.None, machine.Frames.Free(block, 4, machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(block, 4, machine.Token));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0x1000, 0)]
    [InlineData(0x3F_F000, 0)]
    [InlineData(0x40_0000, 1024)]
    [InlineData(0x40_1000, 1024)]
    public void Memory_is_split_at_the_last_whole_block_within_reach(ulong beyond, ulong near)
    {
        using FrameMachine machine = new(s_distant);
        ulong all = machine.Early.Map.UsableBytes >> 12;
        ulong metadata = FrameMetadataTable.FramesNeededFor(machine.Early.Map);
        machine.Machine.ReachEnd = Physical(Reach + beyond);
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(1024 - metadata + near, machine.Statistics.Of(FrameZone.WithinReach).ManagedFrames);
        Assert.Equal(DistantFrames - near, machine.Statistics.Of(FrameZone.OutOfReach).ManagedFrames);
        Assert.Equal(all - metadata, machine.Statistics.ManagedFrames);
    }

    [Fact]
    public void Memory_added_across_the_border_goes_to_both_zones()
    {
        RawMemoryRegion boot = new(Reach - 0x3000, 0x5000, MemoryRegionKind.BootloaderReclaimable);
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant, boot);
        FrameStatistics before = machine.Statistics;
        machine.Frames.Add(Range(boot.Start, boot.Start + boot.Length), machine.Token);
        FrameStatistics after = machine.Statistics;
        foreach ((FrameZone zone, ulong frames) in new[] { (FrameZone.WithinReach, 3UL), (FrameZone.OutOfReach, 2UL) })
        {
            Assert.Equal(before.Of(zone).ManagedFrames + frames, after.Of(zone).ManagedFrames);
            Assert.Equal(before.Of(zone).FreeFrames + frames, after.Of(zone).FreeFrames);
        }
    }

    [Fact]
    public void What_was_handed_out_early_on_both_sides_goes_back_to_its_own()
    {
        RawMemoryRegion early = new(Reach - 0x1000, 0x2000, MemoryRegionKind.KernelData);
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant, early);
        FrameStatistics before = machine.Statistics;
        Assert.Equal(2UL, before.UsedFor(FramePurpose.KernelData));
        machine.Frames.Return(Frame((Reach >> 12) - 1), machine.Token);
        machine.Frames.Return(Frame(Reach >> 12), machine.Token);
        Assert.Equal(before.Of(FrameZone.WithinReach).FreeFrames + 1, machine.Statistics.Of(FrameZone.WithinReach).FreeFrames);
        Assert.Equal(before.Of(FrameZone.OutOfReach).FreeFrames + 1, machine.Statistics.Of(FrameZone.OutOfReach).FreeFrames);
    }

    [Fact]
    public void Both_zones_together_are_the_whole()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        machine.Take(2);
        machine.Take(10, FramePurpose.UserData);
        machine.Take(0, FramePurpose.UserData);
        FrameStatistics statistics = machine.Statistics;
        FrameZoneStatistics near = statistics.Of(FrameZone.WithinReach);
        FrameZoneStatistics distant = statistics.Of(FrameZone.OutOfReach);
        Assert.Equal(near.FreeFrames + distant.FreeFrames, statistics.FreeFrames);
        Assert.Equal(near.ManagedFrames + distant.ManagedFrames, statistics.ManagedFrames);
        Assert.Equal(statistics.ManagedFrames, statistics.FreeFrames + Enum.GetValues<FramePurpose>().Aggregate(0UL, (sum, purpose) => sum + statistics.UsedFor(purpose)));
        Assert.Equal((9, 9, 9), (statistics.LargestFreeOrder, near.LargestFreeOrder, distant.LargestFreeOrder));
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            Assert.Equal(near.FreeBlocksOf(order) + distant.FreeBlocksOf(order), statistics.FreeBlocksOf(order));
        }

        Assert.Equal(distant.FreeFrames, FramesIn(distant));
        Assert.Equal(near.FreeFrames, FramesIn(near));
    }

    [Fact]
    public void Where_all_memory_is_within_reach_nothing_is_out_of_it()
    {
        using FrameMachine machine = FrameMachine.Ready(s_distant);
        FrameZoneStatistics distant = machine.Statistics.Of(FrameZone.OutOfReach);
        Assert.Equal((0UL, 0UL, -1), (distant.ManagedFrames, distant.FreeFrames, distant.LargestFreeOrder));
        Assert.Equal(machine.Statistics.FreeFrames, machine.Statistics.Of(FrameZone.WithinReach).FreeFrames);
    }

    [Fact]
    public void Zeroed_memory_lies_where_it_can_be_zeroed()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, s_distant);
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateZeroed<SimulatedMemory>(1, FramePurpose.UserData, machine.Token, out Frame<Size4KiB> zeroed));
        Assert.True(machine.Machine.Memory.Bytes(PhysicalRange.FromStart(zeroed.Start, 0x2000)).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Windows_zero_memory_wherever_it_lies_but_do_not_change_what_needs_reach()
    {
        using TestMachine machine = new(3 * Reach) { ReachEnd = Physical(Reach) };
        using MapStorage storage = new();
        EarlyAllocator early = new(storage.MapOf(new RawMemoryRegion(0, 3 * Reach, MemoryRegionKind.Usable)), machine.Memory.Range);
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.None, frames.SetUp<SimulatedMemory>(ref early));
        Assert.Equal(
            AllocationError.None,
            frames.AllocateZeroed<WindowMemory>(1, FramePurpose.UserData, machine.Token, out Frame<Size4KiB> user));
        Assert.Equal(
            AllocationError.None,
            frames.AllocateZeroed<WindowMemory>(1, FramePurpose.KernelData, machine.Token, out Frame<Size4KiB> kernel));
        Assert.Equal((true, false), (user.Start.Value >= Reach, kernel.Start.Value >= Reach));
        Assert.True(machine.Memory.Bytes(PhysicalRange.FromStart(user.Start, 0x2000)).IndexOfAnyExcept((byte)0) < 0);
        Assert.True(machine.Memory.Bytes(PhysicalRange.FromStart(kernel.Start, 0x2000)).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public unsafe void Tables_that_their_tree_shows_come_from_out_of_reach_first_and_go_back_there()
    {
        using FrameMachine machine = FrameMachine.Reaching(Reach, new RawMemoryRegion(Reach, 0x2000, MemoryRegionKind.Usable));
        fixed (FrameAllocator<SimulatedProcessor>* frames = &machine.Frames)
        {
            SelfMappedTables<SimulatedProcessor> source = new(frames);
            FrameStatistics before = machine.Statistics;
            List<Frame<Size4KiB>> taken = [];
            while (source.TryTake(machine.Token, out Frame<Size4KiB> frame))
            {
                taken.Add(frame);
                Assert.Equal(taken.Count <= 2, frame.Start.Value >= Reach);
            }

            Assert.Equal(before.FreeFrames, (ulong)taken.Count);
            Assert.Equal(before.FreeFrames, machine.Statistics.UsedFor(FramePurpose.SelfMappedTable));
            foreach (Frame<Size4KiB> frame in taken)
            {
                source.Return(frame, machine.Token);
            }

            Assert.Equal(BlocksOf(before), BlocksOf(machine.Statistics));
            Panics.In("FrameAllocator.Return", () => machine.Frames.Return(taken[0], machine.Token));
        }
    }

    private static AllocationError Contiguous(FrameMachine machine, ulong frames, PhysicalAddress below, FramePurpose purpose) =>
        machine.Frames.AllocateContiguous(frames, 0x1000, below, purpose, machine.Token, out _);

    private static (ulong Near, ulong Distant) Taken(FrameStatistics before, FrameStatistics after) => (
        before.Of(FrameZone.WithinReach).FreeFrames - after.Of(FrameZone.WithinReach).FreeFrames,
        before.Of(FrameZone.OutOfReach).FreeFrames - after.Of(FrameZone.OutOfReach).FreeFrames);

    private static uint[] BlocksOf(FrameStatistics statistics) =>
    [
        .. Enumerable.Range(0, BuddyAllocator.MaximumOrder + 1).Select(statistics.Of(FrameZone.WithinReach).FreeBlocksOf),
        .. Enumerable.Range(0, BuddyAllocator.MaximumOrder + 1).Select(statistics.Of(FrameZone.OutOfReach).FreeBlocksOf),
    ];

    private static ulong FramesIn(FrameZoneStatistics zone)
    {
        ulong frames = 0;
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            frames += (ulong)zone.FreeBlocksOf(order) << order;
        }

        return frames;
    }
}
