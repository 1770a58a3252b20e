using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class CheckedNarrowingTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0x8000_0000, 0x8000_0000)]
    [InlineData(0xFFFF_FFFF, 0xFFFF_FFFF)]
    public void A_value_of_32_bits_arrives_whole(ulong value, uint narrowed)
    {
        Assert.Equal(narrowed, CheckedNarrowing.ToUInt32(value));
        Assert.Equal(narrowed, CheckedNarrowing.ToUInt32(Physical(value)));
        Assert.Equal(narrowed, CheckedNarrowing.ToUInt32(Virtual(value)));
    }

    [Theory]
    [InlineData(0x1_0000_0000)]
    [InlineData(0x1_0000_0001)]
    [InlineData(1UL << 52)]
    public void A_physical_address_at_or_above_4_GiB_panics_rather_than_lose_its_high_half(ulong value) =>
        Assert.Equal(value, Panics.In("CheckedNarrowing.ToUInt32", () => CheckedNarrowing.ToUInt32(Physical(value))).Value);

    [Theory]
    [InlineData(0x1_0000_0000)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF)]
    [InlineData(0xFFFF_FFFF_8000_0000)]
    public void A_virtual_address_at_or_above_4_GiB_panics_even_if_it_is_a_sign_extension(ulong value) =>
        Assert.Equal(value, Panics.In("CheckedNarrowing.ToUInt32", () => CheckedNarrowing.ToUInt32(Virtual(value))).Value);

    [Fact]
    public unsafe void A_pointer_above_4_GiB_panics() =>
        Panics.In("CheckedNarrowing.ToUInt32", () => CheckedNarrowing.ToUInt32((void*)0x1_0000_0000));

    [Fact]
    public unsafe void A_pointer_below_4_GiB_arrives_whole() => Assert.Equal(0xFFFF_FFFF, CheckedNarrowing.ToUInt32((void*)0xFFFF_FFFF));

    [Fact]
    public void A_raw_value_of_64_bits_panics() =>
        Panics.In("CheckedNarrowing.ToUInt32", () => CheckedNarrowing.ToUInt32(ulong.MaxValue));

    [Theory]
    [InlineData(0x1_0000_0000)]
    [InlineData(0x1_0000_0001)]
    [InlineData(0x000F_FFFF_FFFF_F000)]
    [InlineData(ulong.MaxValue)]
    public void A_value_above_4_GiB_panics_where_pointers_have_32_bits_and_nowhere_else(ulong value)
    {
        Assert.Equal(value, Panics.In("a 32-bit target", () => CheckedNarrowing.ToBits(value, 32, "a 32-bit target")).Value);
        Assert.Equal(value, CheckedNarrowing.ToBits(value, 64, "a 64-bit target"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFFFF_FFFF)]
    public void A_value_below_4_GiB_fits_a_pointer_of_every_target(ulong value)
    {
        Assert.Equal(value, CheckedNarrowing.ToBits(value, 32, "a 32-bit target"));
        Assert.Equal(checked((nuint)value), CheckedNarrowing.ToNative(value));
        Assert.Equal(checked((nuint)value), CheckedNarrowing.ToNative(Physical(value)));
    }

    [Fact]
    public void What_a_pointer_of_this_process_can_hold_arrives_whole()
    {
        Assert.Equal(nuint.MaxValue, CheckedNarrowing.ToNative(nuint.MaxValue));
        Assert.Equal(8, nuint.Size);
        Assert.Equal(unchecked((nuint)(1UL << 52)), CheckedNarrowing.ToNative(Physical(1UL << 52)));
    }
}
