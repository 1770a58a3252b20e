namespace System;

/// <summary>A signed integer of 16 bits.</summary>
public readonly struct Int16 : IEquatable<short>, IComparable<short>
{
    /// <summary>The smallest value.</summary>
    public const short MinValue = -32768;

    /// <summary>The largest value.</summary>
    public const short MaxValue = 32767;

    private readonly short _value;

    /// <inheritdoc/>
    public bool Equals(short other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is short value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(short other) => _value < other ? -1 : _value > other ? 1 : 0;
}
