using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic that a test expects. The first location is where it is reported, further ones are its additional locations.</summary>
public readonly struct DiagnosticResult
{
    private readonly ImmutableArray<DiagnosticLocation> _spans;

    /// <summary>Expects a diagnostic by ID; its message is not compared unless more is said.</summary>
    public DiagnosticResult(string id, DiagnosticSeverity severity)
    {
        Id = id;
        Severity = severity;
    }

    /// <summary>Expects a diagnostic of a rule, with the rule's severity and message.</summary>
    public DiagnosticResult(DiagnosticDescriptor descriptor)
    {
        Id = descriptor.Id;
        Severity = descriptor.DefaultSeverity;
        MessageFormat = descriptor.MessageFormat;
    }

    /// <summary>The ID.</summary>
    public string Id { get; }

    /// <summary>The effective severity.</summary>
    public DiagnosticSeverity Severity { get; private init; }

    /// <summary>The rule's message, to be formatted with <see cref="MessageArguments"/>; null when the message is not compared or given in full.</summary>
    public LocalizableString? MessageFormat { get; private init; }

    /// <summary>What fills the message; null when not given.</summary>
    public object[]? MessageArguments { get; private init; }

    /// <summary>The message in full, or the formatted one; null when it is not compared.</summary>
    public string? Message
    {
        get => field ?? (MessageFormat is null ? null : Format(MessageFormat, MessageArguments));
        private init;
    }

    /// <summary>What is left open.</summary>
    public DiagnosticOptions Options { get; private init; }

    /// <summary>Where it is reported, then the additional locations.</summary>
    public ImmutableArray<DiagnosticLocation> Spans
    {
        get => _spans.IsDefault ? [] : _spans;
        private init => _spans = value;
    }

    /// <summary>Whether a location is expected.</summary>
    public bool HasLocation => !Spans.IsEmpty;

    /// <summary>Expects an error of the compiler.</summary>
    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);

    /// <summary>Expects a warning of the compiler.</summary>
    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);

    /// <summary>The same with another severity.</summary>
    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => this with { Severity = severity };

    /// <summary>The same with these arguments of the message.</summary>
    public DiagnosticResult WithArguments(params object[] arguments) => this with { MessageArguments = arguments };

    /// <summary>The same with this message in full; with null the message is not compared.</summary>
    public DiagnosticResult WithMessage(string? message) => this with { Message = message, MessageFormat = null };

    /// <summary>The same with another message to be formatted.</summary>
    public DiagnosticResult WithMessageFormat(LocalizableString messageFormat) => this with { MessageFormat = messageFormat };

    /// <summary>The same with these things left open.</summary>
    public DiagnosticResult WithOptions(DiagnosticOptions options) => this with { Options = options };

    /// <summary>The same without any location.</summary>
    public DiagnosticResult WithNoLocation() => this with { Spans = [] };

    /// <summary>Adds the place of the markup span <c>{|#n:x|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey) => WithLocation(markupKey, DiagnosticLocationOptions.None);

    /// <summary>Adds the place of the markup span <c>{|#n:x|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey, DiagnosticLocationOptions options) =>
        With(new FileLinePositionSpan(string.Empty, new LinePosition(markupKey, 0), new LinePosition(markupKey, 0)),
            options | DiagnosticLocationOptions.InterpretAsMarkupKey);

    /// <summary>Adds a start in the first source, counted from one; the end is not compared.</summary>
    public DiagnosticResult WithLocation(int line, int column) => WithLocation(string.Empty, line, column);

    /// <summary>Adds a start in a file, counted from one; the end is not compared.</summary>
    public DiagnosticResult WithLocation(string path, int line, int column) => WithLocation(path, new LinePosition(line - 1, column - 1));

    /// <summary>Adds a start in a file, counted from zero; the end is not compared.</summary>
    public DiagnosticResult WithLocation(string path, LinePosition location) =>
        With(new FileLinePositionSpan(path, location, location), DiagnosticLocationOptions.IgnoreLength);

    /// <summary>Adds a span in the first source, counted from one.</summary>
    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan(string.Empty, startLine, startColumn, endLine, endColumn);

    /// <summary>Adds a span in a file, counted from one.</summary>
    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn) =>
        WithSpan(new FileLinePositionSpan(path, new LinePosition(startLine - 1, startColumn - 1), new LinePosition(endLine - 1, endColumn - 1)));

    /// <summary>Adds a span, counted from zero.</summary>
    public DiagnosticResult WithSpan(FileLinePositionSpan span) => With(span, DiagnosticLocationOptions.None);

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (DiagnosticLocation location in Spans)
        {
            string end = location.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) ? string.Empty : $"-({location.Span.EndLinePosition})";
            text.Append(text.Length == 0 ? string.Empty : " also ");
            text.Append(CultureInfo.InvariantCulture, $"{location.Span.Path}({location.Span.StartLinePosition}){end}");
        }

        text.Append(HasLocation ? string.Empty : "no location");
        text.Append(Options.HasFlag(DiagnosticOptions.IgnoreSeverity) ? ":" : $": {Severity.ToString().ToLowerInvariant()}");
        return text.Append($" {Id}: {Message ?? "(any message)"}").ToString();
    }

    /// <summary>The same with every markup key replaced by its place and every path that was left out by <paramref name="defaultPath"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no markup span with such a key.</exception>
    internal DiagnosticResult Resolve(string defaultPath, IReadOnlyDictionary<int, FileLinePositionSpan> markup) =>
        this with { Spans = [.. Spans.Select(location => Resolve(location, defaultPath, markup))] };

    /// <summary>The same some lines further down, in files for which <paramref name="moves"/> holds.</summary>
    internal DiagnosticResult MovedBy(int lines, Func<string, bool> moves) => this with
    {
        Spans = [.. Spans.Select(location => moves(location.Span.Path) ? location with { Span = Moved(location.Span, lines) } : location)],
    };

    /// <summary>Whether the message of <paramref name="actual"/> is the expected one.</summary>
    internal bool MessageMatches(Diagnostic actual)
    {
        // Without a message of our own, arguments are put into the message of the rule that reported.
        string? expected = Message ?? (MessageArguments is null ? null : Format(actual.Descriptor.MessageFormat, MessageArguments));
        return expected is null || expected == actual.GetMessage(CultureInfo.InvariantCulture);
    }

    private DiagnosticResult With(FileLinePositionSpan span, DiagnosticLocationOptions options) =>
        this with { Spans = Spans.Add(new DiagnosticLocation(span, options)) };

    private static DiagnosticLocation Resolve(
        DiagnosticLocation location, string defaultPath, IReadOnlyDictionary<int, FileLinePositionSpan> markup)
    {
        if (location.IsMarkupKey)
        {
            int key = location.Span.StartLinePosition.Line;
            return markup.TryGetValue(key, out FileLinePositionSpan span)
                ? new DiagnosticLocation(span, location.Options & ~DiagnosticLocationOptions.InterpretAsMarkupKey)
                : throw new InvalidOperationException($"No source has a markup span {{|#{key}:…|}}.");
        }

        return location.Span.Path.Length > 0
            ? location
            : location with { Span = new FileLinePositionSpan(defaultPath, location.Span.Span) };
    }

    private static FileLinePositionSpan Moved(FileLinePositionSpan span, int lines) => new(
        span.Path,
        new LinePosition(span.StartLinePosition.Line + lines, span.StartLinePosition.Character),
        new LinePosition(span.EndLinePosition.Line + lines, span.EndLinePosition.Character));

    private static string Format(LocalizableString format, object[]? arguments)
    {
        string text = format.ToString(CultureInfo.InvariantCulture);
        try
        {
            return string.Format(CultureInfo.InvariantCulture, text, arguments ?? []);
        }
        catch (FormatException)
        {
            // Too few arguments: the bare format never equals the message of a real report.
            return text;
        }
    }
}
