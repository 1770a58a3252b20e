using System.Collections.Generic;

namespace Kernel.Runner;

/// <summary>How one test ended.</summary>
public enum TapOutcome
{
    /// <summary><c>ok</c>.</summary>
    Passed,

    /// <summary><c>not ok</c>, whatever excuse follows it.</summary>
    Failed,

    /// <summary><c>ok … # SKIP reason</c>.</summary>
    Skipped,
}

/// <summary>One test line and the block of details under it.</summary>
public sealed class TapTest(int number, string description, TapOutcome outcome, string reason)
{
    private readonly List<string> _details = [];

    /// <summary>The number in the plan, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>What was tested, as a sentence.</summary>
    public string Description { get; } = description;

    /// <summary>How it ended.</summary>
    public TapOutcome Outcome { get; } = outcome;

    /// <summary>Why it was skipped; otherwise empty.</summary>
    public string Reason { get; } = reason;

    /// <summary>The lines between <c>---</c> and <c>...</c>, without the two columns of indentation.</summary>
    public IReadOnlyList<string> Details => _details;

    /// <inheritdoc/>
    public override string ToString() => $"{Number} - {Description}";

    internal void Add(string detail) => _details.Add(detail);
}
