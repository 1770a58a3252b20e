using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

/// <summary>Properties of the reader that hold for a stream cut, damaged or delivered in any way.</summary>
public sealed class TapStreamTests
{
    /// <summary>The plan stands in front, so that only the whole stream is a pass.</summary>
    private const string Passing = """
        TAP version 14
        1..3
        ok 1 - first
          ---
          key: value
          ...
        ok 2 - second
        ok 3 - third # SKIP why

        """;

    public static TheoryData<string> Streams =>
        new(TapText.Rich, TapText.Broken, Passing, Passing.Replace("\n", "\r\n", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_cut_at_any_byte_changes_nothing(string text)
    {
        byte[] stream = Encoding.UTF8.GetBytes(text);
        string whole = TapText.Describe(TapText.Read(stream));

        for (int cut = 0; cut <= stream.Length; cut++)
        {
            Assert.Equal(whole, TapText.Describe(TapText.Read(stream[..cut], stream[cut..])));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Any_two_cuts_change_nothing(string text)
    {
        byte[] stream = Encoding.UTF8.GetBytes(text);
        string whole = TapText.Describe(TapText.Read(stream));

        for (int first = 0; first <= stream.Length; first += 3)
        {
            for (int second = first; second <= stream.Length; second++)
            {
                Assert.Equal(whole, TapText.Describe(TapText.Read(stream[..first], stream[first..second], stream[second..])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Single_bytes_change_nothing(string text)
    {
        byte[] stream = Encoding.UTF8.GetBytes(text);

        string single = TapText.Describe(TapText.Read([.. stream.Select(static letter => new[] { letter })]));

        Assert.Equal(TapText.Describe(TapText.Read(stream)), single);
    }

    [Fact]
    public void No_proper_beginning_of_a_passing_stream_passes()
    {
        byte[] stream = Encoding.UTF8.GetBytes(Passing);
        Assert.True(TapText.Read(stream).IsCompleteAndPassing);

        for (int length = 0; length < stream.Length; length++)
        {
            Assert.False(TapText.Read(stream[..length]).IsCompleteAndPassing, $"the first {length} bytes");
        }
    }

    [Fact]
    public void Without_any_one_of_its_deciding_lines_a_passing_stream_does_not_pass()
    {
        string[] lines = Passing.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int left = 0; left < lines.Length; left++)
        {
            bool decides = !lines[left].StartsWith(' ');
            string rest = string.Concat(lines.Where((_, index) => index != left).Select(static line => line + "\n"));

            Assert.True(!decides || !TapText.Read(rest).IsCompleteAndPassing, $"without \"{lines[left]}\"");
        }
    }

    [Fact]
    public void With_any_one_of_its_deciding_lines_twice_a_passing_stream_does_not_pass()
    {
        string[] lines = Passing.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int twice = 0; twice < lines.Length; twice++)
        {
            if (lines[twice].StartsWith(' '))
            {
                continue;
            }

            IEnumerable<string> repeated = lines.SelectMany((line, index) => Enumerable.Repeat(line, index == twice ? 2 : 1));

            string text = string.Concat(repeated.Select(static line => line + "\n"));

            Assert.False(TapText.Read(text).IsCompleteAndPassing, $"\"{lines[twice]}\" twice");
        }
    }

    [Fact]
    public void Random_bytes_never_pass_and_never_throw()
    {
        Random random = new(20261120);
        byte[] noise = new byte[4096];
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(noise);

            Assert.False(TapText.Read(noise).IsCompleteAndPassing);
        }
    }

    [Fact]
    public void No_flipped_bit_makes_a_failing_stream_pass()
    {
        byte[] stream = "TAP version 14\n1..2\nok 1 - first\nnot ok 2 - second\n"u8.ToArray();
        for (int bit = 0; bit < stream.Length * 8; bit++)
        {
            byte[] damaged = [.. stream];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(TapText.Read(damaged).IsCompleteAndPassing, $"bit {bit}");
        }
    }
}
