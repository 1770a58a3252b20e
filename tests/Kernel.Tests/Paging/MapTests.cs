using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Mapping one page at a time.</summary>
public abstract class MapTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    private static int Levels => TMode.RootLevel.Number;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_first_page_takes_one_frame_for_each_level_between_the_root_and_its_leaf(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(1 + Levels - level, machine.Ledger.OutstandingCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_next_page_in_the_same_table_takes_no_frame(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        int before = machine.Ledger.OutstandingCount;
        VirtualAddress next = Places<TMode>.Low + Places<TMode>.BytesAt(level);
        Assert.Equal(MapError.None, machine.Map(level, next, Frame, PageAttributes.KernelData));
        Assert.Equal(before, machine.Ledger.OutstandingCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_new_table_is_empty_but_for_the_entry_that_was_asked_for(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Single(LeafScan.Of(machine));
        int entries = 0;
        foreach (Frame<Size4KiB> table in machine.Ledger.Outstanding)
        {
            for (ulong offset = 0; offset < Size4KiB.Bytes; offset += sizeof(ulong))
            {
                entries += machine.Machine.Memory.Read64(table.Start + offset) != 0 ? 1 : 0;
            }
        }

        Assert.Equal(1 + Levels - level, entries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mapping_owes_no_flush_because_absent_entries_are_not_remembered(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.False(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(
            MapError.None,
            mapper.Map(level, Places<TMode>.Low, PhysicalAddress.FromValue(Frame), PageAttributes.KernelData).HandOn(ref owed));
        Assert.True(owed.IsNone);
        Assert.Equal(Frame, machine.Processor.Read(Places<TMode>.Low).Address.Value);
    }

    [Fact]
    public void Pages_of_all_sizes_live_side_by_side()
    {
        using PagingMachine<TMode> machine = new();
        VirtualAddress huge = Places<TMode>.Low;
        VirtualAddress large = huge + Size1GiB.Bytes;
        VirtualAddress small = large + Size2MiB.Bytes;
        Assert.Equal(MapError.None, machine.Map(3, huge, 0x40_0000_0000, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(2, large, 0x50_0020_0000, PageAttributes.KernelReadOnly));
        Assert.Equal(MapError.None, machine.Map(1, small, 0x60_0000_1000, PageAttributes.UserCode));
        Assert.Equal(0x40_3FFF_FFFFUL, machine.Processor.Read(huge + 0x3FFF_FFFF).Address.Value);
        Assert.Equal(0x50_003F_FFFFUL, machine.Processor.Read(large + 0x1F_FFFF).Address.Value);
        Assert.Equal(0x60_0000_1FFFUL, machine.Processor.Read(small + 0xFFF).Address.Value);
    }

    [Fact]
    public void The_table_of_a_kernel_page_is_closed_to_ring_3_at_every_level()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        for (int level = 1; level <= Levels; level++)
        {
            Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, level) & HardwareWalk.User);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_way_to_a_user_page_is_open_to_ring_3_at_every_level(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.UserReadOnly));
        for (int above = level; above <= Levels; above++)
        {
            Assert.NotEqual(0UL, machine.EntryOf(Places<TMode>.Low, above) & HardwareWalk.User);
        }

        Assert.True(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_user_page_beside_a_kernel_page_opens_the_tables_above_both_and_not_the_kernel_page(int level)
    {
        using PagingMachine<TMode> machine = new();
        VirtualAddress kernel = Places<TMode>.Low;
        VirtualAddress user = kernel + Places<TMode>.BytesAt(level);
        Assert.Equal(MapError.None, machine.Map(level, kernel, Frame, PageAttributes.KernelData));
        Assert.True(machine.Processor.Read(kernel).Succeeded);
        Assert.Equal(MapError.None, machine.Map(level, user, Frame, PageAttributes.UserData));
        Assert.True(machine.Processor.Write(user, user: true).Succeeded);
        Assert.False(machine.Processor.Read(kernel, user: true).Succeeded);
        Assert.True(machine.Processor.Write(kernel).Succeeded);
    }

    [Fact]
    public void Only_the_entries_on_the_way_to_a_user_page_are_opened()
    {
        using PagingMachine<TMode> machine = new();
        VirtualAddress aside = Places<TMode>.Low + Size1GiB.Bytes;
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(1, aside, Frame, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low + Size4KiB.Bytes, Frame, PageAttributes.UserData));
        Assert.Equal(0UL, machine.EntryOf(aside, 3) & HardwareWalk.User);
        Assert.Equal(0UL, machine.EntryOf(aside, 2) & HardwareWalk.User);
        Assert.NotEqual(0UL, machine.EntryOf(aside, 4) & HardwareWalk.User);
    }

    [Fact]
    public void A_mapping_that_opens_a_way_owes_a_flush_because_tables_are_remembered_with_their_rights()
    {
        using PagingMachine<TMode> machine = new(processors: 2);
        VirtualAddress user = Places<TMode>.Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.True(processor.Read(Places<TMode>.Low).Succeeded);
        }

        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        TableChange<MapError> change = mapper.Map(1, user, PhysicalAddress.FromValue(Frame), PageAttributes.UserData);
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(MapError.None, change.HandOn(ref owed));
        Assert.False(owed.IsNone);
        owed.Flush<SimulatedProcessor>();
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.True(processor.Read(user, user: true).Succeeded);
        }
    }

    [Fact]
    public void The_same_frame_may_be_mapped_twice()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelReadOnly));
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.High, Frame, PageAttributes.KernelData));
        Assert.Equal(machine.Processor.Read(Places<TMode>.Low).Address, machine.Processor.Write(Places<TMode>.High).Address);
    }

    [Fact]
    public void Writable_and_executable_is_had_by_whoever_insists()
    {
        using PagingMachine<TMode> machine = new();
        PageAttributes meant = PageAttributes.UserData.WithWritingAndExecution();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, meant));
        Assert.True(machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
        Assert.True(machine.Processor.Execute(Places<TMode>.Low, user: true).Succeeded);
    }

    [Fact]
    public void Insisting_leaves_no_mark_in_the_entry()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.UserData.WithWritingAndExecution()));
        Assert.Equal(Frame | 0x7, machine.EntryOf(Places<TMode>.Low, 1));
    }

    [Fact]
    public void A_processor_without_execute_disable_can_map_what_may_be_executed()
    {
        using PagingMachine<TMode> machine = new(paging: PagingMachine<TMode>.Hardware with { NoExecute = false });
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelCode));
        Assert.True(machine.Processor.Execute(Places<TMode>.Low).Succeeded);
    }
}

public sealed class FourLevelMapTests : MapTests<FourLevelPaging>;

public sealed class FiveLevelMapTests : MapTests<FiveLevelPaging>;
