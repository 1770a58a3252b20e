using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class TapReaderTests
{
    [Fact]
    public void A_rich_report_is_complete_and_passing()
    {
        TapReport report = TapText.Read(TapText.Rich);

        Assert.Empty(report.Problems);
        Assert.True(report.IsCompleteAndPassing);
        Assert.Equal((3, 1, 4), (report.Passed, report.Skipped, report.Plan));
        Assert.Equal(["frame: 0x1000"], report.Tests[0].Details);
        Assert.Equal("größe: a hash # is text", report.Tests[1].Description);
        Assert.Equal("the processor has four", report.Tests[2].Reason);
        Assert.Equal(["memory 0x0000000000000000-0x000000000009fbff usable", "between"], report.Comments);
        Assert.Equal(["SeaBIOS (version 1.16)"], report.Unknown);
    }

    [Fact]
    public void The_plan_may_close_the_report() =>
        Assert.True(Lines("TAP version 14", "ok 1 - a", "ok 2 - b", "1..2").IsCompleteAndPassing);

    [Fact]
    public void Carriage_returns_do_not_matter() =>
        Assert.True(TapText.Read("TAP version 14\r\n1..1\r\nok 1 - a\r\n").IsCompleteAndPassing);

    [Fact]
    public void Order_does_not_matter() =>
        Assert.True(Lines("TAP version 14", "1..2", "ok 2 - b", "ok 1 - a").IsCompleteAndPassing);

    [Theory]
    [InlineData("no line \"TAP version 14\"", "1..0 # none")]
    [InlineData("\"TAP version 13\" where version 14 was expected", "TAP version 13", "1..1", "ok 1 - a")]
    [InlineData("the version line appears twice: the guest started over", "TAP version 14", "1..1", "TAP version 14", "ok 1 - a")]
    [InlineData("no plan; 1 tests were reported", "TAP version 14", "ok 1 - a")]
    [InlineData("no plan; 0 tests were reported", "TAP version 14")]
    [InlineData("the plan is empty: no test ran", "TAP version 14", "1..0")]
    [InlineData("a second plan, 1..1", "TAP version 14", "1..1", "ok 1 - a", "1..1")]
    [InlineData("a plan that cannot be meant, 1..99999999999", "TAP version 14", "1..99999999999", "ok 1 - a")]
    [InlineData("test 2 - b after the plan that closed the report", "TAP version 14", "ok 1 - a", "1..2", "ok 2 - b")]
    [InlineData("test 1 is reported twice", "TAP version 14", "1..2", "ok 1 - a", "ok 1 - a", "ok 2 - b")]
    [InlineData("2 of 4 planned tests are missing, the first is 2", "TAP version 14", "1..4", "ok 1 - a", "ok 4 - d")]
    [InlineData("1 of 1 planned tests are missing, the first is 1", "TAP version 14", "1..1")]
    [InlineData("2147483646 of 2147483647 planned tests are missing, the first is 2", "TAP version 14", "1..2147483647", "ok 1 - a")]
    [InlineData("test 3 is outside the plan 1..2", "TAP version 14", "1..2", "ok 1 - a", "ok 2 - b", "ok 3 - c")]
    [InlineData("test 0 is outside the plan 1..1", "TAP version 14", "1..1", "ok 0 - a", "ok 1 - a")]
    [InlineData("test 1 - a before the version line", "ok 1 - a", "TAP version 14", "1..1")]
    [InlineData("test 1 - a carries no number of its own", "TAP version 14", "1..1", "ok - a")]
    [InlineData("the details of test 1 - a have no end", "TAP version 14", "1..1", "ok 1 - a", "  ---", "  more: to come")]
    [InlineData("the details of test 1 - a have no end", "TAP version 14", "1..2", "ok 1 - a", "  ---", "  cut: short", "ok 2 - b")]
    public void What_is_wrong_with_a_report_is_named(string problem, params string[] lines)
    {
        TapReport report = Lines(lines);

        Assert.Contains(problem, report.Problems);
        Assert.False(report.IsCompleteAndPassing);
    }

    [Fact]
    public void An_unfinished_last_line_counts_for_nothing()
    {
        TapReport report = TapText.Read("TAP version 14\n1..12\nok 1");

        Assert.Contains("the output ends in the middle of a line: \"ok 1\"", report.Problems);
        Assert.Empty(report.Tests);
    }

    [Fact]
    public void A_test_after_details_without_an_end_still_counts()
    {
        TapReport report = Lines("TAP version 14", "1..2", "ok 1 - a", "  ---", "  cut: short", "not ok 2 - b");

        Assert.Equal("2 - b", Assert.Single(report.Failures).ToString());
        Assert.Equal(["cut: short"], report.Tests[0].Details);
    }

    [Fact]
    public void Inside_details_nothing_else_is_recognised()
    {
        string[] details = ["  ---", "  ok 2 - no test", "", "  # no comment", "  ..."];
        TapReport report = Lines(["TAP version 14", "1..1", "not ok 1 - a", .. details]);

        Assert.Equal(["ok 2 - no test", "", "# no comment"], Assert.Single(report.Tests).Details);
        Assert.Empty(report.Comments);
        Assert.Empty(report.Problems);
    }

    [Fact]
    public void Details_belong_to_the_line_directly_above()
    {
        TapReport report = Lines("TAP version 14", "1..1", "ok 1 - a", "# between", "  ---", "  key: value", "  ...");

        Assert.Empty(report.Tests[0].Details);
        Assert.Equal(["  ---", "  key: value", "  ..."], report.Unknown);
    }

    [Fact]
    public void The_first_bail_out_is_kept_and_prevents_a_pass()
    {
        TapReport report = Lines("TAP version 14", "1..1", "ok 1 - a", "Bail out! first", "Bail out! second");

        Assert.Equal("first", report.BailOut);
        Assert.False(report.IsCompleteAndPassing);
    }

    [Fact]
    public void Only_skipped_tests_are_no_pass() =>
        Assert.False(Lines("TAP version 14", "1..1", "ok 1 - a # SKIP why").IsCompleteAndPassing);

    [Fact]
    public void Noise_is_kept_up_to_a_limit()
    {
        TapReport report = Lines([.. Enumerable.Range(0, 1000).Select(static number => $"noise {number}")]);

        Assert.Equal(200, report.Unknown.Count);
        Assert.Equal("noise 999", report.Unknown[^1]);
    }

    [Fact]
    public void Each_line_is_seen_as_soon_as_it_ends()
    {
        List<TapLine> seen = [];
        TapReader reader = new(seen.Add);

        reader.Feed("TAP version 14\n1..2\nok 1 - fir"u8);
        Assert.Equal([TapLineKind.Version, TapLineKind.Plan], seen.Select(static line => line.Kind));
        reader.Feed("st\n"u8);
        Assert.Equal("1 - first", seen[^1].Test!.ToString());
        reader.Feed("  ---\n  key: value\n"u8);
        Assert.Equal((TapLineKind.Detail, "key: value", seen[2].Test), (seen[^1].Kind, seen[^1].Text, seen[^1].Test));
    }

    [Fact]
    public void A_finished_report_takes_no_more()
    {
        TapReader reader = new();
        reader.Finish();

        Assert.Throws<ObjectDisposedException>(() => reader.Feed("ok 1\n"u8.ToArray()));
        Assert.Throws<ObjectDisposedException>(() => reader.Finish());
    }

    private static TapReport Lines(params string[] lines) =>
        TapText.Read(string.Concat(lines.Select(static line => line + "\n")));
}
