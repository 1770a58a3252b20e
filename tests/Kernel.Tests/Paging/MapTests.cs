using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Mapping one page at a time.</summary>
public abstract class MapTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_first_page_takes_one_frame_for_each_level_between_the_root_and_its_leaf(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        Assert.Equal(Levels - level, machine.TableCount);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_next_page_in_the_same_table_takes_no_frame(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        int before = machine.TableCount;
        VirtualAddress next = Low + BytesAt(level);
        Assert.Equal(MapError.None, machine.Map(level, next, Frame, KernelData));
        Assert.Equal(before, machine.TableCount);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_new_table_is_empty_but_for_the_entry_that_was_asked_for(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        IReadOnlyList<Frame<Size4KiB>> before = machine.Ledger.Outstanding;
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        Assert.Single(LeafScan.Of(machine));
        int entries = 0;
        foreach (Frame<Size4KiB> table in machine.Ledger.Outstanding.Except(before))
        {
            for (ulong offset = 0; offset < Size4KiB.Bytes; offset += (ulong)Places<TMode>.Hardware.EntryBytes)
            {
                entries += machine.Machine.ReadEntry(table.Start + offset) != 0 ? 1 : 0;
            }
        }

        Assert.Equal(Levels - level, entries);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Mapping_owes_no_flush_unless_the_processor_remembers_the_entry_that_was_absent(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.False(machine.Processor.Read(Low).Succeeded);
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        PendingFlush owed = PendingFlush.None;
        Assert.Equal(
            MapError.None,
            mapper.Map(level, Low, PhysicalAddress.FromValue(Frame), KernelData).HandOn(ref owed));
        Assert.Equal(Places<TMode>.Hardware.KeepsRootEntries, !owed.IsNone);
        owed.Flush<SimulatedProcessor>();
        Assert.Equal(Frame, machine.Processor.Read(Low).Address.Value);
        VirtualAddress next = Low + BytesAt(level);
        Assert.False(machine.Processor.Read(next).Succeeded);
        owed = PendingFlush.None;
        Assert.Equal(
            MapError.None, mapper.Map(level, next, PhysicalAddress.FromValue(Frame), KernelData).HandOn(ref owed));
        Assert.True(owed.IsNone);
        Assert.Equal(Frame, machine.Processor.Read(next).Address.Value);
    }

    [Fact]
    public void Pages_of_all_sizes_live_side_by_side()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageAttributes[] attributes = [UserCode, KernelReadOnly, KernelData];
        VirtualAddress next = Low;
        foreach (int level in Places<TMode>.LeafLevels.Reverse())
        {
            Assert.Equal(MapError.None, machine.Map(level, next, Frame + (3 * BytesAt(level)), attributes[level - 1]));
            next += BytesAt(level);
        }

        next = Low;
        foreach (int level in Places<TMode>.LeafLevels.Reverse())
        {
            Assert.Equal(attributes[level - 1], machine.Translate(next).Attributes);
            next += BytesAt(level);
            VirtualAddress last = VirtualAddress.FromValue(next.Value - 1);
            Assert.Equal(Frame + (4 * BytesAt(level)) - 1, machine.Processor.Read(last).Address.Value);
        }
    }

    [Fact]
    public void The_table_of_a_kernel_page_is_closed_to_ring_3_at_every_level()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        for (int level = 1; level <= Levels; level++)
        {
            Assert.Equal(0UL, machine.EntryOf(Low, level) & HardwareWalk.User);
        }
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_way_to_a_user_page_is_open_to_ring_3_at_every_level(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, UserReadOnly));
        for (int above = level; above <= LevelsWithRights; above++)
        {
            Assert.NotEqual(0UL, machine.EntryOf(Low, above) & HardwareWalk.User);
        }

        Assert.True(machine.Processor.Read(Low, user: true).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_user_page_beside_a_kernel_page_opens_the_tables_above_both_and_not_the_kernel_page(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress kernel = Low;
        VirtualAddress user = kernel + BytesAt(level);
        Assert.Equal(MapError.None, machine.Map(level, kernel, Frame, KernelData));
        Assert.True(machine.Processor.Read(kernel).Succeeded);
        Assert.Equal(MapError.None, machine.Map(level, user, Frame, UserData));
        Assert.True(machine.Processor.Write(user, user: true).Succeeded);
        Assert.False(machine.Processor.Read(kernel, user: true).Succeeded);
        Assert.True(machine.Processor.Write(kernel).Succeeded);
    }

    [Fact]
    public void Only_the_entries_on_the_way_to_a_user_page_are_opened()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress aside = Low + LargestBytes;
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, aside, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Low + Size4KiB.Bytes, Frame, UserData));
        for (int level = 2; level <= LevelsWithRights; level++)
        {
            Assert.Equal(level > LargestLevel, (machine.EntryOf(aside, level) & HardwareWalk.User) != 0);
            Assert.NotEqual(0UL, machine.EntryOf(Low, level) & HardwareWalk.User);
        }
    }

    [Fact]
    public void A_mapping_that_opens_a_way_owes_a_flush_because_tables_are_remembered_with_their_rights()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        VirtualAddress user = Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        foreach (ProcessorCore processor in machine.Machine.Processors)
        {
            Assert.True(processor.Read(Low).Succeeded);
        }

        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        TableChange<MapError> change = mapper.Map(1, user, PhysicalAddress.FromValue(Frame), UserData);
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
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelReadOnly));
        Assert.Equal(MapError.None, machine.Map(1, High, Frame, KernelData));
        Assert.Equal(machine.Processor.Read(Low).Address, machine.Processor.Write(High).Address);
    }

    [Fact]
    public void Writable_and_executable_is_had_by_whoever_insists()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageAttributes meant = UserData.WithWritingAndExecution();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, meant));
        Assert.True(machine.Processor.Write(Low, user: true).Succeeded);
        Assert.True(machine.Processor.Execute(Low, user: true).Succeeded);
    }

    [Fact]
    public void Insisting_leaves_no_mark_in_the_entry()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserData.WithWritingAndExecution()));
        Assert.Equal(Frame | 0x7, machine.EntryOf(Low, 1));
    }

    [Fact]
    public void A_processor_without_execute_disable_can_map_what_may_be_executed()
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: Places<TMode>.Hardware with { NoExecute = false });
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelCode));
        Assert.True(machine.Processor.Execute(Low).Succeeded);
    }
}

public sealed class TwoLevelMapTests : MapTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveMapTests : MapTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelMapTests : MapTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveMapTests : MapTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelMapTests : MapTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelMapTests : MapTests<FiveLevelPaging, SimulatedMemory>;
