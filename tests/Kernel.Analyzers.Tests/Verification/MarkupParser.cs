using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A source with its markup taken out.</summary>
/// <param name="Code">The code.</param>
/// <param name="Positions">Where <c>$$</c> stood.</param>
/// <param name="Spans">What was marked, by name; the name is empty for <c>[|x|]</c>.</param>
internal sealed record MarkedCode(string Code, ImmutableArray<int> Positions, ImmutableArray<(string Name, TextSpan Span)> Spans);

/// <summary>Reads the markup of test sources.</summary>
/// <remarks>
/// Spans nest: an end closes the innermost open span, which has to be of its kind. A numbered span may overlap others when its
/// end bears its number too: <c>{|#0:x |#0}</c>.
/// </remarks>
internal sealed class MarkupParser
{
    private readonly string _text;
    private readonly bool _positionsAreCode;
    private readonly StringBuilder _code = new();
    private readonly ImmutableArray<int>.Builder _positions = ImmutableArray.CreateBuilder<int>();
    private readonly ImmutableArray<(string, TextSpan)>.Builder _spans = ImmutableArray.CreateBuilder<(string, TextSpan)>();
    private readonly List<(string Name, int Start)> _open = [];
    private int _next;

    private MarkupParser(string text, MarkupOptions options)
    {
        _text = text;
        _positionsAreCode = options.HasFlag(MarkupOptions.TreatPositionIndicatorsAsCode);
    }

    /// <summary>Takes the markup out of <paramref name="text"/>.</summary>
    /// <exception cref="ArgumentException">A span is not closed, not opened, crosses another one, or has no name.</exception>
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
                _open.Add((string.Empty, _code.Length));
            }
            else if (Take("{|"))
            {
                string name = TakeName();
                Require(name.Length > 0 && Take(":"), "'{|' is not followed by a name and ':'");
                _open.Add((name, _code.Length));
            }
            else if (Take("|]"))
            {
                Close(_open.Count - 1, "|]", name => name.Length == 0);
            }
            else if (Take("|}"))
            {
                Close(_open.Count - 1, "|}", name => name.Length > 0);
            }
            else if (Take("|#"))
            {
                string name = "#" + TakeName();
                Require(Take("}"), $"'|{name}' is not followed by '}}'");
                Close(_open.FindLastIndex(span => span.Name == name), $"|{name}}}", _ => true);
            }
            else
            {
                _code.Append(_text[_next++]);
            }
        }

        Require(_open.Count == 0, $"'{Start(_open)}' is never closed");
        return new MarkedCode(_code.ToString(), _positions.ToImmutable(), _spans.ToImmutable());
    }

    private static string Start(List<(string Name, int Start)> open) => open is [.., { Name.Length: > 0 } last] ? $"{{|{last.Name}:" : "[|";

    private void Close(int index, string end, Predicate<string> isOfItsKind)
    {
        Require(index >= 0, $"'{end}' closes nothing");
        (string name, int start) = _open[index];
        Require(isOfItsKind(name), $"'{end}' does not close '{Start(_open)}'");
        _open.RemoveAt(index);
        _spans.Add((name, TextSpan.FromBounds(start, _code.Length)));
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

        return _text[start.._next];
    }

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new ArgumentException($"Markup: {problem}, at character {_next} of:{Environment.NewLine}{_text}");
        }
    }
}
