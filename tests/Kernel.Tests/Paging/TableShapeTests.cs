using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Splitting large pages, reclaiming empty tables, taking a tree apart, filling root entries.</summary>
public abstract class TableShapeTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>Every attribute.</summary>
    public static TheoryData<string> Names => Rights.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_split_page_maps_the_same_frames_with_the_same_attributes(string rights)
    {
        for (int level = 2; level <= LargestLevel; level++)
        {
            foreach (CacheType cache in Rights.CacheTypes)
            {
                using PagingMachine<TMode, TMemory> machine = new();
                PageAttributes attributes = Rights.Named<TMode>(rights).Attributes.With(cache);
                Assert.Equal(MapError.None, machine.Map(level, Low, Frame, attributes));
                Assert.Equal(SplitError.None, machine.Split(level, Low));
                Assert.Equal((int)Entries, LeafScan.Of(machine).Count(leaf => leaf.Level == level - 1));
                ulong part = BytesAt(level - 1);
                for (ulong index = 0; index < Entries; index++)
                {
                    Translation translation = machine.Translate(Low + (index * part));
                    Assert.Equal(Frame + (index * part), translation.Address.Value);
                    Assert.Equal(attributes, translation.Attributes);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_split_user_page_is_still_open_to_ring_3(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, UserData));
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        ulong last = BytesAt(level) - 1;
        Assert.Equal(Frame + last, machine.Processor.Write(Low + last, user: true).Address.Value);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_split_kernel_page_opens_nothing_to_ring_3(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        Assert.Equal(0UL, machine.EntryOf(Low, level) & HardwareWalk.User);
    }

    [Fact]
    public void A_huge_page_is_split_down_to_the_smallest_pages_step_by_step()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(LargestLevel, Low, Frame, KernelData));
        VirtualAddress last = Low + (LargestBytes - Size4KiB.Bytes);
        for (int level = LargestLevel; level > 1; level--)
        {
            VirtualAddress part = VirtualAddress.FromValue(last.Value & ~(BytesAt(level) - 1));
            Assert.Equal(SplitError.None, machine.Split(level, part));
        }

        Assert.Equal(UnmapError.None, machine.Unmap(1, last));
        Assert.Equal((LargestLevel - 1) * ((int)Entries - 1), LeafScan.Of(machine).Count);
        Assert.False(machine.Processor.Read(last).Succeeded);
        Assert.True(machine.Processor.Read(VirtualAddress.FromValue(last.Value - 1)).Succeeded);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Reclaiming_gives_back_every_table_that_a_lone_page_needed(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(level, Low));
        Assert.Equal((ulong)(Levels - level), machine.ReclaimAll());
        Assert.Equal(0, machine.TableCount);
        Assert.Equal(0UL, machine.EntryOf(Low, Levels));
    }

    [Fact]
    public void Reclaiming_keeps_every_table_that_is_in_use()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.ExpectRefused(0UL, machine.ReclaimAll);
    }

    [Fact]
    public void Reclaiming_keeps_a_table_whose_only_entry_holds_software_data()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.SetEntry(Low, 1, 0x5002);
        machine.ExpectRefused(0UL, machine.ReclaimAll);
    }

    [Fact]
    public void Reclaiming_stops_below_the_first_table_that_something_else_needs()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Low + LargeBytes, Frame, KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(1, Low));
        Assert.Equal(1UL, machine.ReclaimAll());
        Assert.True(machine.Processor.Read(Low + LargeBytes).Succeeded);
    }

    [Fact]
    public void Reclaiming_leaves_empty_tables_outside_the_range_alone()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress aside = Low + LargeBytes;
        foreach (VirtualAddress address in new[] { Low, aside })
        {
            Assert.Equal(MapError.None, machine.Map(1, address, Frame, KernelData));
            Assert.Equal(UnmapError.None, machine.Unmap(1, address));
        }

        Assert.Equal(1UL, machine.Reclaim(VirtualRange.FromStart(Low, 0x1000)));
        Assert.Equal((ulong)Levels - 1, machine.Reclaim(VirtualRange.FromStart(aside, 0x1000)));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(0x800UL)]
    [InlineData(0x1001UL)]
    public void Reclaiming_takes_a_range_of_any_bytes_up_to_the_top_of_the_address_space(ulong bytes)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, LastOfAll(1), Frame, KernelData));
        Assert.True(machine.Processor.Read(LastOfAll(1)).Succeeded);
        Assert.Equal(UnmapError.None, machine.Unmap(1, LastOfAll(1)));
        VirtualAddress start = VirtualAddress.FromValue(LastOfAll(1).Value + (Size4KiB.Bytes - bytes));
        Assert.Equal((ulong)Levels - 1, machine.Reclaim(VirtualRange.FromStart(start, bytes)));
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void Reclaiming_nothing_owes_nothing()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        int before = machine.Processor.PageInvalidations + machine.Processor.FullInvalidations;
        machine.ExpectRefused(0UL, () => machine.Reclaim(VirtualRange.FromStart(Low, 0)));
        machine.ExpectRefused(0UL, machine.ReclaimAll);
        Assert.Equal(before, machine.Processor.PageInvalidations + machine.Processor.FullInvalidations);
    }

    [Fact]
    public void The_kernel_half_keeps_the_tables_right_below_a_fixed_root()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        foreach (VirtualAddress address in new[] { Low, High })
        {
            Assert.Equal(MapError.None, machine.Map(1, address, Frame, KernelData));
            Assert.Equal(UnmapError.None, machine.Unmap(1, address));
        }

        machine.RootEntries = RootEntries.Fixed;
        Assert.Equal((ulong)(Levels - 1 + Levels - 2), machine.ReclaimAll());
        Assert.NotEqual(0UL, machine.EntryOf(High, Levels));
        Assert.Equal(0UL, machine.EntryOf(Low, Levels));
    }

    [Fact]
    public void Dismantling_gives_back_every_table_but_the_root_whatever_is_mapped()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        MapHereAndThere(machine);
        if (TMemory.IsRecursive)
        {
            // The tables that it is touched through are among them.
            Panics.In("PageMapper.Dismantle", () => machine.Mapper.Dismantle());
            Assert.True(machine.Processor.Read(Low).Succeeded);
            return;
        }

        machine.Mapper.Dismantle().FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(0, machine.TableCount);
        Assert.All(machine.Machine.Memory.Bytes(machine.Root.Frame).ToArray(), value => Assert.Equal(0, value));
        Assert.False(machine.Processor.Read(Low).Succeeded);
    }

    [Fact]
    public void Dismantling_spares_a_fixed_kernel_half()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        MapHereAndThere(machine);
        machine.RootEntries = RootEntries.Fixed;
        machine.Mapper.Dismantle().FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(Levels - 1, machine.TableCount);
        Assert.False(machine.Processor.Read(Low).Succeeded);
        Assert.True(machine.Processor.Read(High).Succeeded);
    }

    [Fact]
    public void Populating_fills_the_empty_root_entries_of_the_range_and_no_other()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress first = Places<TMode>.FirstOfUpperHalf;
        ulong last = ulong.Min(3, (ulong)RootEntriesOfTheKernel) - 1;
        Assert.Equal(MapError.None, machine.Map(1, first + (last * BytesAt(Levels)), Frame, KernelData));
        ulong filled = machine.EntryOf(first + (last * BytesAt(Levels)), Levels);
        VirtualRange range = VirtualRange.FromStart(first, (last * BytesAt(Levels)) + 1);
        Assert.Equal(MapError.None, machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
        Assert.Equal(Levels - 1 + (int)last, machine.TableCount);
        Assert.Equal(filled, machine.EntryOf(first + (last * BytesAt(Levels)), Levels));
        for (ulong index = 0; index < (ulong)RootEntriesOfTheKernel && index < 6; index++)
        {
            Assert.Equal(index <= last, machine.EntryOf(first + (index * BytesAt(Levels)), Levels) != 0);
        }

        Assert.Single(LeafScan.Of(machine));
    }

    [Fact]
    public void Populating_reaches_the_last_root_entry()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualRange range = VirtualRange.FromStart(LastOfAll(1), Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
        Assert.NotEqual(0UL, machine.EntryOf(LastOfAll(1), Levels));
        Assert.Equal(1, machine.TableCount);
    }

    [Fact]
    public void Populating_an_empty_range_does_nothing()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.ExpectRefused(
            MapError.None,
            () => machine.Mapper.PopulateRootEntries(VirtualRange.FromStart(High, 0)).Flush<SimulatedProcessor>());
    }

    private static void MapHereAndThere(PagingMachine<TMode, TMemory> machine)
    {
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserData));
        Assert.Equal(MapError.None, machine.Map(2, Low + LargeBytes, Frame, UserData));
        Assert.Equal(MapError.None, machine.Map(1, VirtualAddress.Zero, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, High, Frame, KernelData));
        Assert.True(machine.Processor.Read(Low).Succeeded);
        Assert.True(machine.Processor.Read(High).Succeeded);
    }
}

public sealed class TwoLevelTableShapeTests : TableShapeTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveTableShapeTests : TableShapeTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelTableShapeTests : TableShapeTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveTableShapeTests : TableShapeTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelTableShapeTests : TableShapeTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelTableShapeTests : TableShapeTests<FiveLevelPaging, SimulatedMemory>;
