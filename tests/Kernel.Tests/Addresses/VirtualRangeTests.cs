using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class VirtualRangeTests
{
    [Theory]
    [InlineData(0, 1UL << 56)]
    [InlineData(0xFF00_0000_0000_0000, 1UL << 56)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, 0x1000)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue, 0)]
    public void A_range_can_fill_its_half(ulong start, ulong length)
    {
        VirtualRange range = VirtualRange.FromStart(Virtual(start), length);
        Assert.Equal(length, range.Length);
        Assert.Equal(length == 0, range.IsEmpty);
    }

    [Theory]
    [InlineData(0, (1UL << 56) + 1)]
    [InlineData(0xFF00_0000_0000_0000, (1UL << 56) + 1)]
    [InlineData(0xFFFF_FFFF_FFFF_F000, 0x1001)]
    [InlineData(0x1000, ulong.MaxValue)]
    public void A_range_cannot_leave_its_half_or_wrap(ulong start, ulong length)
    {
        Assert.False(VirtualRange.TryFromStart(Virtual(start), length, out _));
        Assert.Equal(length, Panics.In("VirtualRange.FromStart", () => VirtualRange.FromStart(Virtual(start), length)).Value);
    }

    [Fact]
    public void The_range_at_the_top_knows_its_last_byte_and_contains_it()
    {
        VirtualRange top = VirtualRange.FromStart(Virtual(0xFFFF_FFFF_FFFF_F000), 0x1000);
        Assert.Equal(ulong.MaxValue, top.Last.Value);
        Assert.True(top.Contains(Virtual(ulong.MaxValue)));
        Assert.False(top.Contains(Virtual(0xFFFF_FFFF_FFFF_EFFF)) || top.Contains(Virtual(0)));
    }

    [Fact]
    public void An_empty_range_has_no_last_byte() =>
        Panics.In("VirtualRange.Last", () => _ = VirtualRange.FromStart(Virtual(0), 0).Last);

    [Theory]
    [InlineData(0x1000, 0x1000, 0x1FFF, 1, true)]
    [InlineData(0x1000, 0x1000, 0x2000, 0x1000, false)]
    [InlineData(0xFFFF_FFFF_FFFF_0000, 0x10000, 0xFFFF_FFFF_FFFF_F000, 0x1000, true)]
    [InlineData(0x1000, 0, 0x1000, 0x1000, false)]
    public void Overlap_needs_a_common_byte(ulong start, ulong length, ulong otherStart, ulong otherLength, bool overlaps)
    {
        VirtualRange one = VirtualRange.FromStart(Virtual(start), length);
        VirtualRange other = VirtualRange.FromStart(Virtual(otherStart), otherLength);
        Assert.Equal(overlaps, one.Overlaps(other));
        Assert.Equal(overlaps, other.Overlaps(one));
    }

    [Fact]
    public void Ranges_compare_by_start_and_length()
    {
        VirtualRange one = VirtualRange.FromStart(Virtual(1), 2);
        Assert.True(one == VirtualRange.FromStart(Virtual(1), 2) && one != VirtualRange.FromStart(Virtual(1), 3));
        Assert.True(one != VirtualRange.FromStart(Virtual(2), 2) && one.Equals((object)VirtualRange.FromStart(Virtual(1), 2)));
    }
}
