using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class VirtualAddressTests
{
    private const ulong LowerEnd = 0x00FF_FFFF_FFFF_FFFF;
    private const ulong UpperStart = 0xFF00_0000_0000_0000;

    [Theory]
    [InlineData(0)]
    [InlineData(0x7FFF_FFFF_FFFF)]
    [InlineData(LowerEnd)]
    [InlineData(UpperStart)]
    [InlineData(0xFFFF_8000_0000_0000)]
    [InlineData(ulong.MaxValue)]
    public void A_canonical_value_is_kept_whole(ulong value)
    {
        Assert.Equal(value, VirtualAddress.FromValue(value).Value);
        Assert.True(VirtualAddress.TryFromValue(value, out VirtualAddress address));
        Assert.Equal(value, address.Value);
    }

    [Theory]
    [InlineData(LowerEnd + 1)]
    [InlineData(UpperStart - 1)]
    [InlineData(0x8000_0000_0000_0000)]
    [InlineData(0x7FFF_FFFF_FFFF_FFFF)]
    public void A_value_in_the_hole_panics_and_is_named(ulong value)
    {
        Assert.False(VirtualAddress.TryFromValue(value, out _));
        Assert.Equal(value, Panics.In("VirtualAddress.FromValue", () => VirtualAddress.FromValue(value)).Value);
    }

    [Theory]
    [InlineData(0, LowerEnd, LowerEnd)]
    [InlineData(UpperStart, LowerEnd, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 0, ulong.MaxValue)]
    [InlineData(0xFFFF_FFFF, 1, 0x1_0000_0000)]
    public void A_sum_within_one_half_is_exact(ulong address, ulong offset, ulong sum) =>
        Assert.Equal(sum, (Virtual(address) + offset).Value);

    [Theory]
    [InlineData(LowerEnd, 1)]
    [InlineData(0, UpperStart)]
    [InlineData(LowerEnd, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(UpperStart, UpperStart)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    public void A_sum_that_wraps_or_changes_halves_panics(ulong address, ulong offset)
    {
        Assert.False(Virtual(address).TryAdd(offset, out _));
        Panics.In("VirtualAddress.operator +", () => _ = Virtual(address) + offset);
    }

    [Fact]
    public void A_difference_counts_bytes() => Assert.Equal(ulong.MaxValue, Virtual(ulong.MaxValue) - Virtual(0));

    [Fact]
    public void A_negative_difference_panics() => Panics.In("VirtualAddress.operator -", () => _ = Virtual(1) - Virtual(2));

    [Fact]
    public void Aligning_down_keeps_the_high_half()
    {
        Assert.Equal(0xFFFF_FFFF_FFFF_F000, Virtual(ulong.MaxValue).AlignDown<Size4KiB>().Value);
        Assert.Equal(0xFFFF_FFFF_FFE0_0000, Virtual(ulong.MaxValue).AlignDown<Size2MiB>().Value);
        Assert.Equal(0xFFFF_FFFF_C000_0000, Virtual(ulong.MaxValue).AlignDown<Size1GiB>().Value);
        Assert.False(Virtual(ulong.MaxValue).IsAlignedTo<Size4KiB>());
        Assert.True(Virtual(UpperStart).IsAlignedTo<Size1GiB>());
    }

    [Fact]
    public unsafe void A_pointer_survives_the_way_there_and_back()
    {
        int local = 7;
        Assert.Equal(7, *(int*)VirtualAddress.Of(&local).ToPointer());
    }

    [Fact]
    public void Addresses_compare_as_unsigned_numbers()
    {
        VirtualAddress low = Virtual(LowerEnd);
        VirtualAddress high = Virtual(UpperStart);
        Assert.True(low < high && high > low && low <= high && high >= low && low != high);
        Assert.True(low == Virtual(LowerEnd) && low.Equals((object)Virtual(LowerEnd)));
        Assert.Equal(low.GetHashCode(), Virtual(LowerEnd).GetHashCode());
    }
}
