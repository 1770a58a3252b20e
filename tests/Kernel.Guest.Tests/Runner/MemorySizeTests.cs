using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("512M", 512UL << 20, "512M")]
    [InlineData("512m", 512UL << 20, "512M")]
    [InlineData("512", 512UL << 20, "512M")]
    [InlineData("32M", 32UL << 20, "32M")]
    [InlineData("1G", 1UL << 30, "1G")]
    [InlineData("1024M", 1UL << 30, "1G")]
    [InlineData("1536M", 1536UL << 20, "1536M")]
    [InlineData("65536K", 64UL << 20, "64M")]
    [InlineData("1024G", 1UL << 40, "1024G")]
    public void A_size_is_read_and_written_as_QEMU_writes_it(string text, ulong bytes, string written)
    {
        Assert.True(MemorySize.TryParse(text, out MemorySize size));
        Assert.Equal(bytes, size.Bytes);
        Assert.Equal(written, size.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("31M")]
    [InlineData("0")]
    [InlineData("-512M")]
    [InlineData("+512M")]
    [InlineData(" 512M")]
    [InlineData("512 M")]
    [InlineData("512MB")]
    [InlineData("512T")]
    [InlineData("0.5G")]
    [InlineData("1025G")]
    [InlineData("32769K")]
    [InlineData("17592186044416M")]
    [InlineData("18446744073709551616")]
    [InlineData("0x200M")]
    public void What_is_no_usable_size_is_refused(string text) => Assert.False(MemorySize.TryParse(text, out _));
}
