using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class MemoryMapLineTests
{
    [Theory]
    [InlineData("memory 0x0000000000000000-0x0000000000000fff reserved 4 KiB", 0UL, 0xFFFUL, "reserved")]
    [InlineData("memory 0x1000-0x1fff kernel image 4 KiB", 0x1000UL, 0x1FFFUL, "kernel image")]
    [InlineData("memory 0x1000-0x1fff usable", 0x1000UL, 0x1FFFUL, "usable")]
    [InlineData("memory 0x1-0xffffffffffffffff reserved", 1UL, ulong.MaxValue, "reserved")]
    public void A_range_is_read(string comment, ulong first, ulong last, string kind) =>
        Assert.Equal(new MemoryMapLine(first, last, kind), MemoryMapLine.Parse(comment));

    [Theory]
    [InlineData("")]
    [InlineData("memory")]
    [InlineData("memory is scarce")]
    [InlineData("memory 0x1000-0xfff usable")]
    [InlineData("memory 0x0-0xffffffffffffffff usable")]
    [InlineData("memory 0x0-0x10000000000000000 usable")]
    [InlineData("memory 0x0-0xfff")]
    [InlineData("the memory 0x0-0xfff usable")]
    public void What_is_no_range_is_left_alone(string comment) => Assert.Null(MemoryMapLine.Parse(comment));

    [Theory]
    [InlineData(0x1000UL, 0x1FFFUL, "     4 KiB")]
    [InlineData(0x3000UL, 0x9EFFFUL, "   624 KiB")]
    [InlineData(0x144000UL, 0x1FFDFFFFUL, " 510.6 MiB")]
    [InlineData(0xFD00000000UL, 0xFFFFFFFFFFUL, "    12 GiB")]
    [InlineData(0UL, (1UL << 52) - 1, "     4 PiB")]
    public void Its_size_is_written_in_a_fitting_unit(ulong first, ulong last, string size) =>
        Assert.EndsWith(size, new MemoryMapLine(first, last, "usable").ToString());
}
