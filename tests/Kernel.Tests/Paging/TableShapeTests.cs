using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Splitting large pages, reclaiming empty tables, taking a tree apart, filling root entries.</summary>
public abstract class TableShapeTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    /// <summary>Every attribute.</summary>
    public static TheoryData<string> Names => Rights.Names;

    private static int Levels => TMode.RootLevel.Number;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_split_page_maps_the_same_frames_with_the_same_attributes(string rights)
    {
        for (int level = 2; level <= 3; level++)
        {
            foreach (CacheType cache in Rights.CacheTypes)
            {
                using PagingMachine<TMode> machine = new();
                PageAttributes attributes = Rights.Named(rights).Attributes.With(cache);
                Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, attributes));
                Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
                Assert.Equal(512, LeafScan.Of(machine).Count(leaf => leaf.Level == level - 1));
                ulong part = Places<TMode>.BytesAt(level - 1);
                for (ulong index = 0; index < 512; index++)
                {
                    Translation translation = machine.Translate(Places<TMode>.Low + (index * part));
                    Assert.Equal(Frame + (index * part), translation.Address.Value);
                    Assert.Equal(attributes, translation.Attributes);
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_user_page_is_still_open_to_ring_3(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.UserData));
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        ulong last = Places<TMode>.BytesAt(level) - 1;
        Assert.Equal(Frame + last, machine.Processor.Write(Places<TMode>.Low + last, user: true).Address.Value);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_kernel_page_opens_nothing_to_ring_3(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, level) & HardwareWalk.User);
    }

    [Fact]
    public void A_huge_page_is_split_down_to_the_smallest_pages_step_by_step()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(3, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(SplitError.None, machine.Split(3, Places<TMode>.Low));
        Assert.Equal(SplitError.None, machine.Split(2, Places<TMode>.Low + Size2MiB.Bytes));
        Assert.Equal(UnmapError.None, machine.Unmap(1, Places<TMode>.Low + Size2MiB.Bytes + 0x1000));
        Assert.Equal(511 + 511, LeafScan.Of(machine).Count);
        Assert.False(machine.Processor.Read(Places<TMode>.Low + Size2MiB.Bytes + 0x1000).Succeeded);
        Assert.True(machine.Processor.Read(Places<TMode>.Low + Size2MiB.Bytes + 0x2000).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reclaiming_gives_back_every_table_that_a_lone_page_needed(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(level, Places<TMode>.Low));
        Assert.Equal((ulong)(Levels - level), machine.ReclaimAll());
        Assert.Equal(1, machine.Ledger.OutstandingCount);
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, Levels));
    }

    [Fact]
    public void Reclaiming_keeps_every_table_that_is_in_use()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        machine.ExpectRefused(0UL, machine.ReclaimAll);
    }

    [Fact]
    public void Reclaiming_keeps_a_table_whose_only_entry_holds_software_data()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        machine.SetEntry(Places<TMode>.Low, 1, 0x5002);
        machine.ExpectRefused(0UL, machine.ReclaimAll);
    }

    [Fact]
    public void Reclaiming_stops_below_the_first_table_that_something_else_needs()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low + Size2MiB.Bytes, Frame, PageAttributes.KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(1, Places<TMode>.Low));
        Assert.Equal(1UL, machine.ReclaimAll());
        Assert.True(machine.Processor.Read(Places<TMode>.Low + Size2MiB.Bytes).Succeeded);
    }

    [Fact]
    public void Reclaiming_leaves_empty_tables_outside_the_range_alone()
    {
        using PagingMachine<TMode> machine = new();
        VirtualAddress aside = Places<TMode>.Low + Size2MiB.Bytes;
        foreach (VirtualAddress address in new[] { Places<TMode>.Low, aside })
        {
            Assert.Equal(MapError.None, machine.Map(1, address, Frame, PageAttributes.KernelData));
            Assert.Equal(UnmapError.None, machine.Unmap(1, address));
        }

        Assert.Equal(1UL, machine.Reclaim(VirtualRange.FromStart(Places<TMode>.Low, 0x1000)));
        Assert.Equal((ulong)Levels - 1, machine.Reclaim(VirtualRange.FromStart(aside, 0x1000)));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(0x800UL)]
    [InlineData(0x1001UL)]
    public void Reclaiming_takes_a_range_of_any_bytes_up_to_the_top_of_the_address_space(ulong bytes)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.LastOfAll(1), Frame, PageAttributes.KernelData));
        Assert.True(machine.Processor.Read(Places<TMode>.LastOfAll(1)).Succeeded);
        Assert.Equal(UnmapError.None, machine.Unmap(1, Places<TMode>.LastOfAll(1)));
        VirtualAddress start = VirtualAddress.FromValue(unchecked(0UL - bytes));
        Assert.Equal((ulong)Levels - 1, machine.Reclaim(VirtualRange.FromStart(start, bytes)));
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void Reclaiming_nothing_owes_nothing()
    {
        using PagingMachine<TMode> machine = new();
        machine.ExpectRefused(0UL, () => machine.Reclaim(VirtualRange.FromStart(Places<TMode>.Low, 0)));
        machine.ExpectRefused(0UL, machine.ReclaimAll);
        Assert.Equal(0, machine.Processor.PageInvalidations + machine.Processor.FullInvalidations);
    }

    [Fact]
    public void The_kernel_half_keeps_the_tables_right_below_a_fixed_root()
    {
        using PagingMachine<TMode> machine = new();
        foreach (VirtualAddress address in new[] { Places<TMode>.Low, Places<TMode>.High })
        {
            Assert.Equal(MapError.None, machine.Map(1, address, Frame, PageAttributes.KernelData));
            Assert.Equal(UnmapError.None, machine.Unmap(1, address));
        }

        machine.RootEntries = RootEntries.Fixed;
        Assert.Equal((ulong)(Levels - 1 + Levels - 2), machine.ReclaimAll());
        Assert.NotEqual(0UL, machine.EntryOf(Places<TMode>.High, Levels));
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, Levels));
    }

    [Fact]
    public void Dismantling_gives_back_every_table_but_the_root_whatever_is_mapped()
    {
        using PagingMachine<TMode> machine = new();
        MapHereAndThere(machine);
        machine.Mapper.Dismantle().FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(1, machine.Ledger.OutstandingCount);
        Assert.All(machine.Machine.Memory.Bytes(machine.Root.Frame).ToArray(), value => Assert.Equal(0, value));
        Assert.False(machine.Processor.Read(Places<TMode>.Low).Succeeded);
    }

    [Fact]
    public void Dismantling_spares_a_fixed_kernel_half()
    {
        using PagingMachine<TMode> machine = new();
        MapHereAndThere(machine);
        machine.RootEntries = RootEntries.Fixed;
        machine.Mapper.Dismantle().FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
        Assert.Equal(1 + Levels - 1, machine.Ledger.OutstandingCount);
        Assert.False(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        Assert.True(machine.Processor.Read(Places<TMode>.High).Succeeded);
    }

    [Fact]
    public void Populating_fills_the_empty_root_entries_of_the_range_and_no_other()
    {
        using PagingMachine<TMode> machine = new();
        ulong covered = 1UL << TMode.ShiftAt(TMode.RootLevel);
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.FirstOfUpperHalf + covered, Frame, PageAttributes.KernelData));
        ulong filled = machine.EntryOf(Places<TMode>.FirstOfUpperHalf + covered, Levels);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.FirstOfUpperHalf, (2 * covered) + 1);
        Assert.Equal(MapError.None, machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
        Assert.Equal(1 + (Levels - 1) + 2, machine.Ledger.OutstandingCount);
        Assert.Equal(filled, machine.EntryOf(Places<TMode>.FirstOfUpperHalf + covered, Levels));
        Assert.NotEqual(0UL, machine.EntryOf(Places<TMode>.FirstOfUpperHalf, Levels));
        Assert.NotEqual(0UL, machine.EntryOf(Places<TMode>.FirstOfUpperHalf + (2 * covered), Levels));
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.FirstOfUpperHalf + (3 * covered), Levels));
        Assert.Single(LeafScan.Of(machine));
    }

    [Fact]
    public void Populating_reaches_the_last_root_entry()
    {
        using PagingMachine<TMode> machine = new();
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.LastOfAll(1), Size4KiB.Bytes);
        Assert.Equal(MapError.None, machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
        Assert.NotEqual(0UL, machine.EntryOf(Places<TMode>.LastOfAll(1), Levels));
        Assert.Equal(2, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void Populating_an_empty_range_does_nothing()
    {
        using PagingMachine<TMode> machine = new();
        machine.ExpectRefused(
            MapError.None,
            () => machine.Mapper.PopulateRootEntries(VirtualRange.FromStart(Places<TMode>.High, 0)).Flush<SimulatedProcessor>());
    }

    private static void MapHereAndThere(PagingMachine<TMode> machine)
    {
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.UserData));
        Assert.Equal(MapError.None, machine.Map(2, Places<TMode>.Low + Size2MiB.Bytes, Frame, PageAttributes.UserData));
        Assert.Equal(MapError.None, machine.Map(1, VirtualAddress.Zero, Frame, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.High, Frame, PageAttributes.KernelData));
        Assert.True(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        Assert.True(machine.Processor.Read(Places<TMode>.High).Succeeded);
    }
}

public sealed class FourLevelTableShapeTests : TableShapeTests<FourLevelPaging>;

public sealed class FiveLevelTableShapeTests : TableShapeTests<FiveLevelPaging>;
