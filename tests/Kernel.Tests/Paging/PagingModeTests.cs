using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What a mode says about the hardware, against the manual's numbers.</summary>
public abstract class PagingModeTests<TMode>(int levels, ulong lastOfLowerHalf, ulong firstOfUpperHalf)
    where TMode : struct, IPagingMode
{
    [Fact]
    public void The_root_is_at_the_highest_level() => Assert.Equal(levels, TMode.RootLevel.Number);

    [Fact]
    public void Every_level_translates_nine_bits_above_the_offset_of_twelve()
    {
        for (int level = 1; level <= levels; level++)
        {
            Assert.Equal(9, TMode.IndexBitsAt(new PageTableLevel(level)));
            Assert.Equal(12 + (9 * (level - 1)), TMode.ShiftAt(new PageTableLevel(level)));
        }

        Assert.Equal(12 + (9 * levels), TMode.VirtualAddressBits);
    }

    [Fact]
    public void The_kernel_half_begins_at_the_first_address_with_the_sign_bit() =>
        Assert.Equal(firstOfUpperHalf, TMode.UpperHalfStart.Value);

    [Fact]
    public void The_edges_of_both_halves_are_canonical()
    {
        Assert.True(TMode.IsCanonical(VirtualAddress.Zero));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(lastOfLowerHalf)));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(firstOfUpperHalf)));
        Assert.True(TMode.IsCanonical(VirtualAddress.FromValue(ulong.MaxValue)));
    }

    [Fact]
    public void The_first_and_the_last_address_of_the_hole_are_not_canonical()
    {
        Assert.False(VirtualAddress.TryFromValue(lastOfLowerHalf + 1, out VirtualAddress first) && TMode.IsCanonical(first));
        Assert.False(VirtualAddress.TryFromValue(firstOfUpperHalf - 1, out VirtualAddress last) && TMode.IsCanonical(last));
    }

    [Theory]
    [InlineData(1, PagingFeatures.None, true)]
    [InlineData(2, PagingFeatures.None, true)]
    [InlineData(3, PagingFeatures.None, false)]
    [InlineData(3, PagingFeatures.NoExecute | PagingFeatures.GlobalPages, false)]
    [InlineData(3, PagingFeatures.GigabytePages, true)]
    [InlineData(4, PagingFeatures.GigabytePages, false)]
    [InlineData(5, PagingFeatures.GigabytePages, false)]
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
        Assert.Equal(3, TMode.EntryShift);
        Assert.Equal(0x000F_FFFF_FFFF_F000UL, TMode.AddressMask);
        Assert.Equal(0x8000_0000_0000_0000UL, TMode.NoExecuteBit);
    }
}

public sealed class FourLevelPagingModeTests()
    : PagingModeTests<FourLevelPaging>(4, 0x0000_7FFF_FFFF_FFFF, 0xFFFF_8000_0000_0000);

public sealed class FiveLevelPagingModeTests()
    : PagingModeTests<FiveLevelPaging>(5, 0x00FF_FFFF_FFFF_FFFF, 0xFF00_0000_0000_0000);
