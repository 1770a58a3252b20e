using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;
using SpinLock = Kernel.Synchronization.SpinLock;

namespace Kernel.Tests.PhysicalMemory;

public sealed class FrameAllocatorTests
{
    private static readonly PhysicalAddress s_anywhere = Physical(1UL << 52);

    private static readonly Dictionary<string, Action<FrameMachine>> s_operations = new()
    {
        ["allocate"] = machine => machine.Frames.Allocate(0, FramePurpose.UserData, machine.Token, out _),
        ["allocate zeroed"] = machine => machine.Frames.AllocateZeroed<SimulatedMemory>(0, FramePurpose.UserData, machine.Token, out _),
        ["allocate contiguous"] = machine => Contiguous(machine, 3, 0x1000, s_anywhere),
        ["free"] = machine => machine.Frames.Free(Frame(0), 0, machine.Token),
        ["free contiguous"] = machine => machine.Frames.FreeContiguous(Frame(0), 3, machine.Token),
        ["add"] = machine => machine.Frames.Add(Range(0, 0), machine.Token),
        ["take"] = machine => machine.Frames.TryTake(machine.Token, out _),
        ["describe"] = machine => machine.Frames.TryDescribe(Frame(0), machine.Token, out _),
        ["statistics"] = machine => machine.Frames.GetStatistics(machine.Token),
    };

