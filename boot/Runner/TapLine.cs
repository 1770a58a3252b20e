using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kernel.Runner;

/// <summary>What a line of TAP 14 is, judged by itself.</summary>
public enum TapLineKind
{
    /// <summary>Nothing that TAP knows, or an empty line.</summary>
    Unknown,

    /// <summary><c>TAP version 14</c>.</summary>
    Version,

    /// <summary><c>1..N</c>.</summary>
    Plan,

    /// <summary><c>ok</c> or <c>not ok</c>.</summary>
    Test,

    /// <summary><c># text</c>.</summary>
    Comment,

    /// <summary><c>Bail out! reason</c>.</summary>
    BailOut,

    /// <summary>A line of the details under a test; only the place of a line makes it one.</summary>
    Detail,
}

/// <summary>One line, taken apart.</summary>
/// <param name="Kind">What the line is.</param>
/// <param name="Text">The comment, reason, detail or description; the whole line when it is unknown.</param>
/// <param name="Number">The version, the plan's length or the test's number; -1 where the line gives none, or one too large to be
/// meant.</param>
/// <param name="Outcome">How the test ended, for a test line.</param>
/// <param name="Reason">Why the test was skipped or the plan is empty.</param>
public sealed partial record TapLine(
    TapLineKind Kind, string Text, int Number = -1, TapOutcome Outcome = TapOutcome.Passed, string Reason = "")
{
    private const string BailOutWord = "Bail out!";

    /// <summary>The test that the line reports or gives a detail of, once <see cref="TapReader"/> has placed it.</summary>
    public TapTest? Test { get; init; }

    /// <summary>Takes <paramref name="line"/> apart.</summary>
    public static TapLine Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string text = line.TrimEnd();
        if (text.StartsWith('#'))
        {
            return new TapLine(TapLineKind.Comment, text[1..].Trim());
        }

        if (text.StartsWith(BailOutWord, StringComparison.OrdinalIgnoreCase))
        {
            return new TapLine(TapLineKind.BailOut, text[BailOutWord.Length..].Trim());
        }

        if (VersionPattern().Match(text) is { Success: true } version)
        {
            return new TapLine(TapLineKind.Version, text, NumberIn(version.Groups["number"]));
        }

        if (PlanPattern().Match(text) is { Success: true } plan)
        {
            string reason = plan.Groups["reason"].Value.Trim();
            return new TapLine(TapLineKind.Plan, text, NumberIn(plan.Groups["number"]), Reason: reason);
        }

        return TestPattern().Match(text) is { Success: true } test ? Parse(test) : new TapLine(TapLineKind.Unknown, text);
    }

    private static TapLine Parse(Match test)
    {
        string description = test.Groups["description"].Value;
        string reason = "";
        bool skipped = false;
        if (SkipPattern().Match(description) is { Success: true } skip)
        {
            skipped = true;
            reason = Unescape(skip.Groups["reason"].Value.Trim());
            description = description[..skip.Index];
        }

        TapOutcome outcome = test.Groups["not"].Success ? TapOutcome.Failed : skipped ? TapOutcome.Skipped : TapOutcome.Passed;
        return new TapLine(TapLineKind.Test, Unescape(description.Trim()), NumberIn(test.Groups["number"]), outcome, reason);
    }

    private static int NumberIn(Group group) =>
        int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static string Unescape(string text) => EscapePattern().Replace(text, "$1");

    [GeneratedRegex(@"^TAP version (?<number>[0-9]+)$")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^1\.\.(?<number>[0-9]+)(?:\s+#\s*(?<reason>.*))?$")]
    private static partial Regex PlanPattern();

    [GeneratedRegex(@"^(?<not>not )?ok(?:\s+(?<number>[0-9]+))?(?:\s+-(?=\s|$))?(?:\s+(?<description>.*))?$")]
    private static partial Regex TestPattern();

    // A hash is text when a backslash stands before it.
    [GeneratedRegex(@"(?:^|\s)#\s*skip(?=\s|$)(?<reason>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex SkipPattern();

    [GeneratedRegex(@"\\([#\\])")]
    private static partial Regex EscapePattern();
}
