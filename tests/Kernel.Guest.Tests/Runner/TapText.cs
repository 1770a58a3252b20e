using System.Globalization;
using System.Linq;
using System.Text;
using Kernel.Runner;

namespace Kernel.Guest.Tests.Runner;

/// <summary>Reports as text, both ways.</summary>
internal static class TapText
{
    /// <summary>A report with everything in it that TAP 14 has, of which every test passes.</summary>
    public const string Rich = """
        SeaBIOS (version 1.16)
        TAP version 14
        # memory 0x0000000000000000-0x000000000009fbff usable
        1..4
        ok 1 - a page that is mapped translates to its frame
          ---
          frame: 0x1000
          ...
        # between
        ok 2 - größe: a hash \# is text
        ok 3 - five levels # SKIP the processor has four
        ok 4

        """;

    /// <summary>A report with a failure, a panic and noise.</summary>
    public const string Broken = """
        TAP version 14
        ok 1 - first
        not ok 2 - second
          ---
          expected: 1
          found: 2
          ...
        noise
        ok 2 - again
        1..5
        ok 7 - late
        Bail out! panic: slot 272 is empty
        rax 0000
        """;

    public static TapReport Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static TapReport Read(params byte[][] pieces)
    {
        TapReader reader = new();
        foreach (byte[] piece in pieces)
        {
            reader.Feed(piece);
        }

        return reader.Finish();
    }

    /// <summary>Everything a report holds, so that two can be compared and a difference be read.</summary>
    public static string Describe(TapReport report)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"plan {report.Plan}; bail out {report.BailOut ?? "-"}\n");
        foreach (TapTest test in report.Tests)
        {
            text.Append(CultureInfo.InvariantCulture, $"{test.Outcome} {test} [{test.Reason}] {{{string.Join('|', test.Details)}}}\n");
        }

        text.AppendJoin('\n', report.Comments.Select(static line => $"comment {line}")).Append('\n');
        text.AppendJoin('\n', report.Unknown.Select(static line => $"unknown {line}")).Append('\n');
        text.AppendJoin('\n', report.Problems.Select(static line => $"problem {line}"));
        return text.ToString();
    }
}
