using Kernel.Machine;
using Xunit;

namespace Kernel.Tests.Machine;

public class PageTableLevelTests
{
    [Fact]
    public void Levels_count_from_the_bottom()
    {
        Assert.Equal(1, PageTableLevel.Lowest.Number);
        Assert.Equal(2, PageTableLevel.Lowest.Above.Number);
        Assert.Equal(PageTableLevel.Lowest, PageTableLevel.Lowest.Above.Below);
    }

    [Fact]
    public void A_level_nearer_to_the_leaves_is_smaller()
    {
        PageTableLevel low = new(1);
        PageTableLevel high = new(4);
        Assert.True(low < high && high > low && low != high && low == PageTableLevel.Lowest);
        Assert.True(low.Equals((object)PageTableLevel.Lowest));
    }
}
