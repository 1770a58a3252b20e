using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Every reason to refuse a mapping: the right one is given, and the tables stay byte for byte as they were.</summary>
public abstract class MapErrorTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>The three ways to map, for a range of exactly one page.</summary>
    public static TheoryData<string> Ways => ["Map", "MapRange", "MapMissing"];

    /// <summary>The ways to map that refuse any page that is there already, with every level of that page.</summary>
    public static TheoryData<string, int> RefusingWays
    {
        get
        {
            TheoryData<string, int> ways = [];
            for (int level = 1; level <= Places<TMode>.LargestLevel; level++)
            {
                ways.Add("Map", level);
                ways.Add("MapRange", level);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(RefusingWays))]
    public void A_page_that_is_mapped_is_not_mapped_again(string way, int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        machine.ExpectRefused(MapError.AlreadyMapped, () => Map(machine, way, level, Low, UserData));
    }

    [Theory]
    [MemberData(nameof(RefusingWays))]
    public void A_page_inside_a_larger_page_is_refused_and_the_larger_page_keeps_its_rights(string way, int level)
    {
        for (int larger = level + 1; larger <= LargestLevel; larger++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(larger, Low, Frame, KernelReadOnly));
            machine.ExpectRefused(MapError.CoveredByLargerPage, () => Map(machine, way, level, Low, UserData));
        }
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_large_page_over_smaller_ones_is_refused(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low + Size4KiB.Bytes, Frame, KernelData));
        machine.ExpectRefused(
            MapError.SmallerPagesBelow, () => machine.Map(level, Low, Frame, KernelData));
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_large_page_over_an_empty_table_is_refused_until_the_table_is_reclaimed(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(1, Low));
        machine.ExpectRefused(
            MapError.SmallerPagesBelow, () => machine.Map(level, Low, Frame, KernelData));
        Assert.NotEqual(0UL, machine.ReclaimAll());
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Software_data_in_an_absent_entry_is_not_mapped_over_at_any_level(string way)
    {
        for (int level = 1; level <= Levels; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
            machine.SetEntry(Low, level, 0x0000_0000_0005_6002);
            machine.ExpectRefused(MapError.EntryInUse, () => Map(machine, way, 1, Low, UserData));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_malformed_entry_on_the_way_is_reported_at_any_level(string way)
    {
        for (int level = 2; level <= Levels; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
            machine.SetEntry(Low, level, Malformed);
            machine.ExpectRefused(
                MapError.MalformedEntry, () => Map(machine, way, 1, Low, UserData));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void No_frame_for_a_table_is_out_of_frames(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.Ledger.Limit = 0;
        machine.ExpectRefused(MapError.OutOfFrames, () => Map(machine, way, 1, Low, KernelData));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Writable_and_executable_is_refused_unless_meant(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        foreach (PageAttributes attributes in new[]
        {
            PageAttributes.KernelData.WithExecution(),
            PageAttributes.KernelCode.WithWriting(),
            PageAttributes.UserCode.WithWriting(),
        })
        {
            machine.ExpectRefused(MapError.WritableAndExecutable, () => Map(machine, way, 1, Low, attributes));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_must_not_be_executed_is_refused_where_nothing_can_forbid_it(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: Places<TMode>.Hardware with { NoExecute = false });
        machine.ExpectRefused(
            MapError.NoExecuteUnsupported, () => Map(machine, way, 1, Low, PageAttributes.KernelData));
    }

    [Fact]
    public void A_page_of_a_size_that_the_processor_lacks_is_refused()
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: WithoutOptionalSizes);
        machine.ExpectRefused(MapError.PageSizeUnsupported, () => machine.Map(OptionalLevel, OptionalPlace, 0, KernelData));
    }

    [Fact]
    public void A_page_of_a_size_that_the_mode_lacks_is_refused_whatever_the_processor_has()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        if (BytesAt(2) != Size4MiB.Bytes)
        {
            machine.ExpectRefused(MapError.PageSizeUnsupported, () => machine.Mapper.Map(
                Page<Size4MiB>.FromStart(Low.AlignDown<Size4MiB>()), default, KernelData).Flush<SimulatedProcessor>());
        }

        if (BytesAt(2) != Size2MiB.Bytes)
        {
            machine.ExpectRefused(MapError.PageSizeUnsupported, () => machine.Mapper.Map(
                Page<Size2MiB>.FromStart(Low), default, KernelData).Flush<SimulatedProcessor>());
        }

        if (LargestLevel < 3)
        {
            machine.ExpectRefused(MapError.PageSizeUnsupported, () => machine.Mapper.Map(
                Page<Size1GiB>.FromStart(Low.AlignDown<Size1GiB>()), default, KernelData).Flush<SimulatedProcessor>());
        }
    }

    [Fact]
    public void A_page_of_a_size_that_the_processor_lacks_is_refused_also_by_a_mapper_that_has_just_looked_for_one()
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: WithoutOptionalSizes);
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.ExpectRefused(MapError.PageSizeUnsupported, () =>
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            VirtualAddress beside = OptionalPlace + BytesAt(OptionalLevel);
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(OptionalLevel, beside, out _).Flush<SimulatedProcessor>());
            return mapper.Map(OptionalLevel, beside, PhysicalAddress.Zero, KernelData).Flush<SimulatedProcessor>();
        });
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_empty_root_entry_of_the_kernel_half_stays_empty_once_they_are_fixed(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new() { RootEntries = RootEntries.Fixed };
        machine.ExpectRefused(MapError.RootEntryFixed, () => Map(machine, way, 1, High, KernelData));
        Assert.Equal(MapError.None, Map(machine, way, 1, Low, KernelData));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_fixed_root_entry_that_is_filled_takes_new_pages(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(
            MapError.None, machine.Mapper.PopulateRootEntries(VirtualRange.FromStart(High, 1)).NeverLoaded());
        machine.RootEntries = RootEntries.Fixed;
        Assert.Equal(MapError.None, Map(machine, way, 1, High, KernelData));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_fixed_root_entry_is_not_opened_to_ring_3_because_other_roots_would_not_have_it(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, High + Size4KiB.Bytes, Frame, KernelData));
        machine.RootEntries = RootEntries.Fixed;
        if (!RootEntriesHaveRights)
        {
            // What has rights lies below the root, where every root sees it.
            Assert.Equal(MapError.None, Map(machine, way, 1, High, UserData));
            Assert.True(machine.Processor.Write(High, user: true).Succeeded);
            return;
        }

        machine.ExpectRefused(MapError.RootEntryFixed, () => Map(machine, way, 1, High, UserData));
        machine.ExpectRefused(
            MapError.RootEntryFixed, () => Map(machine, way, 1, High + LargeBytes, UserData));
        Assert.Equal(MapError.None, Map(machine, way, 1, Low, UserData));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_root_entry_that_was_open_to_ring_3_before_it_was_fixed_takes_new_user_pages(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, High + Size4KiB.Bytes, Frame, UserData));
        machine.RootEntries = RootEntries.Fixed;
        Assert.Equal(MapError.None, Map(machine, way, 1, High, UserData));
        Assert.True(machine.Processor.Read(High, user: true).Succeeded);
    }

    [Fact]
    public void Root_entries_are_not_populated_once_they_are_fixed()
    {
        using PagingMachine<TMode, TMemory> machine = new() { RootEntries = RootEntries.Fixed };
        machine.ExpectRefused(
            MapError.RootEntryFixed,
            () => machine.Mapper.PopulateRootEntries(Places<TMode>.UpperHalf).Flush<SimulatedProcessor>());
    }

    [Fact]
    public void Root_entries_are_populated_in_the_kernel_half_only()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.ExpectRefused(
            MapError.NotCanonical, () => machine.Mapper.PopulateRootEntries(Places<TMode>.LowerHalf).Flush<SimulatedProcessor>());
    }

    [Theory]
    [InlineData(0x5_6002UL, MapError.EntryInUse)]
    [InlineData(0x2081UL, MapError.MalformedEntry)]
    public void Root_entries_that_hold_no_table_are_not_taken_for_populated_ones(ulong bits, MapError expected)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.SetEntry(High, Levels, bits);
        machine.ExpectRefused(
            expected, () => machine.Mapper.PopulateRootEntries(Places<TMode>.UpperHalf).Flush<SimulatedProcessor>());
    }

    [Theory]
    [InlineData(0x800UL, 0x1000UL, 0UL)]
    [InlineData(0UL, 0x1800UL, 0UL)]
    [InlineData(0UL, 1UL, 0UL)]
    [InlineData(0UL, 0x1000UL, 0x10UL)]
    [InlineData(0x10UL, 0UL, 0UL)]
    public void A_range_that_is_not_made_of_whole_pages_is_misaligned(ulong start, ulong length, ulong frame)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.ExpectRefused(
            MapError.Misaligned,
            () => machine.MapRange(Low + start, length, Frame + frame, KernelData));
        machine.ExpectRefused(
            MapError.Misaligned,
            () => machine.MapMissing(Low + start, length, Frame + frame, KernelData));
    }

    [Fact]
    public void A_range_of_frames_that_passes_the_widest_physical_address_is_refused()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong last = Places<TMode>.Hardware.AddressBits & ~(Size4KiB.Bytes - 1);

        // Addresses of 52 bits are the widest that there are; entries may be narrower.
        bool none = last + Size4KiB.Bytes == 1UL << PhysicalAddress.MaximumBits;
        machine.ExpectRefused(
            none ? MapError.Misaligned : MapError.AbovePhysicalWidth,
            () => machine.MapRange(Low, 2 * Size4KiB.Bytes, last, KernelData));
        Assert.Equal(MapError.None, machine.MapRange(Low, Size4KiB.Bytes, last, KernelData));
    }

    [Fact]
    public void An_error_in_the_last_page_of_a_range_leaves_the_first_unmapped()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress last = Low + (3 * LargeBytes);
        Assert.Equal(MapError.None, machine.Map(1, last, Frame, KernelData));
        ulong length = (3 * LargeBytes) + Size4KiB.Bytes;
        machine.ExpectRefused(
            MapError.AlreadyMapped, () => machine.MapRange(Low, length, Frame, UserData));
        machine.ExpectRefused(
            MapError.MappedDifferently, () => machine.MapMissing(Low, length, Frame, UserData));
    }

    /// <summary>Maps one page of that size in one of the three ways.</summary>
    private static MapError Map(
        PagingMachine<TMode, TMemory> machine, string way, int level, VirtualAddress address, PageAttributes attributes) =>
        way switch
        {
            "Map" => machine.Map(level, address, Frame, attributes),
            "MapRange" => machine.MapRange(address, BytesAt(level), Frame, attributes),
            "MapMissing" => machine.MapMissing(address, BytesAt(level), Frame, attributes),
            _ => throw new ArgumentOutOfRangeException(nameof(way)),
        };
}

