using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class FrameTests
{
    private const ulong Limit = 1UL << 52;

    [Theory]
    [InlineData(0)]
    [InlineData(0x1000)]
    [InlineData(0x1_0000_0000)]
    [InlineData(Limit - 0x1000)]
    public void A_frame_begins_at_a_multiple_of_its_size(ulong start) =>
        Assert.Equal(start, Frame<Size4KiB>.FromStart(Physical(start)).Start.Value);

    [Theory]
    [InlineData(1)]
    [InlineData(0xFFF)]
    [InlineData(0x1800)]
    [InlineData(Limit)]
    public void No_frame_begins_elsewhere_or_at_the_limit(ulong start)
    {
        Assert.False(Frame<Size4KiB>.TryFromStart(Physical(start), out _));
        Panics.In("Frame.FromStart", () => Frame<Size4KiB>.FromStart(Physical(start)));
    }

    [Fact]
    public void A_frame_of_4_KiB_is_no_frame_of_2_MiB() =>
        Assert.False(Frame<Size2MiB>.TryFromStart(Physical(0x1000), out _));

    [Fact]
    public void A_frame_of_2_MiB_is_no_frame_of_1_GiB() =>
        Assert.False(Frame<Size1GiB>.TryFromStart(Physical(0x20_0000), out _));

    [Fact]
    public void The_containing_frame_holds_the_address()
    {
        Assert.Equal(0x12_3456_7000UL, Frame<Size4KiB>.Containing(Physical(0x12_3456_7FFF)).Start.Value);
        Assert.Equal(0x12_3440_0000UL, Frame<Size2MiB>.Containing(Physical(0x12_3456_7FFF)).Start.Value);
        Assert.Equal(0x12_0000_0000UL, Frame<Size1GiB>.Containing(Physical(0x12_3456_7FFF)).Start.Value);
    }

    [Fact]
    public void No_frame_contains_the_limit() => Panics.In("Frame.Containing", () => Frame<Size4KiB>.Containing(Physical(Limit)));

    [Fact]
    public void A_frame_covers_its_size()
    {
        Assert.Equal(Range(Limit - 0x1000, Limit), Frame<Size4KiB>.FromStart(Physical(Limit - 0x1000)).Range);
        Assert.Equal(Range(0x4000_0000, 0x8000_0000), Frame<Size1GiB>.FromStart(Physical(0x4000_0000)).Range);
    }

    [Fact]
    public void Stepping_counts_frames()
    {
        Assert.Equal(Frame(3), Frame(1) + 2);
        Assert.Equal(0x60_0000UL, (Frame<Size2MiB>.FromStart(Physical(0)) + 3).Start.Value);
        Assert.Equal(Frame((1UL << 40) - 1), Frame(0) + ((1UL << 40) - 1));
    }

    [Theory]
    [InlineData(1UL << 40)]
    [InlineData(1UL << 52)]
    [InlineData(ulong.MaxValue)]
    public void Stepping_by_more_frames_than_there_can_be_panics_before_it_wraps(ulong frames) =>
        Assert.Equal(frames, Panics.In("Frame.operator +", () => _ = Frame(0) + frames).Value);

    [Fact]
    public void Stepping_onto_the_limit_panics() => Panics.In("Frame.FromStart", () => _ = Frame((1UL << 40) - 1) + 1);

    [Fact]
    public void Stepping_past_the_limit_panics() => Panics.In("PhysicalAddress.operator +", () => _ = Frame(2) + ((1UL << 40) - 1));

    [Fact]
    public void Frames_compare_by_start()
    {
        Assert.True(Frame(1) == Frame(1) && Frame(1) != Frame(2) && Frame(1).Equals((object)Frame(1)));
        Assert.Equal(Frame(1).GetHashCode(), Frame(1).GetHashCode());
    }
}
