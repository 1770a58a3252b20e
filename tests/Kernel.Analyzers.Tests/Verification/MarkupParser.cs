using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A source with its markup taken out.</summary>
/// <param name="Code">The code.</param>
/// <param name="Positions">Where <c>$$</c> stood.</param>
/// <param name="Spans">What stood between <c>[|</c> and <c>|]</c>.</param>
/// <param name="NamedSpans">What stood between <c>{|name:</c> and <c>|}</c>.</param>
internal sealed record MarkedCode(
    string Code,
    ImmutableArray<int> Positions,
    ImmutableArray<TextSpan> Spans,
    ImmutableArray<(string Name, TextSpan Span)> NamedSpans);

/// <summary>Reads the markup of test sources. Spans may nest and overlap; an end closes the innermost open span of its kind.</summary>
internal sealed class MarkupParser
{
    private readonly string _text;
    private readonly bool _positionsAreCode;
    private readonly StringBuilder _code = new();
    private readonly ImmutableArray<int>.Builder _positions = ImmutableArray.CreateBuilder<int>();
    private readonly ImmutableArray<TextSpan>.Builder _spans = ImmutableArray.CreateBuilder<TextSpan>();
    private readonly ImmutableArray<(string, TextSpan)>.Builder _namedSpans = ImmutableArray.CreateBuilder<(string, TextSpan)>();
    private readonly Stack<int> _open = new();
    private readonly Stack<(string Name, int Start)> _openNamed = new();
    private int _next;

    private MarkupParser(string text, MarkupOptions options)
    {
        _text = text;
        _positionsAreCode = options.HasFlag(MarkupOptions.TreatPositionIndicatorsAsCode);
    }

    /// <summary>Takes the markup out of <paramref name="text"/>.</summary>
    /// <exception cref="InvalidOperationException">A span is not closed, not opened, or has no name.</exception>
    public static MarkedCode Parse(string text, MarkupOptions options) => new MarkupParser(text, options).Parse();

    private MarkedCode Parse()
    {
        while (_next < _text.Length)
        {
            if (!_positionsAreCode && Take("$$"))
            {
                _positions.Add(_code.Length);
            }
            else if (Take("[|"))
            {
                _open.Push(_code.Length);
            }
            else if (Take("{|"))
            {
                _openNamed.Push((TakeName(), _code.Length));
            }
            else if (Take("|]"))
            {
                Require(_open.Count > 0, "'|]' closes no '[|'");
                _spans.Add(TextSpan.FromBounds(_open.Pop(), _code.Length));
            }
            else if (Take("|}"))
            {
                Require(_openNamed.Count > 0, "'|}' closes no '{|name:'");
                (string name, int start) = _openNamed.Pop();
                _namedSpans.Add((name, TextSpan.FromBounds(start, _code.Length)));
            }
            else
            {
                _code.Append(_text[_next++]);
            }
        }

        Require(_open.Count == 0, "'[|' is never closed");
        Require(_openNamed.Count == 0, "'{|name:' is never closed");
        return new MarkedCode(_code.ToString(), _positions.ToImmutable(), _spans.ToImmutable(), _namedSpans.ToImmutable());
    }

    private bool Take(string mark)
    {
        if (string.CompareOrdinal(_text, _next, mark, 0, mark.Length) != 0)
        {
            return false;
        }

        _next += mark.Length;
        return true;
    }

    private string TakeName()
    {
        int start = _next;
        while (_next < _text.Length && (char.IsLetterOrDigit(_text[_next]) || _text[_next] is '#' or '_' or '-' or '.' or '+'))
        {
            _next++;
        }

        string name = _text[start.._next];
        Require(name.Length > 0 && Take(":"), "'{|' is not followed by a name and ':'");
        return name;
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Markup: {problem}, at character {_next} of:{Environment.NewLine}{_text}");
        }
    }
}
