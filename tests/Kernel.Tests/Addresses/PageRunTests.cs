using Kernel.Addresses;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public sealed class PageRunTests
{
    private const ulong Top = 0xFFFF_FFFF_FFFF_F000;

    [Fact]
    public void A_run_knows_each_of_its_pages()
    {
        PageRun run = Pages(0x4000_0000, 3, Size2MiB.Shift);
        Assert.Equal(0x4000_0000UL, run[0].Value);
        Assert.Equal(0x4040_0000UL, run[2].Value);
        Assert.Equal(VirtualRange.FromStart(Virtual(0x4000_0000), 0x60_0000), run.Range);
    }

    [Fact]
    public void A_page_after_the_last_is_not_part_of_the_run()
    {
        PageRun run = Pages(0x1000, 2);
        Assert.Equal("PageRun", Assert.Throws<KernelPanicException>(() => run[2]).Where);
    }

    [Fact]
    public void The_run_that_ends_at_the_top_of_memory_has_no_address_after_it()
    {
        PageRun run = Pages(Top - 0x2000, 3);
        Assert.Equal(Top, run[2].Value);
        Assert.Equal(ulong.MaxValue, run.Range.Last.Value);
    }

    [Theory]
    [InlineData(0x1800, 1U, 12)]
    [InlineData(0x1000, 1U, 21)]
    [InlineData(0x1000, 0U, 12)]
    [InlineData(Top, 2U, 12)]
    [InlineData(0x00FF_FFFF_FFFF_F000, 2U, 12)]
    public void Pages_that_are_misaligned_none_or_outside_of_their_half_are_no_run(ulong start, uint count, int shift) =>
        Assert.Equal("PageRun.FromStart", Assert.Throws<KernelPanicException>(() => Pages(start, count, shift)).Where);

    [Theory]
    [InlineData(0x5000, 2U, 0x7000, 1U, 0x5000, 3U)]
    [InlineData(0x5000, 4U, 0x6000, 1U, 0x5000, 4U)]
    [InlineData(0x5000, 4U, 0x7000, 9U, 0x5000, 11U)]
    [InlineData(0x5000, 1U, 0x5000, 1U, 0x5000, 1U)]
    [InlineData(0x0, 1U, 0x1000, 1U, 0x0, 2U)]
    [InlineData(Top - 0x1000, 1U, Top, 1U, Top - 0x1000, 2U)]
    public void Runs_that_touch_become_one(ulong first, uint firstCount, ulong second, uint secondCount, ulong start, uint count)
    {
        Assert.True(Pages(first, firstCount).TryJoin(Pages(second, secondCount), out PageRun joined));
        Assert.Equal((start, count), (joined.Start.Value, joined.Count));
        Assert.True(Pages(second, secondCount).TryJoin(Pages(first, firstCount), out joined));
        Assert.Equal((start, count), (joined.Start.Value, joined.Count));
    }

    [Theory]
    [InlineData(0x5000, 2U, 12, 0x8000, 1U, 12)]
    [InlineData(0x0, 1U, 12, Top, 1U, 12)]
    [InlineData(0x20_0000, 1U, 21, 0x20_0000, 1U, 12)]
    [InlineData(0x20_0000, 1U, 21, 0x40_0000, 1U, 12)]
    public void Runs_apart_or_of_different_pages_stay_two(ulong first, uint firstCount, int firstShift, ulong second, uint secondCount, int secondShift)
    {
        PageRun one = Pages(first, firstCount, firstShift);
        PageRun other = Pages(second, secondCount, secondShift);
        Assert.False(one.TryJoin(other, out _));
        Assert.False(other.TryJoin(one, out _));
    }

    [Fact]
    public void Runs_whose_pages_cannot_be_counted_together_stay_two()
    {
        PageRun most = Pages(0, uint.MaxValue);
        Assert.False(most.TryJoin(Pages((ulong)uint.MaxValue << 12, 1), out _));
        Assert.True(most.TryJoin(Pages((ulong)(uint.MaxValue - 1) << 12, 1), out PageRun joined));
        Assert.Equal(uint.MaxValue, joined.Count);
    }
}
