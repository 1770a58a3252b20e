using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

public class PageTests
{
    private const ulong LastPage = 0xFFFF_FFFF_FFFF_F000;

    [Theory]
    [InlineData(0)]
    [InlineData(0x00FF_FFFF_FFFF_F000)]
    [InlineData(0xFF00_0000_0000_0000)]
    [InlineData(LastPage)]
    public void A_page_begins_at_a_multiple_of_its_size(ulong start) =>
        Assert.Equal(start, Page<Size4KiB>.FromStart(Virtual(start)).Start.Value);

    [Theory]
    [InlineData(1)]
    [InlineData(0xFFF)]
    [InlineData(ulong.MaxValue)]
    public void No_page_begins_elsewhere(ulong start)
    {
        Assert.False(Page<Size4KiB>.TryFromStart(Virtual(start), out _));
        Panics.In("Page.FromStart", () => Page<Size4KiB>.FromStart(Virtual(start)));
    }

    [Fact]
    public void A_page_of_4_KiB_is_no_page_of_2_MiB() => Assert.False(Page<Size2MiB>.TryFromStart(Virtual(0x1000), out _));

    [Fact]
    public void The_containing_page_holds_the_address()
    {
        Assert.Equal(LastPage, Page<Size4KiB>.Containing(Virtual(ulong.MaxValue)).Start.Value);
        Assert.Equal(0xFFFF_FFFF_FFE0_0000, Page<Size2MiB>.Containing(Virtual(ulong.MaxValue)).Start.Value);
        Assert.Equal(0xFFFF_FFFF_C000_0000, Page<Size1GiB>.Containing(Virtual(ulong.MaxValue)).Start.Value);
    }

    [Fact]
    public void The_last_page_has_a_range_although_it_has_no_end_address()
    {
        VirtualRange range = Page<Size4KiB>.FromStart(Virtual(LastPage)).Range;
        Assert.Equal(ulong.MaxValue, range.Last.Value);
        Assert.Equal(0x1000UL, range.Length);
    }

    [Fact]
    public void Stepping_counts_pages() =>
        Assert.Equal(0xFFFF_FFFF_FFFF_F000, (Page<Size4KiB>.FromStart(Virtual(0xFFFF_FFFF_FFFF_D000)) + 2).Start.Value);

    [Theory]
    [InlineData(0x00FF_FFFF_FFFF_F000, 1)]
    [InlineData(LastPage, 1)]
    public void Stepping_out_of_a_half_panics(ulong start, ulong pages) =>
        Panics.In("VirtualAddress.operator +", () => _ = Page<Size4KiB>.FromStart(Virtual(start)) + pages);

    [Theory]
    [InlineData(1UL << 45)]
    [InlineData(1UL << 52)]
    [InlineData(ulong.MaxValue)]
    public void Stepping_by_more_pages_than_there_can_be_panics_before_it_wraps(ulong pages) =>
        Panics.In("Page.operator +", () => _ = Page<Size4KiB>.FromStart(Virtual(0)) + pages);

    [Fact]
    public void Pages_compare_by_start()
    {
        Page<Size4KiB> page = Page<Size4KiB>.Containing(Virtual(0x1234));
        Assert.True(page == Page<Size4KiB>.FromStart(Virtual(0x1000)) && page != Page<Size4KiB>.FromStart(Virtual(0x2000)));
        Assert.True(page.Equals((object)Page<Size4KiB>.FromStart(Virtual(0x1000))));
    }
}
