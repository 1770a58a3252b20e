using System;
using System.Diagnostics.CodeAnalysis;
using Boot.Devices;
using Boot.Protocols;

namespace Boot.Guest;

/// <summary>Runs tests and reports them as TAP 14 on the serial line, the plan last.</summary>
internal static unsafe class Tap
{
    private static uint s_count;
    private static uint s_failed;

    /// <summary>Begins the report.</summary>
    public static void Begin() => SerialLine.WriteLine("TAP version 14"u8);

    /// <summary>Runs a test and reports it, if the command line's filter lets it.</summary>
    /// <param name="description">A sentence that is true when the test passes.</param>
    /// <param name="test">Fails by what it tells <see cref="Check"/>.</param>
    public static void Test(string description, delegate*<void> test)
    {
        if (IsFilteredOut(description))
        {
            return;
        }

        Check.Start();
        test();
        Result(description, Check.Passed);
        SerialLine.WriteLine(""u8);
        if (!Check.Passed)
        {
            s_failed++;
            Check.PrintFailures();
        }
    }

    /// <summary>Reports a test that this machine cannot run.</summary>
    public static void Skip(string description, ReadOnlySpan<byte> reason)
    {
        if (IsFilteredOut(description))
        {
            return;
        }

        Result(description, true);
        SerialLine.Write(" # SKIP "u8);
        SerialLine.WriteLine(reason);
    }

    /// <summary>Prints the plan and ends the guest, telling the host whether every test passed. No test at all is a failure.</summary>
    [DoesNotReturn]
    public static void End()
    {
        SerialLine.Write("1.."u8);
        SerialLine.WriteDecimal(s_count);
        SerialLine.WriteLine(""u8);
        DebugExit.Exit(s_failed == 0 && s_count != 0 ? ExitStatus.Passed : ExitStatus.Failed);
    }

    private static bool IsFilteredOut(string description) =>
        CommandLine.TryGet(Entry.Information.CommandLine, "filter"u8, out ReadOnlySpan<byte> filter)
        && !CommandLine.Matches(description, filter);

    private static void Result(string description, bool passed)
    {
        s_count++;
        SerialLine.StartLine();
        SerialLine.Write(passed ? "ok "u8 : "not ok "u8);
        SerialLine.WriteDecimal(s_count);
        SerialLine.Write(" - "u8);
        SerialLine.Write(description);
    }
}
