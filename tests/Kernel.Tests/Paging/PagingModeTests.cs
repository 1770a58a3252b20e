using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What a mode says about the hardware, against the manual's numbers.</summary>
public abstract class PagingModeTests<TMode>(int[] indexBits, ulong lastOfLowerHalf, ulong firstOfUpperHalf)
    where TMode : struct, IPagingMode
{
    [Fact]
    public void The_root_is_at_the_highest_level() => Assert.Equal(indexBits.Length, TMode.RootLevel.Number);

    [Fact]
    public void Every_level_translates_its_bits_above_the_offset_of_twelve()
    {
        int shift = 12;
        for (int level = 1; level <= indexBits.Length; level++)
        {
            Assert.Equal(indexBits[level - 1], TMode.IndexBitsAt(new PageTableLevel(level)));
            Assert.Equal(shift, TMode.ShiftAt(new PageTableLevel(level)));
            shift += indexBits[level - 1];
        }

        Assert.Equal(shift, TMode.VirtualAddressBits);
    }

    [Fact]
    public void The_kernel_s_part_begins_where_everybody_expects_it() => Assert.Equal(firstOfUpperHalf, TMode.UpperHalfStart.Value);

    [Fact]
    public void The_edges_of_both_parts_are_canonical()
    {
        Assert.True(TMode.IsCanonical(VirtualAddress.Zero));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(lastOfLowerHalf)));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(firstOfUpperHalf)));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(unchecked(Places<TMode>.End - 1))));
    }

    [Fact]
    public void The_hardware_of_the_tests_has_the_same_shape()
    {
        for (int level = 1; level <= indexBits.Length; level++)
        {
            Assert.Equal(1 << indexBits[level - 1], Places<TMode>.Hardware.EntriesAt(level));
            Assert.Equal(TMode.ShiftAt(new PageTableLevel(level)), Places<TMode>.Hardware.ShiftAt(level));
            Assert.Equal(
                Places<TMode>.Hardware.HasLeavesAt(level), TMode.AllowsLeafAt(new PageTableLevel(level), Places<TMode>.Hardware.Features));
        }

        Assert.Equal(1 << TMode.EntryShift, Places<TMode>.Hardware.EntryBytes);
        Assert.Equal(TMode.AddressMask, Places<TMode>.Hardware.AddressBits);
        Assert.Equal(TMode.NoExecuteBit, Places<TMode>.Hardware.NoExecuteBit);
    }
}

/// <summary>What the modes with 64-bit entries and a sign extension have in common.</summary>
public abstract class LongPagingModeTests<TMode>(int levels, ulong lastOfLowerHalf, ulong firstOfUpperHalf)
    : PagingModeTests<TMode>([.. Enumerable.Repeat(9, levels)], lastOfLowerHalf, firstOfUpperHalf)
    where TMode : struct, IPagingMode
{
    [Fact]
    public void The_first_and_the_last_address_of_the_hole_are_not_canonical()
    {
        foreach (ulong value in new[] { Places<TMode>.LowerBytes, unchecked(0UL - Places<TMode>.UpperBytes - 1) })
        {
            Assert.False(VirtualAddress.TryFromValue(value, out VirtualAddress address) && TMode.IsCanonical(address));
        }
    }

    [Theory]
    [InlineData(1, PagingFeatures.None, true)]
    [InlineData(2, PagingFeatures.None, true)]
    [InlineData(3, PagingFeatures.None, false)]
    [InlineData(3, PagingFeatures.All & ~PagingFeatures.GigabytePages, false)]
    [InlineData(3, PagingFeatures.GigabytePages, true)]
    [InlineData(4, PagingFeatures.All, false)]
    [InlineData(5, PagingFeatures.All, false)]
    public void Leaves_are_allowed_at_the_levels_of_the_three_page_sizes(int level, PagingFeatures features, bool allowed) =>
        Assert.Equal(allowed, TMode.AllowsLeafAt(new PageTableLevel(level), features));

    [Theory]
    [InlineData(1, 0UL)]
    [InlineData(2, 0x0000_0000_001F_E000UL)]
    [InlineData(3, 0x0000_0000_3FFF_E000UL)]
    public void A_large_leaf_reserves_the_address_bits_below_its_size_except_its_PAT_bit(int level, ulong reserved) =>
        Assert.Equal(reserved, TMode.ReservedLeafBitsAt(new PageTableLevel(level)));

    [Fact]
    public void Entries_are_eight_bytes_with_a_52_bit_address_and_forbid_execution_in_the_top_bit()
    {
        Assert.Equal((3, 52), (TMode.EntryShift, TMode.PhysicalAddressBits));
        Assert.Equal(0x000F_FFFF_FFFF_F000UL, TMode.AddressMask);
        Assert.Equal(0x8000_0000_0000_0000UL, TMode.NoExecuteBit);
        Assert.False(TMode.CopiesRootEntries);
    }
}

