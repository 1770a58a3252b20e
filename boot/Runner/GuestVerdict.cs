using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>What a run amounts to: a pure function of how QEMU ended and what the guest had reported by then.</summary>
/// <param name="ExitCode">The kind of end.</param>
/// <param name="Message">What was wrong, in one sentence; for a passing run, what passed.</param>
/// <param name="Advice">What to do about it; empty for a passing run.</param>
public sealed record GuestVerdict(ExitCode ExitCode, string Message, string Advice)
{
    /// <summary>
    /// Judges a run. It passed only with the guest's own success status together with a complete plan of which no test failed;
    /// every other combination is some kind of failure.
    /// </summary>
    public static GuestVerdict Of(GuestEnd end, TapReport report)
    {
        ArgumentNullException.ThrowIfNull(end);
        ArgumentNullException.ThrowIfNull(report);
        if (end.PassedLimit is { } limit)
        {
            return TimedOut(limit, report);
        }

        if (end.Status == GuestExit.Panicked || report.BailOut is not null)
        {
            return Panicked(report);
        }

        return end.Status switch
        {
            GuestExit.Passed or GuestExit.Failed => Finished(end, report),
            // "terminating on signal 15", "Terminated via GDBstub": ended from outside, not by the guest.
            0 when end.Errors.Contains("terminat", StringComparison.OrdinalIgnoreCase) => NotStarted(end),
            0 => Reset(report),
            _ => NotStarted(end),
        };
    }

    private static GuestVerdict Finished(GuestEnd end, TapReport report)
    {
        if (report.Failures.ToList() is { Count: > 0 } failures)
        {
            return Failed(failures, report);
        }

        if (end.Status == GuestExit.Passed && report.IsCompleteAndPassing)
        {
            string skipped = report.Skipped == 0 ? "" : $", {report.Skipped} skipped";
            return new GuestVerdict(ExitCode.AllPassed, $"{report.Passed} passed, 0 failed{skipped}", "");
        }

        List<string> reasons = [.. report.Problems];
        if (end.Status == GuestExit.Failed && report.Tests.Count > 0)
        {
            reasons.Add("the guest says that a test failed but reported none");
        }

        if (reasons.Count == 0)
        {
            reasons.Add("every test was skipped");
        }

        return new GuestVerdict(
            ExitCode.Incomplete,
            $"the guest ended without a complete report: {string.Join("; ", reasons)}",
            "with --filter, check that a test's description contains the text; otherwise read what --serial FILE has kept");
    }

    private static GuestVerdict Failed(List<TapTest> failures, TapReport report)
    {
        string summary = $"{report.Passed} passed, {failures.Count} failed: {string.Join("; ", failures)}";
        string advice = $"run one alone with --filter '{failures[0].Description}', step through it with --gdb";
        return new GuestVerdict(ExitCode.TestFailed, summary, advice);
    }

    private static GuestVerdict Panicked(TapReport report)
    {
        string reason = report.BailOut is { Length: > 0 } text ? text : "it gave no reason";
        return new GuestVerdict(
            ExitCode.GuestPanicked,
            $"the guest panicked {After(report)}: {reason}",
            "the report on the serial line (--serial FILE) names the place; --gdb stops before the first instruction");
    }

    private static GuestVerdict Reset(TapReport report) => new(
        ExitCode.GuestReset,
        $"the guest reset the machine {After(report)}, as a triple fault does",
        "an exception met no handler that could run: look at the descriptor tables and the stacks with --gdb");

    private static GuestVerdict TimedOut(TimeSpan limit, TapReport report) => new(
        ExitCode.TimedOut,
        $"the guest did not end within {limit.TotalSeconds:0.###} s; it hung {After(report)}",
        "raise --timeout if the machine is only slow; otherwise attach with --gdb and see where it stands");

    private static GuestVerdict NotStarted(GuestEnd end)
    {
        string status = end.Status is { } number
            ? $"QEMU ended with status {number}"
            : "QEMU did not start";
        return new GuestVerdict(
            ExitCode.NotStarted,
            end.Errors.Length > 0 ? $"{status}: {end.Errors}" : $"{status} and said nothing",
            "QEMU says what it refuses; an image that is not whole or for the other --arch is made anew by boot/run.sh");
    }

    private static string After(TapReport report)
    {
        if (report.Tests.Count == 0)
        {
            return "before its first test";
        }

        return $"after test {report.Tests[^1]}";
    }
}
