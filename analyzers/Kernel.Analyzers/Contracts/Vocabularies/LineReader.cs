using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>Reads one line of a vocabulary from left to right.</summary>
internal sealed class LineReader(string line, int start)
{
    private int _at;

    /// <summary>Whether nothing is left but a comment.</summary>
    public bool IsAtEnd => Next is '\0' or '#';

    private char Next
    {
        get
        {
            while (_at < line.Length && char.IsWhiteSpace(line[_at]))
            {
                _at++;
            }

            return _at < line.Length ? line[_at] : '\0';
        }
    }

    /// <summary>From the next sign to the end of the line.</summary>
    public TextSpan Rest => Next == '\0' ? TextSpan.FromBounds(start, start + line.TrimEnd().Length) : SpanFrom(_at, line.TrimEnd().Length);

    /// <summary>Everything up to the next blank; empty at the end of the line. The number sign of a constructor is part of it.</summary>
    public string TakeUntilBlank(out TextSpan span)
    {
        int from = Next == '\0' ? line.Length : _at;
        while (_at < line.Length && !char.IsWhiteSpace(line[_at]))
        {
            _at++;
        }

        span = SpanFrom(from, _at);
        return line.Substring(from, _at - from);
    }

    /// <summary>A name, a number or a truth value; empty where something else stands.</summary>
    public string TakeWord(out TextSpan span)
    {
        int from = Next == '\0' ? line.Length : _at;
        while (_at < line.Length && (char.IsLetterOrDigit(line[_at]) || line[_at] is '_' or '.'))
        {
            _at++;
        }

        span = SpanFrom(from, _at);
        return line.Substring(from, _at - from);
    }

    /// <summary>A text between quotation marks, without them; null where none stands or it does not end.</summary>
    public string? TakeText()
    {
        if (Next != '"' || line.IndexOf('"', _at + 1) is var end && end < 0)
        {
            return null;
        }

        string text = line.Substring(_at + 1, end - _at - 1);
        _at = end + 1;
        return text;
    }

    /// <summary>Whether the sign stood there and was read.</summary>
    public bool Take(char sign)
    {
        if (Next != sign)
        {
            return false;
        }

        _at++;
        return true;
    }

    private TextSpan SpanFrom(int from, int to) => TextSpan.FromBounds(start + from, start + to);
}
