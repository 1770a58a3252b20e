using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kernel.Mutants.Tests;

/// <summary>One edit that breaks an invariant of the kernel, and the rules that have to notice.</summary>
/// <remarks>
/// Written as a file:
/// <code>
/// title: what the edit does
/// rule: KMEM101
/// file: kernel/PhysicalMemory/PageTableFrame.cs
/// --- find
/// the lines to replace, which stand in the file exactly once
/// --- replace
/// the lines that replace them
/// --- end
/// </code>
/// With no lines to replace it makes the file, which is not there otherwise.
/// </remarks>
public sealed record Mutant(string Title, IReadOnlyList<string> Rules, string File, string Find, string Replacement)
{
    private const string FindMark = "--- find\n";
    private const string ReplaceMark = "--- replace\n";
    private const string EndMark = "--- end\n";

    /// <summary>Whether the edit is of what the kernel boots with rather than of the kernel itself.</summary>
    public bool IsOfBoot => File.StartsWith("boot/", StringComparison.Ordinal);

    /// <summary>Whether the edit is a file that is not there otherwise.</summary>
    public bool MakesFile => Find.Length == 0;

    /// <summary>Reads a mutant.</summary>
    /// <exception cref="FormatException">The text is not a mutant.</exception>
    public static Mutant Parse(string text)
    {
        int find = Position(text, FindMark, 0);
        int replace = Position(text, ReplaceMark, find);
        int end = Position(text, EndMark, replace);
        Dictionary<string, string> header = text[..find]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? throw new FormatException($"'{parts[0]}' has no value."));
        Mutant mutant = new(
            Value(header, "title"),
            Value(header, "rule").Split(", "),
            Value(header, "file"),
            text[(find + FindMark.Length)..replace],
            text[(replace + ReplaceMark.Length)..end]);
        return mutant.Find != mutant.Replacement
            ? mutant
            : throw new FormatException($"'{mutant.Title}' changes nothing.");
    }

    /// <summary>The text of the file after the edit.</summary>
    /// <param name="text">The text before it; null where there is no file.</param>
    /// <exception cref="InvalidOperationException">
    /// The lines to replace do not stand in the text exactly once, or the file to make is there: the mutant is out of date.
    /// </exception>
    public string ApplyTo(string? text)
    {
        if (MakesFile || text is null)
        {
            return MakesFile && text is null
                ? Replacement
                : throw new InvalidOperationException($"'{Title}' is out of date: {File} is {(MakesFile ? "there already" : "not there")}.");
        }

        int first = text.IndexOf(Find, StringComparison.Ordinal);
        if (first < 0 || text.IndexOf(Find, first + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException(
                $"'{Title}' is out of date: its lines stand in {File} {(first < 0 ? "nowhere" : "more than once")}:\n{Find}");
        }

        return string.Concat(text.AsSpan(0, first), Replacement, text.AsSpan(first + Find.Length));
    }

    private static string Value(Dictionary<string, string> header, string key) =>
        header.TryGetValue(key, out string? value) && value.Length > 0 ? value : throw new FormatException($"'{key}' is missing.");

    private static int Position(string text, string mark, int from)
    {
        int position = text.IndexOf(mark, from, StringComparison.Ordinal);
        return position >= 0 && (position == 0 || text[position - 1] == '\n')
            ? position
            : throw new FormatException($"The line '{mark.TrimEnd()}' is missing.");
    }
}
