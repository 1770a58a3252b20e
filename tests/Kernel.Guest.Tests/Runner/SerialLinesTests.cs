using System.Collections.Generic;
using System.Text;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class SerialLinesTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public void An_empty_stream_has_no_lines()
    {
        SerialLines lines = new(_seen.Add);
        lines.Feed([]);

        Assert.Null(lines.Finish());
        Assert.Empty(_seen);
    }

    [Fact]
    public void An_empty_line_is_a_line()
    {
        new SerialLines(_seen.Add).Feed("\n\na\n"u8);

        Assert.Equal(["", "", "a"], _seen);
    }

    [Fact]
    public void A_letter_of_several_bytes_may_arrive_in_pieces()
    {
        SerialLines lines = new(_seen.Add);
        foreach (byte letter in Encoding.UTF8.GetBytes("größe €\n"))
        {
            lines.Feed([letter]);
        }

        Assert.Equal(["größe €"], _seen);
    }

    [Fact]
    public void Bytes_that_are_no_text_become_replacement_marks()
    {
        new SerialLines(_seen.Add).Feed([(byte)'a', 0xFF, (byte)'b', (byte)'\n']);

        Assert.Equal(["a\uFFFDb"], _seen);
    }

    [Theory]
    [InlineData(SerialLines.LongestLine - 1, 1)]
    [InlineData(SerialLines.LongestLine, 2)]
    [InlineData((3 * SerialLines.LongestLine) + 5, 4)]
    public void A_line_without_end_is_delivered_in_pieces(int length, int pieces)
    {
        SerialLines lines = new(_seen.Add);
        lines.Feed(Encoding.UTF8.GetBytes(new string('x', length) + "\n"));

        Assert.Equal(pieces, _seen.Count);
        Assert.Equal(new string('x', length), string.Concat(_seen));
        Assert.Null(lines.Finish());
    }

    [Fact]
    public void The_unfinished_line_is_handed_over_once()
    {
        SerialLines lines = new(_seen.Add);
        lines.Feed("a\nb"u8);

        Assert.Equal("b", lines.Finish());
        Assert.Null(lines.Finish());
    }
}
