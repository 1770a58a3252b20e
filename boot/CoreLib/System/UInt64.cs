namespace System;

/// <summary>A unsigned integer of 64 bits.</summary>
public readonly struct UInt64 : IEquatable<ulong>, IComparable<ulong>
{
    /// <summary>The smallest value.</summary>
    public const ulong MinValue = 0ul;

    /// <summary>The largest value.</summary>
    public const ulong MaxValue = 18446744073709551615ul;

    private readonly ulong _value;

    /// <inheritdoc/>
    public bool Equals(ulong other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is ulong value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_value ^ (int)(_value >> 32));

    /// <inheritdoc/>
    public int CompareTo(ulong other) => _value < other ? -1 : _value > other ? 1 : 0;
}
