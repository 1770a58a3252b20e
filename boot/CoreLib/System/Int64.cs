namespace System;

/// <summary>A signed integer of 64 bits.</summary>
public readonly struct Int64 : IEquatable<long>, IComparable<long>
{
    /// <summary>The smallest value.</summary>
    public const long MinValue = -9223372036854775808L;

    /// <summary>The largest value.</summary>
    public const long MaxValue = 9223372036854775807L;

    private readonly long _value;

    /// <inheritdoc/>
    public bool Equals(long other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is long value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_value ^ (int)(_value >> 32));

    /// <inheritdoc/>
    public int CompareTo(long other) => _value < other ? -1 : _value > other ? 1 : 0;
}
