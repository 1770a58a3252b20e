using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Boot.Devices;
using Boot.Protocols;

namespace Boot.Guest;

/// <summary>Runs tests and reports them as TAP 14 on the serial line, the plan last.</summary>
internal static unsafe class Tap
{
    private static uint s_count;
    private static uint s_failed;

    // The addresses of literals, which lie in the image and never move: a static that holds references would need the managed heap.
    private static nint s_ending;
    private static nint s_reasonToSkip;

    private static ReadOnlySpan<char> Ending => TextAt(s_ending);

    private static ReadOnlySpan<char> ReasonToSkip => TextAt(s_reasonToSkip);

    /// <summary>Adds words to the description of each test from here on, because the same tests run more than once. Empty for none.</summary>
    public static void EndDescriptionsWith(string ending) => s_ending = Unsafe.As<string, nint>(ref ending);

    /// <summary>Reports each test from here on as skipped, because this machine can run none of them. Empty to run them again.</summary>
    public static void SkipAllBecause(string reason) => s_reasonToSkip = Unsafe.As<string, nint>(ref reason);

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

        if (!ReasonToSkip.IsEmpty)
        {
            Skip(description, default);
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

    /// <summary>Runs a test where the machine has what it is about, and reports it as skipped elsewhere.</summary>
    /// <param name="possible">Whether the machine has it.</param>
    /// <param name="description">A sentence that is true when the test passes.</param>
    /// <param name="test">Fails by what it tells <see cref="Check"/>.</param>
    /// <param name="reason">What the machine has not.</param>
    public static void TestIf(bool possible, string description, delegate*<void> test, ReadOnlySpan<byte> reason)
    {
        if (possible)
        {
            Test(description, test);
        }
        else
        {
            Skip(description, reason);
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
        SerialLine.Write(ReasonToSkip);
        SerialLine.WriteLine(ReasonToSkip.IsEmpty ? reason : ""u8);
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

    private static ReadOnlySpan<char> TextAt(nint literal) => literal == 0 ? default : Unsafe.As<nint, string>(ref literal);

    private static bool IsFilteredOut(string description)
    {
        if (!CommandLine.TryGet(Entry.Information.CommandLine, "filter"u8, out ReadOnlySpan<byte> filter))
        {
            return false;
        }

        ReadOnlySpan<char> ending = Ending;
        Span<char> whole = stackalloc char[description.Length + ending.Length];
        ((ReadOnlySpan<char>)description).CopyTo(whole);
        ending.CopyTo(whole.Slice(description.Length));
        return !CommandLine.Matches(whole, filter);
    }

    private static void Result(string description, bool passed)
    {
        s_count++;
        SerialLine.StartLine();
        SerialLine.Write(passed ? "ok "u8 : "not ok "u8);
        SerialLine.WriteDecimal(s_count);
        SerialLine.Write(" - "u8);
        SerialLine.Write(description);
        SerialLine.Write(Ending);
    }
}
