using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Kernel.Mutants.Tests;

/// <summary>How a build ended.</summary>
internal sealed partial record BuildResult(int ExitCode, string Output)
{
    /// <summary>The IDs of all errors and warnings, each once.</summary>
    public IReadOnlyList<string> Findings { get; } =
        [.. Finding().Matches(Output).Select(match => match.Groups["id"].Value).Distinct().Order()];

    [GeneratedRegex(@": (error|warning) (?<id>[A-Z]+[0-9]+)\b")]
    private static partial Regex Finding();
}
