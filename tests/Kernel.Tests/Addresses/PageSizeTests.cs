using Kernel.Addresses;
using Xunit;

namespace Kernel.Tests.Addresses;

public class PageSizeTests
{
    [Fact]
    public void The_sizes_are_those_of_the_manual()
    {
        Assert.Equal((12, 4096UL), Of<Size4KiB>());
        Assert.Equal((21, 2UL * 1024 * 1024), Of<Size2MiB>());
        Assert.Equal((30, 1024UL * 1024 * 1024), Of<Size1GiB>());
    }

    private static (int Shift, ulong Bytes) Of<TSize>() where TSize : struct, IPageSize => (TSize.Shift, TSize.Bytes);
}
