using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class PhysicalAddressTests
{
    private const ulong Limit = 1UL << 52;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0xFFF)]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0x1_0000_0000)]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    public void A_value_within_52_bits_is_kept_whole(ulong value)
    {
        Assert.Equal(value, PhysicalAddress.FromValue(value).Value);
        Assert.True(PhysicalAddress.TryFromValue(value, out PhysicalAddress address));
        Assert.Equal(value, address.Value);
    }

    [Theory]
    [InlineData(Limit + 1)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void A_value_above_52_bits_panics_and_is_named(ulong value)
    {
        Assert.False(PhysicalAddress.TryFromValue(value, out _));
        Assert.Equal(value, Panics.In("PhysicalAddress.FromValue", () => PhysicalAddress.FromValue(value)).Value);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0xFFFF_FFFF, 1, 0x1_0000_0000)]
    [InlineData(Limit - 1, 1, Limit)]
    [InlineData(Limit, 0, Limit)]
    [InlineData(0, Limit, Limit)]
    public void A_sum_up_to_the_limit_is_exact(ulong address, ulong offset, ulong sum)
    {
        Assert.Equal(sum, (Physical(address) + offset).Value);
    }

    [Theory]
    [InlineData(Limit, 1)]
    [InlineData(Limit - 1, 2)]
    [InlineData(1, Limit)]
    [InlineData(1, ulong.MaxValue)]
    [InlineData(Limit, ulong.MaxValue)]
    public void A_sum_that_passes_the_limit_or_wraps_panics(ulong address, ulong offset)
    {
        Assert.False(Physical(address).TryAdd(offset, out _));
        Panics.In("PhysicalAddress.operator +", () => _ = Physical(address) + offset);
    }

    [Fact]
    public void A_difference_counts_bytes() => Assert.Equal(Limit - 7, Physical(Limit) - Physical(7));

    [Fact]
    public void A_negative_difference_panics() => Panics.In("PhysicalAddress.operator -", () => _ = Physical(1) - Physical(2));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0x1000)]
    [InlineData(0xFFF, 0, 0x1000)]
    [InlineData(0x1000, 0x1000, 0x1000)]
    [InlineData(0xFFFF_F001, 0xFFFF_F000, 0x1_0000_0000)]
    [InlineData(Limit - 1, Limit - 0x1000, Limit)]
    [InlineData(Limit, Limit, Limit)]
    public void Aligning_to_4_KiB_stays_within_the_width(ulong value, ulong down, ulong up)
    {
        Assert.Equal(down, Physical(value).AlignDown<Size4KiB>().Value);
        Assert.Equal(up, Physical(value).AlignUp<Size4KiB>().Value);
        Assert.Equal(down == value, Physical(value).IsAlignedTo<Size4KiB>());
    }

    [Theory]
    [InlineData(0x20_0001, 0x20_0000, 0x40_0000)]
    [InlineData(0x1_0010_0000, 0x1_0000_0000, 0x1_0020_0000)]
    public void Aligning_to_2_MiB_keeps_the_high_half(ulong value, ulong down, ulong up)
    {
        Assert.Equal(down, Physical(value).AlignDown<Size2MiB>().Value);
        Assert.Equal(up, Physical(value).AlignUp<Size2MiB>().Value);
    }

    [Fact]
    public void Aligning_to_1_GiB_keeps_the_high_half()
    {
        Assert.Equal(0x12_4000_0000UL, Physical(0x12_7FFF_FFFF).AlignDown<Size1GiB>().Value);
        Assert.Equal(0x12_8000_0000UL, Physical(0x12_7FFF_FFFF).AlignUp<Size1GiB>().Value);
    }

    [Fact]
    public void The_frame_number_has_40_bits() => Assert.Equal((1UL << 40) - 1, Physical(Limit - 1).FrameNumber);

    [Fact]
    public void Addresses_compare_as_unsigned_numbers()
    {
        PhysicalAddress low = Physical(1);
        PhysicalAddress high = Physical(Limit);
        Assert.True(low < high && high > low && low <= high && high >= low && low != high);
        Assert.True(low <= Physical(1) && low >= Physical(1) && low == Physical(1));
        Assert.False(low.Equals((object)1UL));
        Assert.Equal(low.GetHashCode(), Physical(1).GetHashCode());
    }
}
