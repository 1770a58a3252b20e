namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A place where a diagnostic is expected.</summary>
/// <param name="Span">File, start and end, counted from zero.</param>
/// <param name="Options">How the span is read.</param>
public readonly record struct DiagnosticLocation(FileLinePositionSpan Span, DiagnosticLocationOptions Options)
{
    /// <summary>Whether this place is where the markup span with the key in the start line is.</summary>
    internal bool IsMarkupKey => Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey);

    /// <summary>Whether <paramref name="actual"/> is this place.</summary>
    internal bool Matches(Location actual)
    {
        FileLinePositionSpan span = actual.GetLineSpan();
        return actual != Location.None
            && span.Path == Span.Path
            && span.StartLinePosition == Span.StartLinePosition
            && (Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) || span.EndLinePosition == Span.EndLinePosition);
    }
}
