using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>What a guest has reported, as far as it has been read.</summary>
public sealed record TapReport
{
    /// <summary>The number of tests that the guest planned; null before it said so.</summary>
    public int? Plan { get; init; }

    /// <summary>The tests in the order of their lines.</summary>
    public IReadOnlyList<TapTest> Tests { get; init; } = [];

    /// <summary>The comment lines, without their hash.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>The last lines that are no TAP. A harness passes them over, so they decide nothing.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Why the guest gave up, or null.</summary>
    public string? BailOut { get; init; }

    /// <summary>What is wrong with the report itself; with any entry here the report proves nothing.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>How many tests passed.</summary>
    public int Passed => Tests.Count(static test => test.Outcome == TapOutcome.Passed);

    /// <summary>How many tests were skipped.</summary>
    public int Skipped => Tests.Count(static test => test.Outcome == TapOutcome.Skipped);

    /// <summary>The tests that failed.</summary>
    public IEnumerable<TapTest> Failures => Tests.Where(static test => test.Outcome == TapOutcome.Failed);

    /// <summary>Whether every planned test was reported exactly once, at least one ran, and none failed.</summary>
    public bool IsCompleteAndPassing => Problems.Count == 0 && BailOut is null && Plan is > 0 && Passed > 0 && !Failures.Any();
}
