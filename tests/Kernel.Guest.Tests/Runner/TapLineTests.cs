using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class TapLineTests
{
    [Theory]
    [InlineData("ok 1 - a page", 1, "a page")]
    [InlineData("ok 12 a page", 12, "a page")]
    [InlineData("ok 3", 3, "")]
    [InlineData("ok 3 -", 3, "")]
    [InlineData("ok", -1, "")]
    [InlineData("ok - a page", -1, "a page")]
    [InlineData("ok 4 - a-b - c", 4, "a-b - c")]
    [InlineData("ok 4 -1 is refused", 4, "-1 is refused")]
    [InlineData("ok 5 - trailing blanks  ", 5, "trailing blanks")]
    [InlineData(@"ok 6 - a hash \# is text", 6, "a hash # is text")]
    [InlineData(@"ok 6 - a backslash \\ too", 6, @"a backslash \ too")]
    [InlineData(@"ok 7 - not \# skip", 7, "not # skip")]
    [InlineData("ok 7 - room #5 is free", 7, "room #5 is free")]
    [InlineData("ok 8 - a # skipping-rope", 8, "a # skipping-rope")]
    [InlineData("ok 99999999999999999999 - too many", -1, "too many")]
    public void A_test_line_gives_its_number_and_description(string line, int number, string description)
    {
        TapLine parsed = TapLine.Parse(line);

        Assert.Equal((TapLineKind.Test, number, description), (parsed.Kind, parsed.Number, parsed.Text));
    }

    [Theory]
    [InlineData("ok 1 - a", TapOutcome.Passed, "")]
    [InlineData("not ok 1 - a", TapOutcome.Failed, "")]
    [InlineData("not ok", TapOutcome.Failed, "")]
    [InlineData("ok 1 - a # SKIP no LA57", TapOutcome.Skipped, "no LA57")]
    [InlineData("ok 1 - a # skip", TapOutcome.Skipped, "")]
    [InlineData("ok 1 - a #skip  no LA57", TapOutcome.Skipped, "no LA57")]
    [InlineData("ok 1 # SKIP no LA57", TapOutcome.Skipped, "no LA57")]
    [InlineData("not ok 1 - a # SKIP excuse", TapOutcome.Failed, "excuse")]
    public void A_test_line_gives_its_outcome(string line, TapOutcome outcome, string reason)
    {
        TapLine parsed = TapLine.Parse(line);

        Assert.Equal((TapLineKind.Test, outcome, reason), (parsed.Kind, parsed.Outcome, parsed.Reason));
    }

    [Theory]
    [InlineData("okay")]
    [InlineData("ok1 - no blank")]
    [InlineData("OK 1 - capitals")]
    [InlineData("not  ok 1 - two blanks")]
    [InlineData("notok 1")]
    [InlineData(" ok 1 - indented")]
    [InlineData("    ok 1 - of a subtest")]
    [InlineData("xok 1 - noise in front")]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("2..3")]
    [InlineData("1..")]
    [InlineData("1..x")]
    [InlineData("1..3 of them")]
    [InlineData("TAP version")]
    [InlineData("tap version 14")]
    [InlineData("TAP version 14 or so")]
    [InlineData("panic: bail out")]
    public void A_look_alike_is_unknown(string line) => Assert.Equal(TapLineKind.Unknown, TapLine.Parse(line).Kind);

    [Theory]
    [InlineData("TAP version 14", TapLineKind.Version, 14)]
    [InlineData("TAP version 13", TapLineKind.Version, 13)]
    [InlineData("1..74", TapLineKind.Plan, 74)]
    [InlineData("1..0", TapLineKind.Plan, 0)]
    [InlineData("1..2147483647", TapLineKind.Plan, int.MaxValue)]
    [InlineData("1..2147483648", TapLineKind.Plan, -1)]
    public void Version_and_plan_give_their_number(string line, TapLineKind kind, int number)
    {
        TapLine parsed = TapLine.Parse(line);

        Assert.Equal((kind, number), (parsed.Kind, parsed.Number));
    }

    [Fact]
    public void An_empty_plan_may_give_a_reason() => Assert.Equal("no disk", TapLine.Parse("1..0 # no disk").Reason);

    [Theory]
    [InlineData("# memory 0x0-0xfff usable", TapLineKind.Comment, "memory 0x0-0xfff usable")]
    [InlineData("#", TapLineKind.Comment, "")]
    [InlineData("Bail out! panic: slot 272 is empty", TapLineKind.BailOut, "panic: slot 272 is empty")]
    [InlineData("Bail out!", TapLineKind.BailOut, "")]
    [InlineData("bail OUT! said softly", TapLineKind.BailOut, "said softly")]
    public void Comment_and_bail_out_give_their_text(string line, TapLineKind kind, string text)
    {
        TapLine parsed = TapLine.Parse(line);

        Assert.Equal((kind, text), (parsed.Kind, parsed.Text));
    }
}