public sealed class TwoLevelPagingModeTests() : PagingModeTests<TwoLevelPaging>([10, 10], 0xBFFF_FFFF, 0xC000_0000)
{
    [Theory]
    [InlineData(1, PagingFeatures.None, true)]
    [InlineData(2, PagingFeatures.All & ~PagingFeatures.LargePages, false)]
    [InlineData(2, PagingFeatures.LargePages, true)]
    public void Leaves_of_4_MiB_need_PSE(int level, PagingFeatures features, bool allowed) =>
        Assert.Equal(allowed, TwoLevelPaging.AllowsLeafAt(new PageTableLevel(level), features));

    [Fact]
    public void A_large_leaf_reserves_what_PSE_36_would_use_and_the_bit_above_it()
    {
        Assert.Equal(0UL, TwoLevelPaging.ReservedLeafBitsAt(PageTableLevel.Lowest));
        Assert.Equal(0x003F_E000UL, TwoLevelPaging.ReservedLeafBitsAt(new PageTableLevel(2)));
    }

    [Fact]
    public void Entries_are_four_bytes_with_a_32_bit_address_and_cannot_forbid_execution()
    {
        Assert.Equal((2, 32), (TwoLevelPaging.EntryShift, TwoLevelPaging.PhysicalAddressBits));
        Assert.Equal(0xFFFF_F000UL, TwoLevelPaging.AddressMask);
        Assert.Equal(0UL, TwoLevelPaging.NoExecuteBit);
        Assert.False(TwoLevelPaging.CopiesRootEntries);
    }

    [Fact]
    public unsafe void An_entry_that_has_more_than_32_bits_panics_instead_of_losing_them()
    {
        uint entry = 0x1234_5067;
        nint slot = (nint)(&entry);
        Panics.In("CheckedNarrowing.ToUInt32", () => TwoLevelPaging.Store((void*)slot, 0x1_0000_0001));
        Panics.In("CheckedNarrowing.ToUInt32", () => TwoLevelPaging.Store((void*)slot, 0x8000_0000_0000_0001));
        Panics.In("CheckedNarrowing.ToUInt32", () => TwoLevelPaging.CompareExchange((void*)slot, 0x1_0000_0001, 0x1234_5067));
        Assert.Equal(0x1234_5067UL, TwoLevelPaging.Load(&entry));
    }

    [Fact]
    public unsafe void Reading_and_writing_an_entry_leaves_its_neighbour_alone()
    {
        uint* entries = stackalloc uint[] { 0x1111_1111, 0x2222_2222, 0x3333_3333 };
        TwoLevelPaging.Store(entries + 1, 0xFFFF_FFFF);
        Assert.Equal(0xFFFF_FFFFUL, TwoLevelPaging.CompareExchange(entries + 1, 0x4444_4444, 0xFFFF_FFFF));
        Assert.Equal(0x4444_4444UL, TwoLevelPaging.Load(entries + 1));
        Assert.Equal((0x1111_1111u, 0x3333_3333u), (entries[0], entries[2]));
    }
}

public sealed class ThreeLevelPagingModeTests() : PagingModeTests<ThreeLevelPaging>([9, 9, 2], 0xBFFF_FFFF, 0xC000_0000)
{
    [Theory]
    [InlineData(1, PagingFeatures.None, true)]
    [InlineData(2, PagingFeatures.None, true)]
    [InlineData(3, PagingFeatures.All, false)]
    public void Leaves_of_2_MiB_need_no_feature(int level, PagingFeatures features, bool allowed) =>
        Assert.Equal(allowed, ThreeLevelPaging.AllowsLeafAt(new PageTableLevel(level), features));

    [Fact]
    public void Its_root_entries_are_copied_and_have_no_rights()
    {
        Assert.True(ThreeLevelPaging.CopiesRootEntries);
        Assert.Equal(1UL, ThreeLevelPaging.TableBitsAt(ThreeLevelPaging.RootLevel));
        Assert.Equal(0x27UL, ThreeLevelPaging.TableBitsAt(new PageTableLevel(2)));
    }
}

public sealed class FourLevelPagingModeTests()
    : LongPagingModeTests<FourLevelPaging>(4, 0x0000_7FFF_FFFF_FFFF, 0xFFFF_8000_0000_0000);

public sealed class FiveLevelPagingModeTests()
    : LongPagingModeTests<FiveLevelPaging>(5, 0x00FF_FFFF_FFFF_FFFF, 0xFF00_0000_0000_0000);
