using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Every processor goes on using what it remembers until the flush, and no processor does after it.</summary>
public abstract class StaleTranslationTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_unmapped_page_is_used_until_the_flush_and_by_nobody_after_it(int level)
    {
        using PagingMachine<TMode> machine = MachineWithPage(level, PageAttributes.KernelData);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(UnmapError.None, mapper.Unmap(level, Places<TMode>.High, out _).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Places<TMode>.High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Places<TMode>.High).Succeeded));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_protected_page_is_written_until_the_flush_and_by_nobody_after_it(int level)
    {
        using PagingMachine<TMode> machine = MachineWithPage(level, PageAttributes.KernelData);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(
            ProtectError.None, mapper.Protect(level, Places<TMode>.High, PageAttributes.KernelReadOnly).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(Places<TMode>.High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(Places<TMode>.High).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Places<TMode>.High).Succeeded));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(64UL)]
    [InlineData(65UL)]
    [InlineData(600UL)]
    public void An_unmapped_range_is_used_until_the_flush_and_by_nobody_after_it(ulong pages)
    {
        using PagingMachine<TMode> machine = new(processors: 3);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.High + 0x3000, pages * Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.MapRange(range.Start, range.Length, Frame, PageAttributes.KernelData));
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
        using PagingMachine<TMode> machine = new(processors: 3);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.High, 5 * Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.MapRange(range.Start, range.Length, Frame, PageAttributes.KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(range.Last).Succeeded));
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(ProtectError.None, machine.Mapper.ProtectRange(range, PageAttributes.KernelReadOnly).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(range.Last).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(range.Last).Succeeded));
    }

    [Fact]
    public void A_global_page_outlives_a_change_of_the_root_and_not_the_flush()
    {
        using PagingMachine<TMode> machine = MachineWithPage(1, PageAttributes.KernelData);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Places<TMode>.High, out _).HandOn(ref owed));
        machine.Load();
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Places<TMode>.High).Succeeded));
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Places<TMode>.High).Succeeded));
    }

    [Fact]
    public void A_flush_on_one_processor_reaches_the_others_whichever_it_is()
    {
        for (int number = 0; number < 3; number++)
        {
            using PagingMachine<TMode> machine = MachineWithPage(1, PageAttributes.KernelData);
            machine.Machine.Enter(number);
            Assert.Equal(UnmapError.None, machine.Unmap(1, Places<TMode>.High));
            Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Places<TMode>.High).Succeeded));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Parts_of_a_split_page_that_are_unmapped_are_gone_after_the_joined_flush(int level)
    {
        using PagingMachine<TMode> machine = MachineWithPage(level, PageAttributes.KernelData);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        VirtualAddress part = Places<TMode>.High + (7 * Places<TMode>.BytesAt(level - 1));
        Assert.Equal(SplitError.None, mapper.Split(level, Places<TMode>.High).HandOn(ref owed));
        Assert.Equal(VirtualRange.FromStart(Places<TMode>.High, Places<TMode>.BytesAt(level)), owed.Range);
        Assert.Equal(UnmapError.None, mapper.Unmap(level - 1, part, out _).HandOn(ref owed));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(part).Succeeded));
        owed.Flush<SimulatedProcessor>();
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.False(processor.Read(part).Succeeded);
            Assert.Equal(Frame, processor.Read(Places<TMode>.High).Address.Value);
        }
    }

    [Fact]
    public void A_retired_table_is_remembered_until_the_flush_and_returned_only_after_it()
    {
        using PagingMachine<TMode> machine = MachineWithPage(1, PageAttributes.KernelData);
        PendingFlush owed = PendingFlush.None;
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Frame<Size4KiB> table = Frame<Size4KiB>.FromStart(
            PhysicalAddress.FromValue(machine.EntryOf(Places<TMode>.High, 2) & HardwareWalk.AddressBits));
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Places<TMode>.High, out _).HandOn(ref owed));
        RetiredTables<SimulatedMemory> retired = mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf);
        Assert.True(machine.Machine.AnyProcessorRemembers(table));
        Assert.Contains(table, machine.Ledger.Outstanding);
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.False(machine.Machine.AnyProcessorRemembers(table));
        Assert.DoesNotContain(table, machine.Ledger.Outstanding);
        owed.Flush<SimulatedProcessor>();
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Places<TMode>.High).Succeeded));
    }

    [Fact]
    public void Returning_retired_tables_without_their_flush_is_a_mistake_that_the_machine_notices()
    {
        using PagingMachine<TMode> machine = MachineWithPage(1, PageAttributes.KernelData);
        Assert.Equal(
            UnmapError.None, machine.Mapper.UnmapRange(VirtualRange.FromStart(Places<TMode>.High, 0x1000)).NeverLoaded());
        Assert.Throws<FrameMistakeException>(() => machine.Mapper
            .ReclaimEmptyTables(Places<TMode>.UpperHalf).ReleaseNeverLoaded(ref machine.Frames, machine.Token));
    }

    [Fact]
    public void A_walk_through_a_remembered_table_that_is_retired_finds_nothing_in_it()
    {
        using PagingMachine<TMode> machine = new(processors: 2);
        List<VirtualAddress> pages = [];
        for (ulong table = 0; table < 4; table++)
        {
            pages.Add(Places<TMode>.High + (table * Size2MiB.Bytes) + 0x5000);
            Assert.Equal(MapError.None, machine.Map(1, pages[^1], Frame, PageAttributes.KernelData));
            Assert.True(machine.Processor.Read(pages[^1]).Succeeded);
        }

        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        foreach (VirtualAddress page in pages)
        {
            Assert.Equal(UnmapError.None, mapper.Unmap(1, page, out _).HandOn(ref owed));
        }

        RetiredTables<SimulatedMemory> retired = mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf);
        foreach (VirtualAddress page in pages)
        {
            // The first entry of a retired table holds the link to the next one: it must not look like a page.
            VirtualAddress first = VirtualAddress.FromValue(page.Value - 0x5000);
            Assert.True(machine.Processor.Caches.TryFindTable(first, 1, out _));
            Assert.Equal(PageFaultCode.None, machine.Processor.Read(first).Fault);
        }

        owed.Flush<SimulatedProcessor>();
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void A_dismantled_tree_is_returned_only_after_every_processor_has_forgotten_all_of_it()
    {
        using PagingMachine<TMode> machine = MachineWithPage(1, PageAttributes.KernelData);
        RetiredTables<SimulatedMemory> retired = machine.Mapper.Dismantle();
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(Places<TMode>.High).Succeeded));
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(Places<TMode>.High).Succeeded));
    }

    /// <summary>A machine with three processors that have all used the page.</summary>
    private static PagingMachine<TMode> MachineWithPage(int level, PageAttributes attributes)
    {
        PagingMachine<TMode> machine = new(processors: 3);
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.High, Frame, attributes));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(Places<TMode>.High).Succeeded));
        return machine;
    }

    private static void ExpectAll(PagingMachine<TMode> machine, VirtualRange range, bool mapped)
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

public sealed class FourLevelStaleTranslationTests : StaleTranslationTests<FourLevelPaging>;

public sealed class FiveLevelStaleTranslationTests : StaleTranslationTests<FiveLevelPaging>;
