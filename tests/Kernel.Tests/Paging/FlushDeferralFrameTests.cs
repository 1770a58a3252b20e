using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Frames that are taken out of use inside a deferral wait for its flush. The ledger throws when one comes back too early.</summary>
public abstract class FlushDeferralFrameTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Fact]
    public void The_frame_of_an_unmapped_page_goes_back_after_the_flush()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        Frame<Size4KiB> frame = MapOwn(machine, Low);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]))
        {
            using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = deferral.Nest())
            {
                PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
                Assert.Equal(UnmapError.None, mapper.Unmap(Page<Size4KiB>.FromStart(Low), inner));
            }

            Assert.True(machine.Machine.AnyProcessorRemembers(frame));
            Assert.Contains(frame, machine.Ledger.Outstanding);
        }

        Assert.DoesNotContain(frame, machine.Ledger.Outstanding);
        Assert.Equal((1, 0), (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
    }

    [Fact]
    public void A_page_that_is_not_mapped_gives_no_frame_back()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(Page<Size4KiB>.FromStart(Low), deferral));
            Assert.Equal(UnmapError.NotMapped, mapper.UnmapRange(VirtualRange.FromStart(Low, 0x3000), deferral));
        }

        Assert.Equal((1, 0), (machine.Ledger.OutstandingCount, machine.Ledger.Returns));
    }

    [Fact]
    public void The_frames_of_an_unmapped_range_go_back_after_one_flush()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        MapOwn(machine, Low, pages: 20, reverse: false);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.None, mapper.UnmapRange(VirtualRange.FromStart(Low, 20 * Size4KiB.Bytes), deferral));
            Assert.Equal(0, machine.Ledger.Returns);
        }

        Assert.Equal(20, machine.Ledger.Returns);
        Assert.Equal((20, 0), (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
        Assert.Equal((1, 20), (machine.Machine.Processors[1].RemoteInvalidations, machine.Machine.Processors[1].RemotePageInvalidations));
    }

    [Theory]
    [InlineData(8, 8, 8, 0)]
    [InlineData(9, 8, 0, 1)]
    [InlineData(17, 8, 0, 2)]
    [InlineData(3, 0, 0, 3)]
    public void Frames_that_find_no_room_are_paid_for_early_and_never_go_back_too_early(int pages, int room, int single, int full)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        MapOwn(machine, Low, pages, reverse: true);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[room]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            for (int page = 0; page < pages; page++)
            {
                Page<Size4KiB> next = Page<Size4KiB>.FromStart(Low + ((ulong)page * Size4KiB.Bytes));
                Assert.Equal(UnmapError.None, mapper.Unmap(next, deferral));
            }
        }

        Assert.Equal(pages, machine.Ledger.Returns);
        Assert.Equal((single, full), (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_range_whose_frames_find_no_room_gives_none_back_too_early(int room)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        MapOwn(machine, Low, pages: 20, reverse: true);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[room]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.None, mapper.UnmapRange(VirtualRange.FromStart(Low, 20 * Size4KiB.Bytes), deferral));
        }

        Assert.Equal(20, machine.Ledger.Returns);
        Assert.Equal(room == 0 ? 20 : 19 / room, machine.Processor.FullInvalidations);
    }

    [Fact]
    public void A_frame_may_be_released_before_the_change_that_unmapped_it_is_taken_over()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        MapOwn(machine, Low);
        MapOwn(machine, High);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            TableChange<UnmapError> first = mapper.Unmap(Page<Size4KiB>.FromStart(Low), out Frame<Size4KiB> frame);
            deferral.Release(frame);
            TableChange<UnmapError> second = mapper.Unmap(Page<Size4KiB>.FromStart(High), out frame);
            deferral.Release(frame);
            Assert.Equal(UnmapError.None, deferral.TakeOver(first));
            Assert.Equal(UnmapError.None, deferral.TakeOver(second));
        }

        Assert.Equal(2, machine.Ledger.Returns);
    }

    [Fact]
    public void Retired_tables_wait_for_the_end_of_the_outermost_scope()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        MapOwn(machine, Low);
        MapOwn(machine, High);
        int outstanding = machine.Ledger.OutstandingCount;
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[2]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = deferral.Nest())
            {
                Assert.Equal(UnmapError.None, mapper.Unmap(Page<Size4KiB>.FromStart(Low), inner));
                inner.TakeOver(mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
            }

            Assert.Equal(UnmapError.None, mapper.Unmap(Page<Size4KiB>.FromStart(High), deferral));
            deferral.TakeOver(mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf));
            deferral.TakeOver(RetiredTables<TMemory>.None);
            Assert.Equal(outstanding, machine.Ledger.OutstandingCount);
        }

        Assert.Equal(1, machine.Ledger.OutstandingCount);
        (int, int) paid = Places<TMode>.Hardware.KeepsRootEntries ? (0, 1) : (2, 0);
        Assert.Equal(paid, (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
        Assert.Equal(1, machine.Machine.Processors[1].RemoteInvalidations);
    }

    [Fact]
    public void Tables_need_no_room()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2, memoryBytes: 4 << 20);
        List<VirtualAddress> pages = [];
        for (ulong table = 0; table < 100; table++)
        {
            pages.Add(Low + (table * BytesAt(2)));
            Assert.Equal(MapError.None, machine.Map(1, pages[^1], Frame, KernelData));
        }

        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            foreach (VirtualAddress page in pages)
            {
                Assert.Equal(UnmapError.None, deferral.TakeOver(mapper.Unmap(1, page, out _)));
                deferral.TakeOver(mapper.ReclaimEmptyTables(VirtualRange.FromStart(page, BytesAt(2))));
            }

            Assert.Equal(0, machine.Ledger.Returns);
        }

        Assert.Equal(1, machine.Ledger.OutstandingCount);
        Assert.Equal((0, 1), (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
    }

    [Fact]
    public void A_frame_that_came_back_is_mapped_again_and_nobody_sees_its_old_page()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        Frame<Size4KiB> frame = MapOwn(machine, Low);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.None, mapper.Unmap(Page<Size4KiB>.FromStart(Low), deferral));
        }

        Assert.Equal(MapError.None, machine.Map(1, Low + 0x1000, frame.Start.Value, KernelData));
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.False(processor.Write(Low).Succeeded);
            Assert.Equal(frame.Start, processor.Write(Low + 0x1000).Address);
        }
    }

    [Fact]
    public void Eynos_gave_a_frame_away_that_the_deferred_flush_was_still_owed_for()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        Frame<Size4KiB> frame = MapOwn(machine, Low);
        using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _, new PhysicalRange[1]);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(UnmapError.None, mapper.Unmap(Page<Size4KiB>.FromStart(Low), deferral));

        // The source hands out what came back last.
        Assert.True(machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> next));
        Assert.NotEqual(frame, next);
        Assert.Equal(frame.Start, machine.Machine.Processors[1].Write(Low).Address);
    }

    /// <summary>Maps a page to a frame of the source, and lets every processor use it.</summary>
    private static Frame<Size4KiB> MapOwn(PagingMachine<TMode, TMemory> machine, VirtualAddress address)
    {
        Assert.True(machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
        Assert.Equal(MapError.None, machine.Map(1, address, frame.Start.Value, KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(address).Succeeded));
        return frame;
    }

    /// <summary>Maps pages to frames of the source that follow one another upwards, or downwards so that no two are a run.</summary>
    private static void MapOwn(PagingMachine<TMode, TMemory> machine, VirtualAddress address, int pages, bool reverse)
    {
        List<Frame<Size4KiB>> frames = [];
        for (int page = 0; page < pages; page++)
        {
            Assert.True(machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame));
            frames.Add(frame);
        }

        if (reverse)
        {
            frames.Reverse();
        }

        for (int page = 0; page < pages; page++)
        {
            VirtualAddress at = address + ((ulong)page * Size4KiB.Bytes);
            Assert.Equal(MapError.None, machine.Map(1, at, frames[page].Start.Value, KernelData));
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(at).Succeeded));
        }
    }
}

public sealed class TwoLevelFlushDeferralFrameTests : FlushDeferralFrameTests<TwoLevelPaging, SimulatedMemory>;

public sealed class ThreeLevelFlushDeferralFrameTests : FlushDeferralFrameTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelFlushDeferralFrameTests : FlushDeferralFrameTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelFlushDeferralFrameTests : FlushDeferralFrameTests<FiveLevelPaging, SimulatedMemory>;