public sealed class TwoLevelMapErrorTests : MapErrorTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveMapErrorTests : MapErrorTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelMapErrorTests : MapErrorTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveMapErrorTests : MapErrorTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelMapErrorTests : MapErrorTests<FourLevelPaging, SimulatedMemory>
{
    [Theory]
    [InlineData(0x0000_8000_0000_0000UL)]
    [InlineData(0xFFFF_7FFF_FFFF_F000UL)]
    public void An_address_that_only_five_levels_can_translate_is_not_canonical(ulong address)
    {
        using PagingMachine<FourLevelPaging> machine = new();
        VirtualAddress hole = VirtualAddress.FromValue(address);
        machine.ExpectRefused(MapError.NotCanonical, () => machine.Map(1, hole, 0, KernelData));
        machine.ExpectRefused(MapError.NotCanonical, () => machine.MapRange(hole, 0x1000, 0, KernelData));
        machine.ExpectRefused(MapError.NotCanonical, () => machine.MapMissing(hole, 0x1000, 0, KernelData));
    }

    [Fact]
    public void A_range_that_runs_out_of_the_lower_half_is_not_canonical()
    {
        using PagingMachine<FourLevelPaging> machine = new();
        VirtualAddress last = Places<FourLevelPaging>.LastOfLowerHalf(1);
        machine.ExpectRefused(MapError.NotCanonical, () => machine.MapRange(last, 0x2000, 0, KernelData));
    }

    [Fact]
    public void A_range_that_begins_below_the_upper_half_is_not_canonical()
    {
        using PagingMachine<FourLevelPaging> machine = new();
        VirtualAddress before = VirtualAddress.FromValue(0xFFFF_7FFF_FFFF_F000);
        machine.ExpectRefused(MapError.NotCanonical, () => machine.MapRange(before, 0x2000, 0, KernelData));
    }
}

public sealed class FiveLevelMapErrorTests : MapErrorTests<FiveLevelPaging, SimulatedMemory>;
