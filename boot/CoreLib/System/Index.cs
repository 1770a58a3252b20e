namespace System;

/// <summary>A position counted from the start, or from the end as <c>^1</c>.</summary>
public readonly struct Index
{
    // The complement of the position when it counts from the end.
    private readonly int _value;

    /// <summary>A position.</summary>
    public Index(int value, bool fromEnd = false) => _value = fromEnd ? ~value : value;

    /// <summary>The first position.</summary>
    public static Index Start => new(0);

    /// <summary>The position after the last.</summary>
    public static Index End => new(0, true);

    /// <summary>The position in a sequence of <paramref name="length"/>.</summary>
    public int GetOffset(int length) => _value < 0 ? _value + length + 1 : _value;

    /// <summary>A position from the start.</summary>
    public static implicit operator Index(int value) => new(value);
}

/// <summary>From one position up to, without, another.</summary>
public readonly struct Range(Index start, Index end)
{
    /// <summary>The first position inside.</summary>
    public Index Start { get; } = start;

    /// <summary>The first position after.</summary>
    public Index End { get; } = end;

    /// <summary>Everything from a position on.</summary>
    public static Range StartAt(Index start) => new(start, Index.End);

    /// <summary>Everything before a position.</summary>
    public static Range EndAt(Index end) => new(Index.Start, end);

    /// <summary>Everything.</summary>
    public static Range All => new(Index.Start, Index.End);
}
