using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What a change owes, how two debts become one, and how they are paid.</summary>
public abstract class PendingFlushTests<TMode> : PagingTests<TMode, SimulatedMemory>
    where TMode : struct, IPagingMode
{
    [Fact]
    public void No_debt_is_paid_by_doing_nothing()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2);
        PendingFlush.None.Flush<SimulatedProcessor>();
        Assert.True(PendingFlush.None.And(PendingFlush.None).IsNone);
        Assert.Equal((0, 0), Invalidations(machine.Processor));
        Assert.Equal(0, machine.Machine.Processors[1].RemoteInvalidations);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void One_page_of_any_size_is_one_invalidation_here_and_one_request_to_each_other_processor(int level)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 3);
        PendingFlush owed = OwedForUnmapping(machine, level, Low);
        Assert.Equal(VirtualRange.FromStart(Low, BytesAt(level)), owed.Range);
        owed.Flush<SimulatedProcessor>();
        Assert.Equal((1, 0), Invalidations(machine.Processor));
        Assert.Equal(0, machine.Processor.RemoteInvalidations);
        Assert.Equal(1, machine.Machine.Processors[1].RemoteInvalidations);
        Assert.Equal(1, machine.Machine.Processors[2].RemoteInvalidations);
        Assert.Equal(1, machine.Machine.Processors[2].RemotePageInvalidations);
    }

    [Theory]
    [InlineData(64UL, 64U, 64, 0)]
    [InlineData(65UL, 64U, 0, 1)]
    [InlineData(100UL, 100U, 100, 0)]
    [InlineData(2UL, 1U, 0, 1)]
    [InlineData(1UL, 1U, 1, 0)]
    [InlineData(1UL, 0U, 0, 1)]
    public void More_pages_than_the_processor_likes_are_forgotten_all_at_once(ulong pages, uint limit, int single, int full)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2);
        machine.Machine.SingleInvalidationLimit = limit;
        Assert.Equal(MapError.None, machine.MapRange(Low, pages * 0x1000, Frame, KernelData));
        machine.Machine.ResetCounts();
        Assert.Equal(UnmapError.None, machine.UnmapRange(Low, pages * 0x1000));
        Assert.Equal((single, full), Invalidations(machine.Processor));
        Assert.Equal(1, machine.Machine.Processors[1].RemoteInvalidations);
        Assert.Equal(single, machine.Machine.Processors[1].RemotePageInvalidations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_single_invalidations_each_flush_is_one_reload(ulong pages)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2);
        machine.Machine.InvalidatesSinglePages = false;
        machine.Machine.SingleInvalidationLimit = 1;
        Assert.Equal(MapError.None, machine.MapRange(Low, pages * 0x1000, Frame, KernelData));
        machine.Machine.ResetCounts();
        Assert.Equal(UnmapError.None, machine.UnmapRange(Low, pages * 0x1000));
        Assert.Equal((0, 1), Invalidations(machine.Processor));
    }

    [Fact]
    public void Joining_with_no_debt_changes_nothing()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        PendingFlush owed = OwedForUnmapping(machine, 1, Low);
        Assert.Equal(owed.Range, owed.And(PendingFlush.None).Range);
        Assert.Equal(owed.Range, PendingFlush.None.And(owed).Range);
    }

    [Fact]
    public void Two_debts_become_the_smallest_range_that_covers_both()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        VirtualAddress far = Low + 0x9000;
        PendingFlush first = OwedForUnmapping(machine, 1, Low + 0x2000);
        PendingFlush second = OwedForUnmapping(machine, 1, far);
        VirtualRange both = VirtualRange.FromStart(Low + 0x2000, 0x8000);
        Assert.Equal(both, first.And(second).Range);
        Assert.Equal(both, second.And(first).Range);
        Assert.Equal(both, second.And(first).And(first).Range);
    }

    [Fact]
    public void A_debt_inside_another_adds_nothing_to_it()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        PendingFlush large = OwedForUnmapping(machine, 2, Low);
        PendingFlush small = OwedForUnmapping(machine, 1, Low + 0x5000);
        Assert.Equal(large.Range, large.And(small).Range);
        Assert.Equal(large.Range, small.And(large).Range);
    }

    [Fact]
    public void A_small_page_beside_a_large_one_makes_the_flush_go_in_small_steps()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        VirtualAddress small = VirtualAddress.FromValue(Low.Value - 0x1000);
        Assert.Equal(MapError.None, machine.MapRange(small, 0x1000 + LargeBytes, Frame - 0x1000, KernelData));
        Assert.True(machine.Processor.Read(small).Succeeded);
        Assert.True(machine.Processor.Read(Low).Succeeded);
        PendingFlush batch = PendingFlush.None;
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(UnmapError.None, mapper.Unmap(2, Low, out _).HandOn(ref batch));
        Assert.Equal(UnmapError.None, mapper.Unmap(1, small, out _).HandOn(ref batch));
        Assert.Equal(VirtualRange.FromStart(small, 0x1000 + LargeBytes), batch.Range);
        batch.Flush<SimulatedProcessor>();
        Assert.False(machine.Processor.Read(small).Succeeded);
        Assert.False(machine.Processor.Read(Low).Succeeded);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_page_at_address_0_is_flushed_like_any_other(int level)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, VirtualAddress.Zero, Frame, KernelData));
        Assert.True(machine.Processor.Read(VirtualAddress.Zero).Succeeded);
        machine.Machine.ResetCounts();
        Assert.Equal(UnmapError.None, machine.Unmap(level, VirtualAddress.Zero));
        Assert.False(machine.Processor.Read(VirtualAddress.Zero).Succeeded);
        Assert.Equal((1, 0), Invalidations(machine.Processor));
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_page_at_the_top_of_the_address_space_is_flushed_like_any_other(int level)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2);
        VirtualAddress top = LastOfAll(level);
        PendingFlush owed = OwedForUnmapping(machine, level, top);
        Assert.Equal(unchecked(Places<TMode>.End - 1), owed.Range.Last.Value);
        owed.Flush<SimulatedProcessor>();
        Assert.False(machine.Processor.Read(top).Succeeded);
        Assert.False(machine.Machine.Processors[1].Read(top).Succeeded);
        Assert.Equal((1, 0), Invalidations(machine.Processor));
    }

    [Fact]
    public void A_join_that_reaches_the_top_of_the_address_space_ends_there()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        VirtualAddress top = LastOfAll(1);
        VirtualAddress below = VirtualAddress.FromValue(top.Value - (9 * Size4KiB.Bytes));
        PendingFlush both = OwedForUnmapping(machine, 1, top).And(OwedForUnmapping(machine, 1, below));
        Assert.Equal(VirtualRange.FromStart(below, 10 * Size4KiB.Bytes), both.Range);
        both.Flush<SimulatedProcessor>();
        Assert.Equal((10, 0), Invalidations(machine.Processor));
    }

    [Theory]
    [InlineData(nameof(VirtualAddress.Zero), nameof(Low))]
    [InlineData(nameof(Low), nameof(High))]
    [InlineData(nameof(VirtualAddress.Zero), nameof(LastOfAll))]
    [InlineData(nameof(Places<>.FirstOfUpperHalf), nameof(LastOfAll))]
    public void Debts_far_apart_are_paid_by_forgetting_everything_everywhere_and_not_by_a_walk(string first, string second)
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2);
        PendingFlush one = OwedForUnmapping(machine, 1, Named(first, 1));
        PendingFlush other = OwedForUnmapping(machine, 1, Named(second, 1));
        one.And(other).Flush<SimulatedProcessor>();
        Assert.Equal((0, 1), Invalidations(machine.Processor));
        Assert.Equal((1, 0), (machine.Machine.Processors[1].RemoteInvalidations, machine.Machine.Processors[1].RemotePageInvalidations));
        Assert.Equal(0, machine.Machine.Processors[1].Caches.TranslationCount);
    }

    [Fact]
    public void Debts_on_both_sides_of_where_the_kernel_begins_are_joined_if_addresses_go_on_there()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        PendingFlush low = OwedForUnmapping(machine, 1, Places<TMode>.LastOfLowerHalf(1));
        PendingFlush high = OwedForUnmapping(machine, 1, Places<TMode>.FirstOfUpperHalf);
        Assert.Equal(Places<TMode>.Hardware.ExtendsSign, low.And(high).IsEverything);
        Assert.Equal(Places<TMode>.Hardware.ExtendsSign, high.And(low).IsEverything);
        high.And(low).Flush<SimulatedProcessor>();
        Assert.Equal(Places<TMode>.Hardware.ExtendsSign ? (0, 1) : (2, 0), Invalidations(machine.Processor));
        Assert.False(machine.Processor.Read(Places<TMode>.LastOfLowerHalf(1)).Succeeded);
        Assert.False(machine.Processor.Read(Places<TMode>.FirstOfUpperHalf).Succeeded);
    }

    [Fact]
    public void Everything_joined_with_anything_is_everything_and_has_no_range()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        PendingFlush one = OwedForUnmapping(machine, 1, Low);
        PendingFlush everything = PendingFlush.All;
        Assert.True(everything.And(one).IsEverything);
        Assert.True(one.And(everything).IsEverything);
        Assert.True(everything.And(PendingFlush.None).IsEverything);
        Assert.True(PendingFlush.None.And(everything).IsEverything);
        Assert.Equal("PendingFlush.Range", Assert.Throws<KernelPanicException>(() => everything.Range).Where);
    }

    [Fact]
    public void A_refused_change_owes_nothing()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new();
        PendingFlush owed = PendingFlush.None;
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, Low, out _).HandOn(ref owed));
        Assert.Equal(ProtectError.NotMapped, mapper.Protect(1, Low, KernelData).HandOn(ref owed));
        Assert.Equal(SplitError.NotMapped, mapper.Split(2, Low).HandOn(ref owed));
        Assert.True(owed.IsNone);
    }

    [Fact]
    public void Tables_that_nobody_has_loaded_are_changed_without_any_invalidation()
    {
        using PagingMachine<TMode, SimulatedMemory> machine = new(processors: 2, load: false);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None,
            mapper.Map(1, Low, PhysicalAddress.FromValue(Frame), UserData).NeverLoaded());
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Low, out _).NeverLoaded());
        mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf).ReleaseNeverLoaded(ref machine.Frames, machine.Token);
        Assert.Equal((0, 0), Invalidations(machine.Processor));
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    private static (int Pages, int Full) Invalidations(ProcessorCore processor) =>
        (processor.PageInvalidations, processor.FullInvalidations);

    /// <summary>Maps a page, lets every processor use it, unmaps it, and gives what is owed then.</summary>
    private static PendingFlush OwedForUnmapping(PagingMachine<TMode, SimulatedMemory> machine, int level, VirtualAddress address)
    {
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(
            MapError.None,
            mapper.Map(level, address, PhysicalAddress.FromValue(Frame), KernelData).HandOn(ref owed));
        owed.Flush<SimulatedProcessor>();
        owed = PendingFlush.None;
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.True(processor.Read(address).Succeeded);
        }

        Assert.Equal(UnmapError.None, mapper.Unmap(level, address, out _).HandOn(ref owed));
        machine.Machine.ResetCounts();
        return owed;
    }
}

public sealed class TwoLevelPendingFlushTests : PendingFlushTests<TwoLevelPaging>;

public sealed class ThreeLevelPendingFlushTests : PendingFlushTests<ThreeLevelPaging>;

public sealed class FourLevelPendingFlushTests : PendingFlushTests<FourLevelPaging>;

public sealed class FiveLevelPendingFlushTests : PendingFlushTests<FiveLevelPaging>;
