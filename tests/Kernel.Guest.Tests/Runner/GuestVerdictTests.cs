using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class GuestVerdictTests
{
    private const string Passing = "TAP version 14\n1..2\nok 1 - a\nok 2 - b\n";
    private const string Failing = "TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b\n";
    private const string Cut = "TAP version 14\n1..2\nok 1 - a\n";
    private const string Empty = "TAP version 14\n1..0\n";
    private const string BailedOut = "TAP version 14\nok 1 - a\nBail out! panic: slot 272 is empty\n";
    private const string Silent = "";

    [Theory]
    [InlineData(33, Passing, ExitCode.AllPassed)]
    [InlineData(33, Failing, ExitCode.TestFailed)]
    [InlineData(33, Cut, ExitCode.Incomplete)]
    [InlineData(33, Empty, ExitCode.Incomplete)]
    [InlineData(33, Silent, ExitCode.Incomplete)]
    [InlineData(33, BailedOut, ExitCode.GuestPanicked)]
    [InlineData(33, "TAP version 14\n1..1\nok 1 - a # SKIP why\n", ExitCode.Incomplete)]
    [InlineData(35, Failing, ExitCode.TestFailed)]
    [InlineData(35, Passing, ExitCode.Incomplete)]
    [InlineData(35, Cut, ExitCode.Incomplete)]
    [InlineData(37, BailedOut, ExitCode.GuestPanicked)]
    [InlineData(37, Passing, ExitCode.GuestPanicked)]
    [InlineData(37, Failing, ExitCode.GuestPanicked)]
    [InlineData(37, Silent, ExitCode.GuestPanicked)]
    [InlineData(0, Passing, ExitCode.GuestReset)]
    [InlineData(0, Cut, ExitCode.GuestReset)]
    [InlineData(0, Silent, ExitCode.GuestReset)]
    [InlineData(0, BailedOut, ExitCode.GuestPanicked)]
    [InlineData(1, Silent, ExitCode.NotStarted)]
    [InlineData(1, Passing, ExitCode.NotStarted)]
    [InlineData(137, Passing, ExitCode.NotStarted)]
    [InlineData(39, Passing, ExitCode.NotStarted)]
    [InlineData(null, Silent, ExitCode.NotStarted)]
    public void Status_and_report_together_decide(int? status, string text, ExitCode expected) =>
        Assert.Equal(expected, GuestVerdict.Of(new GuestEnd { Status = status }, TapText.Read(text)).ExitCode);

    [Fact]
    public void Nothing_but_the_success_status_with_a_complete_passing_report_is_accepted()
    {
        string[] reports = [Passing, Failing, Cut, Empty, BailedOut, Silent, TapText.Rich, TapText.Broken];
        List<(int Status, string Text)> accepted = [];
        for (int status = 0; status <= 255; status++)
        {
            accepted.AddRange(
                from text in reports
                where GuestVerdict.Of(new GuestEnd { Status = status }, TapText.Read(text)).ExitCode == ExitCode.AllPassed
                select (status, text));
        }

        Assert.Equal([(33, Passing), (33, TapText.Rich)], accepted);
    }

    [Theory]
    [InlineData(Passing, "after test 2 - b")]
    [InlineData(Silent, "before its first test")]
    public void A_passed_limit_outweighs_every_report(string text, string place)
    {
        GuestVerdict verdict = GuestVerdict.Of(new GuestEnd { PassedLimit = TimeSpan.FromSeconds(2.5) }, TapText.Read(text));

        Assert.Equal(ExitCode.TimedOut, verdict.ExitCode);
        Assert.Equal($"the guest did not end within 2.5 s; it hung {place}", verdict.Message);
        Assert.Contains("--timeout", verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passing_run_says_how_many()
    {
        Assert.Equal("2 passed, 0 failed", Judge(33, Passing).Message);
        Assert.Equal("3 passed, 0 failed, 1 skipped", Judge(33, TapText.Rich).Message);
    }

    [Fact]
    public void A_failing_run_names_the_tests_and_how_to_run_one()
    {
        GuestVerdict verdict = Judge(35, "TAP version 14\n1..3\nnot ok 1 - a\nok 2 - b\nnot ok 3 - c\n");

        Assert.Equal("1 passed, 2 failed: 1 - a; 3 - c", verdict.Message);
        Assert.Contains("--filter 'a'", verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panic_gives_the_guest_s_own_reason_and_the_place() =>
        Assert.Equal("the guest panicked after test 1 - a: panic: slot 272 is empty", Judge(37, BailedOut).Message);

    [Fact]
    public void A_panic_without_a_reason_says_so() =>
        Assert.Equal("the guest panicked before its first test: it gave no reason", Judge(37, Silent).Message);

    [Fact]
    public void A_reset_names_the_last_test() =>
        Assert.Equal("the guest reset the machine after test 1 - a, as a triple fault does", Judge(0, Cut).Message);

    [Fact]
    public void An_incomplete_report_names_every_problem()
    {
        GuestVerdict verdict = Judge(35, Cut);

        Assert.Contains("1 of 2 planned tests are missing, the first is 2", verdict.Message, StringComparison.Ordinal);
        Assert.Contains("the guest says that a test failed but reported none", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_quotes_QEMU()
    {
        GuestEnd end = new() { Status = 1, Errors = "qemu: Error loading uncompressed kernel" };
        GuestVerdict verdict = GuestVerdict.Of(end, TapText.Read(Silent));

        Assert.Equal("QEMU ended with status 1: qemu: Error loading uncompressed kernel", verdict.Message);
    }

    [Theory]
    [InlineData("qemu-system-x86_64: terminating on signal 15 from pid 1")]
    [InlineData("QEMU: Terminated via GDBstub")]
    public void An_end_from_outside_is_not_taken_for_a_reset(string errors)
    {
        GuestEnd end = new() { Status = 0, Errors = errors };

        Assert.Equal(ExitCode.NotStarted, GuestVerdict.Of(end, TapText.Read(Cut)).ExitCode);
    }

    [Fact]
    public void A_filter_that_fits_no_test_is_told_as_such()
    {
        GuestVerdict verdict = Judge(35, Empty);

        Assert.Equal("the guest ended without a complete report: the plan is empty: no test ran", verdict.Message);
        Assert.Contains("--filter", verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_failure_comes_with_advice()
    {
        IEnumerable<GuestVerdict> failures = new[] { 0, 1, 33, 35, 37 }
            .SelectMany(static status => new[] { Failing, Cut, Silent }.Select(text => Judge(status, text)))
            .Where(static verdict => verdict.ExitCode != ExitCode.AllPassed);

        Assert.All(failures, static verdict => Assert.NotEmpty(verdict.Advice));
    }

    private static GuestVerdict Judge(int status, string text) =>
        GuestVerdict.Of(new GuestEnd { Status = status }, TapText.Read(text));
}
