using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What is deferred is paid once, at the end of the outermost scope, in the cheapest way that the processor has.</summary>
public abstract class FlushDeferralTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Fact]
    public void Changes_are_stale_until_the_end_of_the_scope_and_seen_by_everybody_after_it()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, High);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Unmap(machine, deferral, Low);
            Unmap(machine, deferral, High);
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Low).Succeeded));
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
        }

        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Low).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
    }

    [Fact]
    public void The_end_of_an_inner_scope_pays_nothing()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, High);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> outer = machine.Defer(out _))
        {
            Unmap(machine, outer, Low);
            using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = outer.Nest())
            {
                using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> innermost = inner.Nest();
                Unmap(machine, innermost, High);
            }

            Assert.Equal((0, 0), Invalidations(machine));
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
        }

        Assert.Equal((2, 0), Invalidations(machine));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_return_in_the_middle_of_a_scope_pays_too(bool early)
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, High);
        machine.Machine.ResetCounts();
        UnmapBoth(machine, early);
        Assert.Equal((early ? 1 : 2, 0), Invalidations(machine));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Low).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.Equal(early, processor.Read(High).Succeeded));
    }

    [Fact]
    public void Pages_far_apart_cost_one_invalidation_each_and_one_request_to_the_others()
    {
        VirtualAddress[] pages =
        [
            VirtualAddress.Zero, Low, Places<TMode>.LastOfLowerHalf(1), Places<TMode>.FirstOfUpperHalf, High, LastOfAll(1),
        ];
        using PagingMachine<TMode, TMemory> machine = MachineWith(pages);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            foreach (VirtualAddress page in pages)
            {
                Unmap(machine, deferral, page);
            }
        }

        ExpectPaid(machine, pages: 6);
        foreach (VirtualAddress page in pages)
        {
            Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(page).Succeeded));
        }
    }

    [Fact]
    public void A_page_that_changes_twice_is_invalidated_once()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, Low + 0x1000, Low + 0x2000);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Unmap(machine, deferral, Low);
            Unmap(machine, deferral, Low + 0x2000);
            Protect(machine, deferral, Low + 0x1000);
            Unmap(machine, deferral, Low + 0x1000);
        }

        ExpectPaid(machine, pages: 3);
    }

    [Theory]
    [InlineData(64, 64, 64, 0)]
    [InlineData(65, 64, 0, 1)]
    [InlineData(5, 5, 5, 0)]
    [InlineData(6, 5, 0, 1)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(65, 1000, 0, 1)]
    public void More_pages_than_the_processor_likes_are_forgotten_all_at_once(int pages, uint limit, int single, int full)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        machine.Machine.SingleInvalidationLimit = limit;
        for (int page = 0; page < pages; page++)
        {
            // Every other page: no two of them are a run.
            Assert.Equal(MapError.None, machine.Map(1, At(page), Frame, KernelData));
            Assert.True(machine.Machine.Processors[1].Read(At(page)).Succeeded);
        }

        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            for (int page = 0; page < pages; page++)
            {
                Unmap(machine, deferral, At(page));
            }
        }

        Assert.Equal((single, full), Invalidations(machine));
        Assert.Equal((1, single), RemoteInvalidations(machine));
        Assert.Equal(0, machine.Machine.Processors[1].Caches.TranslationCount);

        static VirtualAddress At(int page) => Low + ((ulong)page * 0x2000);
    }

    [Theory]
    [InlineData(64UL, 64, 0)]
    [InlineData(65UL, 0, 1)]
    [InlineData(600UL, 0, 1)]
    public void A_range_counts_its_pages(ulong pages, int single, int full)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        VirtualRange range = VirtualRange.FromStart(Low + 0x3000, pages * Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.MapRange(range.Start, range.Length, Frame, KernelData));
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Assert.Equal(ProtectError.None, deferral.TakeOver(machine.Mapper.ProtectRange(range, KernelReadOnly)));
        }

        Assert.Equal((single, full), Invalidations(machine));
    }

    [Fact]
    public void An_empty_range_costs_nothing()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Assert.Equal(UnmapError.None, deferral.TakeOver(machine.Mapper.UnmapRange(VirtualRange.FromStart(Low, 0))));
        }

        Assert.Equal((0, 0), Invalidations(machine));
        Assert.Equal((0, 0), RemoteInvalidations(machine));
    }

    [Fact]
    public void A_page_of_any_size_is_one_invalidation_on_every_processor()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low);
        Assert.Equal(MapError.None, machine.Map(2, High, Frame, KernelData));
        Assert.True(machine.Machine.Processors[1].Read(High).Succeeded);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Unmap(machine, deferral, Low);
            Unmap(machine, deferral, High, level: 2);
        }

        ExpectPaid(machine, pages: 2);
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High + 0x5000).Succeeded));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void Without_single_invalidations_all_changes_of_all_scopes_cost_one_reload(int pages)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        machine.Machine.InvalidatesSinglePages = false;
        machine.Machine.SingleInvalidationLimit = 1;
        for (int page = 0; page < pages; page++)
        {
            Assert.Equal(MapError.None, machine.Map(1, Low + ((ulong)page * 0x3000), Frame, KernelData));
            Assert.True(machine.Machine.Processors[1].Read(Low + ((ulong)page * 0x3000)).Succeeded);
        }

        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> outer = machine.Defer(out _))
        {
            for (int page = 0; page < pages; page++)
            {
                using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = outer.Nest();
                Unmap(machine, inner, Low + ((ulong)page * 0x3000));
            }
        }

        Assert.Equal((0, 1), Invalidations(machine));
        Assert.Equal(1, machine.Machine.Processors[1].RemoteInvalidations);
        Assert.Equal(0, machine.Machine.Processors[1].Caches.TranslationCount);
    }

    [Fact]
    public void Nothing_owed_is_nothing_paid()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = deferral.Nest();
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.NotMapped, inner.TakeOver(mapper.Unmap(1, Low, out _)));
            inner.TakeOver(PendingFlush.None);
            inner.TakeOver(RetiredTables<TMemory>.None);
        }

        Assert.Equal((0, 0), Invalidations(machine));
        Assert.Equal((0, 0), RemoteInvalidations(machine));
    }

    [Fact]
    public void A_debt_of_everything_swallows_the_others()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, High);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Protect(machine, deferral, Low);
            deferral.TakeOver(machine.Mapper.Dismantle());
            deferral.TakeOver(PendingFlush.None);
        }

        Assert.Equal((0, 1), Invalidations(machine));
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void Deferrals_of_two_processors_know_nothing_of_each_other()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWith(Low, High);
        using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> first = machine.Defer(out _);
        Unmap(machine, first, Low);
        machine.Machine.Enter(1);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> second = machine.Defer(out _))
        {
            Unmap(machine, second, High);
        }

        Assert.Equal((1, 0), Invalidations(machine));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Low).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
        machine.Machine.Enter(0);
    }

    [Fact]
    public void A_scope_that_ends_twice_panics()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal("FlushDeferral.Dispose", Assert.Throws<KernelPanicException>(() =>
        {
            FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _);
            deferral.Dispose();
            deferral.Dispose();
        }).Where);
    }

    [Fact]
    public void A_scope_that_ends_before_one_inside_it_panics()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal("FlushDeferral.Dispose", Assert.Throws<KernelPanicException>(() =>
        {
            FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> outer = machine.Defer(out _);
            FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = outer.Nest();
            outer.Dispose();
            inner.Dispose();
        }).Where);
    }

    [Fact]
    public void A_scope_that_has_ended_takes_nothing_over()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal("FlushDeferral", Assert.Throws<KernelPanicException>(() =>
        {
            using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> outer = machine.Defer(out _);
            FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = outer.Nest();
            inner.Dispose();
            inner.TakeOver(PendingFlush.None);
        }).Where);
    }

    [Fact]
    public void A_range_that_reaches_the_top_of_memory_ends_there()
    {
        VirtualAddress last = LastOfAll(1);
        VirtualAddress start = VirtualAddress.FromValue(last.Value - 0x2000);
        using PagingMachine<TMode, TMemory> machine = MachineWith(VirtualAddress.Zero, start, start + 0x1000, last);
        machine.Machine.ResetCounts();
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _))
        {
            Unmap(machine, deferral, VirtualAddress.Zero);
            Assert.Equal(UnmapError.None, deferral.TakeOver(machine.Mapper.UnmapRange(VirtualRange.FromStart(start, 0x3000))));
        }

        ExpectPaid(machine, pages: 4);
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(VirtualAddress.Zero).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(last).Succeeded));
    }

    private static void UnmapBoth(PagingMachine<TMode, TMemory> machine, bool early)
    {
        using FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = machine.Defer(out _);
        Unmap(machine, deferral, Low);
        if (early)
        {
            return;
        }

        Unmap(machine, deferral, High);
    }

    private static void Unmap(
        PagingMachine<TMode, TMemory> machine,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        VirtualAddress address,
        int level = 1)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(UnmapError.None, deferral.TakeOver(mapper.Unmap(level, address, out _)));
    }

    private static void Protect(
        PagingMachine<TMode, TMemory> machine,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        VirtualAddress address)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(ProtectError.None, deferral.TakeOver(mapper.Protect(1, address, KernelReadOnly)));
    }

    private static void ExpectPaid(PagingMachine<TMode, TMemory> machine, int pages)
    {
        Assert.Equal((pages, 0), Invalidations(machine));
        Assert.Equal((1, pages), RemoteInvalidations(machine));
    }

    private static (int Pages, int Full) Invalidations(PagingMachine<TMode, TMemory> machine) =>
        (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations);

    private static (int Requests, int Pages) RemoteInvalidations(PagingMachine<TMode, TMemory> machine) =>
        (machine.Machine.Processors[1].RemoteInvalidations, machine.Machine.Processors[1].RemotePageInvalidations);

    /// <summary>A machine with two processors that have both used the pages.</summary>
    private static PagingMachine<TMode, TMemory> MachineWith(params VirtualAddress[] pages)
    {
        PagingMachine<TMode, TMemory> machine = new(processors: 2);
        foreach (VirtualAddress page in pages)
        {
            Assert.Equal(MapError.None, machine.Map(1, page, Frame, KernelData));
        }

        foreach (VirtualAddress page in pages)
        {
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(page).Succeeded));
        }

        return machine;
    }
}

public sealed class TwoLevelFlushDeferralTests : FlushDeferralTests<TwoLevelPaging, SimulatedMemory>;

public sealed class ThreeLevelFlushDeferralTests : FlushDeferralTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelFlushDeferralTests : FlushDeferralTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelFlushDeferralTests : FlushDeferralTests<FiveLevelPaging, SimulatedMemory>;
