using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Every processor goes on using what it remembers until the flush, and no processor does after it.</summary>
public abstract class StaleTranslationTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void An_unmapped_page_is_used_until_the_flush_and_by_nobody_after_it(int level)
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(level, KernelData);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(UnmapError.None, mapper.Unmap(level, High, out _).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_protected_page_is_written_until_the_flush_and_by_nobody_after_it(int level)
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(level, KernelData);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(
            ProtectError.None, mapper.Protect(level, High, KernelReadOnly).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(High).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(64UL)]
    [InlineData(65UL)]
    [InlineData(600UL)]
    public void An_unmapped_range_is_used_until_the_flush_and_by_nobody_after_it(ulong pages)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 3);
        VirtualRange range = VirtualRange.FromStart(High + 0x3000, pages * Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.MapRange(range.Start, range.Length, Frame, KernelData));
        ExpectAll(machine, range, mapped: true);
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range).HandOn(ref owed));
        ExpectAll(machine, range, mapped: true);
        owed.Flush<SimulatedProcessor>();
        ExpectAll(machine, range, mapped: false);
    }

    [Fact]
    public void A_protected_range_is_written_until_the_flush_and_by_nobody_after_it()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 3);
        VirtualRange range = VirtualRange.FromStart(High, 5 * Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.MapRange(range.Start, range.Length, Frame, KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(range.Last).Succeeded));
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(ProtectError.None, machine.Mapper.ProtectRange(range, KernelReadOnly).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(range.Last).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(range.Last).Succeeded));
    }

    [Fact]
    public void A_global_page_outlives_a_change_of_the_root_and_not_the_flush()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(1, KernelData);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(UnmapError.None, mapper.Unmap(1, High, out _).HandOn(ref owed));
        machine.Load();
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
    }

    [Fact]
    public void A_flush_on_one_processor_reaches_the_others_whichever_it_is()
    {
        for (int number = 0; number < 3; number++)
        {
            using PagingMachine<TMode, TMemory> machine = MachineWithPage(1, KernelData);
            machine.Machine.Enter(number);
            Assert.Equal(UnmapError.None, machine.Unmap(1, High));
            Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
        }
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void Parts_of_a_split_page_that_are_unmapped_are_gone_after_the_joined_flush(int level)
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(level, KernelData);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        VirtualAddress part = High + (7 * BytesAt(level - 1));
        Assert.Equal(SplitError.None, mapper.Split(level, High).HandOn(ref owed));
        Assert.Equal(VirtualRange.FromStart(High, BytesAt(level)), owed.Range);
        Assert.Equal(UnmapError.None, mapper.Unmap(level - 1, part, out _).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(part).Succeeded));
        owed.Flush<SimulatedProcessor>();
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.False(processor.Read(part).Succeeded);
            Assert.Equal(Frame, processor.Read(High).Address.Value);
        }
    }

    [Fact]
    public void A_retired_table_is_remembered_until_the_flush_and_returned_only_after_it()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(1, KernelData);
        PendingFlush owed = PendingFlush.None;
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Frame<Size4KiB> table = Frame<Size4KiB>.FromStart(
            PhysicalAddress.FromValue(machine.EntryOf(High, 2) & Places<TMode>.Hardware.AddressBits));
        Assert.Equal(UnmapError.None, mapper.Unmap(1, High, out _).HandOn(ref owed));
        RetiredTables<TMemory> retired = mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf);

        // A recursive map has its own view of the table invalidated at once, which empties the caches of tables.
        Assert.Equal(!TMemory.IsRecursive, machine.Machine.AnyProcessorRemembers(table));
        Assert.Contains(table, machine.Ledger.Outstanding);
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.False(machine.Machine.AnyProcessorRemembers(table));
        Assert.DoesNotContain(table, machine.Ledger.Outstanding);
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(High).Succeeded));
    }

    [Fact]
    public void Returning_retired_tables_without_their_flush_is_a_mistake_that_the_machine_notices()
    {
        using PagingMachine<TMode, TMemory> machine = MachineWithPage(1, KernelData);
        Assert.Equal(
            UnmapError.None, machine.Mapper.UnmapRange(VirtualRange.FromStart(High, 0x1000)).NeverLoaded());
        void Release() => machine.Mapper
            .ReclaimEmptyTables(Places<TMode>.UpperHalf).ReleaseNeverLoaded(ref machine.Frames, machine.Token);
        if (TMemory.IsRecursive)
        {
            // Nobody goes to the table any more, but the page that was in it is still remembered.
            Release();
            Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(High).Succeeded));
        }
        else
        {
            Assert.Throws<FrameMistakeException>(Release);
        }
    }

    [Fact]
    public void A_walk_through_a_remembered_table_that_is_retired_finds_nothing_in_it()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        List<VirtualAddress> pages = [];
        for (ulong table = 0; table < 4; table++)
        {
            pages.Add(High + (table * LargeBytes) + 0x5000);
            Assert.Equal(MapError.None, machine.Map(1, pages[^1], Frame, KernelData));
            Assert.True(machine.Processor.Read(pages[^1]).Succeeded);
        }

        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        foreach (VirtualAddress page in pages)
        {
            Assert.Equal(UnmapError.None, mapper.Unmap(1, page, out _).HandOn(ref owed));
        }

        RetiredTables<TMemory> retired = mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf);
        foreach (VirtualAddress page in pages)
        {
            // The first entry of a retired table holds the link to the next one: it must not look like a page.
            VirtualAddress first = VirtualAddress.FromValue(page.Value - 0x5000);
            Assert.Equal(!TMemory.IsRecursive, machine.Processor.Caches.TryFindTable(first, 1, out _));
            Assert.Equal(PageFaultCode.None, machine.Processor.Read(first).Fault);
        }

        owed.Flush<SimulatedProcessor>();
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void A_dismantled_tree_is_returned_only_after_every_processor_has_forgotten_all_of_it()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 3) { RootEntries = RootEntries.Fixed };
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(Low).Succeeded));
        RetiredTables<TMemory> retired = machine.Mapper.Dismantle();
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Low).Succeeded));
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Low).Succeeded));
    }

    /// <summary>A machine with three processors that have all used the page.</summary>
    private static PagingMachine<TMode, TMemory> MachineWithPage(int level, PageAttributes attributes)
    {
        PagingMachine<TMode, TMemory> machine = new(processors: 3);
        Assert.Equal(MapError.None, machine.Map(level, High, Frame, attributes));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(High).Succeeded));
        return machine;
    }

    private static void ExpectAll(PagingMachine<TMode, TMemory> machine, VirtualRange range, bool mapped)
    {
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            for (ulong offset = 0; offset < range.Length; offset += Size4KiB.Bytes)
            {
                Assert.Equal(mapped, processor.Read(range.Start + offset).Succeeded);
            }
        }
    }
}

public sealed class TwoLevelStaleTranslationTests : StaleTranslationTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveStaleTranslationTests : StaleTranslationTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelStaleTranslationTests : StaleTranslationTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveStaleTranslationTests : StaleTranslationTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelStaleTranslationTests : StaleTranslationTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelStaleTranslationTests : StaleTranslationTests<FiveLevelPaging, SimulatedMemory>;
