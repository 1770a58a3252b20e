using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class PhysicalRangeTests
{
    private const ulong Limit = 1UL << 52;

    [Fact]
    public void A_range_is_half_open()
    {
        PhysicalRange range = Range(0x1000, 0x2000);
        Assert.True(range.Contains(Physical(0x1000)) && range.Contains(Physical(0x1FFF)));
        Assert.False(range.Contains(Physical(0xFFF)) || range.Contains(Physical(0x2000)));
        Assert.Equal(0x1000UL, range.Length);
    }

    [Fact]
    public void A_range_can_end_at_the_limit()
    {
        Assert.Equal(Limit, PhysicalRange.FromStart(Physical(0), Limit).Length);
        Assert.True(PhysicalRange.TryFromStart(Physical(Limit), 0, out PhysicalRange empty) && empty.IsEmpty);
    }

    [Theory]
    [InlineData(0, Limit + 1)]
    [InlineData(Limit, 1)]
    [InlineData(0x1000, ulong.MaxValue)]
    public void A_range_cannot_pass_the_limit_or_wrap(ulong start, ulong length)
    {
        Assert.False(PhysicalRange.TryFromStart(Physical(start), length, out _));
        Panics.In("PhysicalAddress.operator +", () => PhysicalRange.FromStart(Physical(start), length));
    }

    [Fact]
    public void A_range_cannot_end_before_it_starts() => Panics.In("PhysicalRange.Between", () => Range(2, 1));

    [Theory]
    [InlineData(0x1000, 0x2000, 0x1000, 0x2000, true)]
    [InlineData(0x1000, 0x2000, 0x1FFF, 0x3000, true)]
    [InlineData(0x1000, 0x2000, 0x2000, 0x3000, false)]
    [InlineData(0x1000, 0x2000, 0x0000, 0x1000, false)]
    [InlineData(0x1000, 0x2000, 0x0000, 0x9000, true)]
    [InlineData(0x1000, 0x2000, 0x1800, 0x1800, false)]
    [InlineData(0x1800, 0x1800, 0x1000, 0x2000, false)]
    public void Overlap_needs_a_common_byte(ulong start, ulong end, ulong otherStart, ulong otherEnd, bool overlaps)
    {
        PhysicalRange one = Range(start, end);
        PhysicalRange other = Range(otherStart, otherEnd);
        Assert.Equal(overlaps, one.Overlaps(other));
        Assert.Equal(overlaps, other.Overlaps(one));
        Assert.Equal(overlaps, !one.Intersect(other).IsEmpty);
    }

    [Fact]
    public void The_intersection_is_what_both_have()
    {
        Assert.Equal(Range(0x1800, 0x2000), Range(0x1000, 0x2000).Intersect(Range(0x1800, 0x4000)));
        Assert.Equal(Range(0x1000, 0x1800), Range(0x1000, 0x2000).Intersect(Range(0, 0x1800)));
    }

    [Fact]
    public void An_empty_range_lies_in_any()
    {
        Assert.True(Range(0x1000, 0x2000).Contains(Range(0x9000, 0x9000)));
        Assert.True(Range(0x1000, 0x2000).Contains(Range(0x1000, 0x2000)));
        Assert.False(Range(0x1000, 0x2000).Contains(Range(0x1000, 0x2001)));
        Assert.False(Range(0x1000, 0x2000).Contains(Range(0xFFF, 0x2000)));
    }

    [Theory]
    [InlineData(0x1001, 0x2FFF, 0, 0, 0x1000, 0x3000)]
    [InlineData(0x0FFF, 0x3001, 0x1000, 0x3000, 0, 0x4000)]
    [InlineData(0x1000, 0x3000, 0x1000, 0x3000, 0x1000, 0x3000)]
    [InlineData(Limit - 1, Limit, 0, 0, Limit - 0x1000, Limit)]
    public void Shrinking_and_growing_give_whole_frames(ulong start, ulong end, ulong inStart, ulong inEnd, ulong outStart, ulong outEnd)
    {
        PhysicalRange shrunk = Range(start, end).ShrinkTo<Size4KiB>();
        Assert.True(inStart == inEnd ? shrunk.IsEmpty : shrunk == Range(inStart, inEnd));
        Assert.Equal(Range(outStart, outEnd), Range(start, end).GrowTo<Size4KiB>());
    }

    [Fact]
    public void An_empty_range_does_not_grow() => Assert.True(Range(0x1800, 0x1800).GrowTo<Size4KiB>().IsEmpty);

    [Fact]
    public void Ranges_compare_by_both_ends()
    {
        Assert.True(Range(1, 2) == Range(1, 2) && Range(1, 2) != Range(1, 3) && Range(1, 2) != Range(0, 2));
        Assert.True(Range(1, 2).Equals((object)Range(1, 2)));
        Assert.Equal(Range(1, 2).GetHashCode(), Range(1, 2).GetHashCode());
    }
}
