using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>What the compiler says under <c>-reportanalyzer</c>.</summary>
internal sealed partial class AnalyzerReport
{
    private AnalyzerReport(double seconds, IReadOnlyList<(string Analyzer, double Seconds)> analyzers, int findings, int failures)
    {
        Seconds = seconds;
        Analyzers = analyzers;
        Findings = findings;
        Failures = failures;
    }

    /// <summary>How long all analyzers took together.</summary>
    public double Seconds { get; }

    /// <summary>How long each took, the slowest first.</summary>
    public IReadOnlyList<(string Analyzer, double Seconds)> Analyzers { get; }

    /// <summary>How often a rule of this repository reported something.</summary>
    public int Findings { get; }

    /// <summary>How often an analyzer threw.</summary>
    public int Failures { get; }

    /// <summary>Reads what the compiler wrote.</summary>
    public static AnalyzerReport Read(string output)
    {
        Match total = Total().Match(output);
        if (!total.Success || output.Contains(": error CS", StringComparison.Ordinal))
        {
            throw new ProgramFailedException(output);
        }

        List<(string, double)> analyzers =
        [
            .. Line().Matches(output).Select(static line => (line.Groups["name"].Value, NumberIn(line.Groups["seconds"].Value))).OrderByDescending(static line => line.Item2),
        ];
        return new AnalyzerReport(NumberIn(total.Groups["seconds"].Value), analyzers, Finding().Count(output), Failure().Count(output));
    }

    private static double NumberIn(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Total analyzer execution time: (?<seconds>[\d.]+) seconds")]
    private static partial Regex Total();

    [GeneratedRegex(@"^\s+(?<seconds>\d+\.\d+)\s+<?\d+\s+(?<name>\S+ \([^)]*\))", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@": (error|warning) KMEM\d{3}:")]
    private static partial Regex Finding();

    [GeneratedRegex(@"AD0001")]
    private static partial Regex Failure();
}