    [Fact]
    public void An_allocation_is_held_once_for_a_purpose_by_an_owner()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> first = machine.Take(3, FramePurpose.UserData, FrameOwner.Process(9));
        Assert.True(machine.Frames.TryDescribe(first, machine.Token, out FrameDescription description));
        Assert.Equal(
            (1u, 8u, FramePurpose.UserData, FrameOwner.Process(9)),
            (description.References, description.Frames, description.Purpose, description.Owner));
    }

    [Fact]
    public void Nothing_is_said_about_frames_where_no_allocation_begins()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> first = machine.Take(3);
        Assert.False(machine.Frames.TryDescribe(first + 1, machine.Token, out _));
        Assert.False(machine.Frames.TryDescribe(Frame(1UL << 39), machine.Token, out _));
        Assert.False(machine.Frames.TryDescribe(Frame(1023), machine.Token, out _));
    }

    [Fact]
    public void A_raw_allocation_is_dirty_and_a_zeroed_one_is_zero_to_the_last_byte()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> raw = machine.Take(2);
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateZeroed<SimulatedMemory>(2, FramePurpose.KernelData, machine.Token, out Frame<Size4KiB> zeroed));
        Assert.True(machine.Machine.Memory.Bytes(PhysicalRange.FromStart(raw.Start, 0x4000)).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
        Assert.True(machine.Machine.Memory.Bytes(PhysicalRange.FromStart(zeroed.Start, 0x4000)).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void Zeroing_touches_nothing_outside_of_the_allocation()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateZeroed<SimulatedMemory>(1, FramePurpose.KernelData, machine.Token, out Frame<Size4KiB> zeroed));
        for (ulong frame = 0; frame < machine.Early.Map.LargestUsable.Length >> 12; frame++)
        {
            bool cleared = Frame(frame) == zeroed || Frame(frame) == zeroed + 1;
            byte expected = cleared ? (byte)0 : MemoryArray.DirtyByte;
            Assert.True(machine.Machine.Memory.Bytes(Frame(frame)).IndexOfAnyExcept(expected) < 0);
        }
    }

    [Fact]
    public void Freed_memory_comes_back_to_the_start_state()
    {
        using FrameMachine machine = FrameMachine.Ready();
        uint[] before = machine.FreeBlocks;
        Frame<Size4KiB>[] blocks = [.. Enumerable.Range(0, 9).Select(order => machine.Take(order))];
        for (int order = 8; order >= 0; order--)
        {
            Assert.Equal(FreeError.None, machine.Frames.Free(blocks[order], order, machine.Token));
        }

        Assert.Equal(before, machine.FreeBlocks);
        Assert.Equal(machine.Statistics.ManagedFrames, machine.Statistics.FreeFrames);
    }

    [Fact]
    public void Frames_are_counted_by_purpose()
    {
        using FrameMachine machine = FrameMachine.Ready();
        machine.Take(3, FramePurpose.UserData);
        Frame<Size4KiB> stack = machine.Take(2, FramePurpose.KernelStack);
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateContiguous(5, 0x1000, s_anywhere, FramePurpose.DeviceBuffer, machine.Token, out _));
        Assert.True(machine.Frames.TryTake(machine.Token, out _));
        Assert.Equal(FreeError.None, machine.Frames.Free(stack, 2, machine.Token));
        FrameStatistics statistics = machine.Statistics;
        Assert.Equal(
            [1, 0, 0, 0, 8, 0, 5],
            Enum.GetValues<FramePurpose>().Select(statistics.UsedFor));
        Assert.Equal(statistics.ManagedFrames - 14, statistics.FreeFrames);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void An_order_that_does_not_exist_is_refused(int order)
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.Equal(AllocationError.NoSuchOrder, machine.Frames.Allocate(order, FramePurpose.KernelData, machine.Token, out _));
        Assert.Equal(AllocationError.NoSuchOrder, machine.Frames.AllocateZeroed<SimulatedMemory>(order, FramePurpose.KernelData, machine.Token, out _));
        Assert.Equal(FreeError.WrongSize, machine.Frames.Free(machine.Take(), order, machine.Token));
    }

    [Fact]
    public void A_refused_free_changes_nothing_and_holds_no_lock()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Frame<Size4KiB> block = machine.Take(3);
        uint[] before = machine.FreeBlocks;
        Assert.Equal(FreeError.WrongSize, machine.Frames.Free(block, 2, machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(block + 1, 0, machine.Token));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame(1UL << 39), 0, machine.Token));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame(1023), 0, machine.Token));
        Assert.Equal(before, machine.FreeBlocks);
        Assert.Equal(FreeError.None, machine.Frames.Free(block, 3, machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(block, 3, machine.Token));
    }

    [Fact]
    public void A_shared_frame_is_freed_by_its_last_holder_only()
    {
        using FrameMachine machine = FrameMachine.Ready();
        ulong before = machine.Statistics.FreeFrames;
        Frame<Size4KiB> frame = machine.Take(purpose: FramePurpose.UserData);
        machine.Frames.Share(frame);
        Assert.Equal(FreeError.StillShared, machine.Frames.Free(frame, 0, machine.Token));
        Assert.Equal(FreeError.None, machine.Frames.Release(frame, machine.Token));
        Assert.Equal(before - 1, machine.Statistics.FreeFrames);
        Assert.Equal(FreeError.None, machine.Frames.Release(frame, machine.Token));
        Assert.Equal(before, machine.Statistics.FreeFrames);
        Assert.Equal(0UL, machine.Statistics.UsedFor(FramePurpose.UserData));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Release(frame, machine.Token));
    }

    [Fact]
    public void The_last_release_frees_the_whole_allocation()
    {
        using FrameMachine machine = FrameMachine.Ready();
        uint[] before = machine.FreeBlocks;
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateContiguous(11, 0x1000, s_anywhere, FramePurpose.UserData, machine.Token, out Frame<Size4KiB> first));
        Assert.Equal(FreeError.None, machine.Frames.Release(first, machine.Token));
        Assert.Equal(before, machine.FreeBlocks);
    }

    [Fact]
    public void A_foreign_frame_is_neither_shared_nor_released()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.Equal(FreeError.NotManaged, machine.Frames.Release(Frame(1UL << 39), machine.Token));
        Panics.In("FrameAllocator.Share", () => machine.Frames.Share(Frame(1UL << 39)));
        Panics.In("FrameMetadata.Share", () => machine.Frames.Share(Frame(5)));
    }

    [Fact]
    public void As_a_frame_source_it_gives_and_takes_page_tables()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.True(machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        Assert.Equal(1UL, machine.Statistics.UsedFor(FramePurpose.PageTable));
        machine.Frames.Return(frame, machine.Token);
        Assert.Equal(0UL, machine.Statistics.UsedFor(FramePurpose.PageTable));
        Panics.In("FrameAllocator.Return", () => machine.Frames.Return(frame, machine.Token));
    }

    [Fact]
    public void As_a_frame_source_it_runs_dry_without_a_trace()
    {
        using FrameMachine machine = FrameMachine.Ready();
        uint[] before = machine.FreeBlocks;
        List<Frame<Size4KiB>> taken = [];
        while (machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame))
        {
            taken.Add(frame);
        }

        Assert.Equal(machine.Statistics.ManagedFrames, (ulong)taken.Count);
        Assert.False(machine.Frames.TryTake(machine.Token, out _));
        taken.ForEach(frame => machine.Frames.Return(frame, machine.Token));
        Assert.Equal(before, machine.FreeBlocks);
    }

    [Fact]
    public void A_contiguous_allocation_keeps_alignment_and_bound()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.Equal(
            AllocationError.None,
            machine.Frames.AllocateContiguous(9, 0x8000, Physical(0x1_2000), FramePurpose.DeviceBuffer, machine.Token, out Frame<Size4KiB> first));
        Assert.Equal(0UL, first.Start.Value & 0x7FFF);
        Assert.True(first.Start.Value + 0x9000 <= 0x1_2000);
        Assert.Equal(FreeError.WrongSize, machine.Frames.Free(first, 4, machine.Token));
        Assert.Equal(FreeError.None, machine.Frames.FreeContiguous(first, 9, machine.Token));
    }

    [Fact]
    public void Contiguous_requests_are_refused_with_their_reason()
    {
        using FrameMachine machine = FrameMachine.Ready();
        Assert.Equal(AllocationError.ZeroFrames, Contiguous(machine, 0, 0x1000, s_anywhere));
        Assert.Equal(AllocationError.NotAnAlignment, Contiguous(machine, 1, 0x1800, s_anywhere));
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, 1024, 0x1000, s_anywhere));
        Assert.Equal(AllocationError.OutOfFrames, Contiguous(machine, 1, 0x1000, PhysicalAddress.Zero));
    }

    public static TheoryData<string> Operations => [.. s_operations.Keys];

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_takes_the_lock(string operation)
    {
        using FrameMachine machine = FrameMachine.Ready();
        ref SpinLock allocatorsLock = ref Unsafe.As<FrameAllocator<SimulatedProcessor>, SpinLock>(ref machine.Frames);
        using (allocatorsLock.Acquire<SimulatedProcessor>(machine.Token))
        {
            Panics.In("SpinLock.Acquire", () => s_operations[operation](machine));
        }

        Assert.False(allocatorsLock.IsHeld);
        s_operations[operation](machine);
        Assert.False(allocatorsLock.IsHeld);
    }

    [Fact]
    public void Four_processors_never_get_the_same_frame_and_nothing_is_lost()
    {
        using FrameMachine machine = FrameMachine.Ready();
        uint[] before = machine.FreeBlocks;
        int[] holders = new int[1024];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            try
            {
                machine.Machine.Enter(number);
                Churn(machine, new Random(number), holders);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Null(failure);
        Assert.Equal(before, machine.FreeBlocks);
    }

    private static void Churn(FrameMachine machine, Random random, int[] holders)
    {
        List<(Frame<Size4KiB> First, int Order)> held = [];
        for (int step = 0; step < 3_000 || held.Count > 0; step++)
        {
            int order = random.Next(5);
            bool wanted = step < 3_000 && random.Next(2) == 0;
            if (wanted && machine.Frames.Allocate(order, FramePurpose.UserData, machine.Token, out Frame<Size4KiB> first) == AllocationError.None)
            {
                Hold(holders, first, order, +1);
                held.Add((first, order));
            }
            else if (held.Count > 0)
            {
                (first, order) = held[^1];
                held.RemoveAt(held.Count - 1);
                Hold(holders, first, order, -1);
                Assert.Equal(FreeError.None, machine.Frames.Free(first, order, machine.Token));
            }
        }
    }

    private static void Hold(int[] holders, Frame<Size4KiB> first, int order, int change)
    {
        for (int frame = 0; frame < 1 << order; frame++)
        {
            int after = Interlocked.Add(ref holders[(int)first.Start.FrameNumber + frame], change);
            Assert.Equal(change > 0 ? 1 : 0, after);
        }
    }

    private static AllocationError Contiguous(FrameMachine machine, ulong frames, ulong alignment, PhysicalAddress below) =>
        machine.Frames.AllocateContiguous(frames, alignment, below, FramePurpose.DeviceBuffer, machine.Token, out _);
}
