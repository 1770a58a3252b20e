using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Pairs expected with actual diagnostics, each with exactly one.</summary>
internal sealed class DiagnosticMatching
{
    private readonly ImmutableArray<DiagnosticResult> _expected;
    private readonly ImmutableArray<Diagnostic> _actual;
    private readonly int[] _expectationOf;

    private DiagnosticMatching(ImmutableArray<DiagnosticResult> expected, ImmutableArray<Diagnostic> actual)
    {
        _expected = expected;
        _actual = actual;
        _expectationOf = new int[actual.Length];
        Array.Fill(_expectationOf, -1);
    }

    /// <summary>Fails unless there is a pairing in which every pair agrees.</summary>
    public static void Verify(ImmutableArray<DiagnosticResult> expected, ImmutableArray<Diagnostic> actual, IVerifier verifier)
    {
        DiagnosticMatching matching = new(expected, actual);
        if (expected.Length != actual.Length)
        {
            verifier.Fail($"Expected {expected.Length} diagnostics, but there are {actual.Length}.{matching.Listing()}");
        }

        // An expectation may leave things open and so fit several diagnostics: an augmenting path moves earlier pairs over.
        for (int i = 0; i < expected.Length; i++)
        {
            if (!matching.Place(i, new bool[actual.Length]))
            {
                verifier.Fail($"Expected: {expected[i]}{Environment.NewLine}{matching.Closest(expected[i])}{matching.Listing()}");
            }
        }
    }

    private bool Place(int expectation, bool[] tried)
    {
        for (int i = 0; i < _actual.Length; i++)
        {
            if (tried[i] || Difference(_expected[expectation], _actual[i]) is not null)
            {
                continue;
            }

            tried[i] = true;
            if (_expectationOf[i] < 0 || Place(_expectationOf[i], tried))
            {
                _expectationOf[i] = expectation;
                return true;
            }
        }

        return false;
    }

    private string Closest(DiagnosticResult expected)
    {
        // Differences are found in a fixed order; the later the first one, the closer the diagnostic.
        (Diagnostic actual, (int Rank, string What)? difference) = _actual
            .Where((_, index) => _expectationOf[index] < 0)
            .Select(diagnostic => (diagnostic, Difference(expected, diagnostic)))
            .MaxBy(pair => pair.Item2?.Rank ?? int.MaxValue);
        return $"Closest:  {Describe(actual)}{Environment.NewLine}Differs:  {difference?.What ?? "paired with another expectation"}";
    }

    private static (int Rank, string What)? Difference(DiagnosticResult expected, Diagnostic actual)
    {
        if (expected.Id != actual.Id)
        {
            return (0, "ID");
        }

        if (!expected.HasLocation)
        {
            return actual.Location == Location.None ? DifferenceInText(expected, actual) : (1, "no location was expected");
        }

        if (!expected.Spans[0].Matches(actual.Location))
        {
            return (expected.Spans[0].Span.Path == actual.Location.GetLineSpan().Path ? 2 : 1, "location");
        }

        if (!expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
        {
            if (actual.AdditionalLocations.Count != expected.Spans.Length - 1)
            {
                return (3, $"number of additional locations: {expected.Spans.Length - 1} expected, {actual.AdditionalLocations.Count} found");
            }

            for (int i = 1; i < expected.Spans.Length; i++)
            {
                if (!expected.Spans[i].Matches(actual.AdditionalLocations[i - 1]))
                {
                    return (4, $"additional location {i}");
                }
            }
        }

        return DifferenceInText(expected, actual);
    }

    private static (int Rank, string What)? DifferenceInText(DiagnosticResult expected, Diagnostic actual)
    {
        if (!expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) && expected.Severity != actual.Severity)
        {
            return (5, "severity");
        }

        return expected.MessageMatches(actual) ? null : (6, "message");
    }

    private string Listing()
    {
        StringBuilder text = new();
        text.AppendLine().AppendLine().Append("Expected diagnostics:").AppendLine();
        foreach (DiagnosticResult expected in _expected)
        {
            text.Append("    ").Append(expected.ToString()).AppendLine();
        }

        text.Append("Actual diagnostics:").AppendLine();
        foreach (Diagnostic actual in _actual)
        {
            text.Append("    ").Append(Describe(actual)).AppendLine();
        }

        return text.ToString();
    }

    private static string Describe(Diagnostic diagnostic)
    {
        string also = string.Concat(diagnostic.AdditionalLocations.Select(location => $" also {Describe(location)}"));
        string severity = diagnostic.Severity.ToString().ToLowerInvariant();
        return $"{Describe(diagnostic.Location)}{also}: {severity} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }

    private static string Describe(Location location)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return location == Location.None ? "no location" : $"{span.Path}({span.StartLinePosition})-({span.EndLinePosition})";
    }
}
