namespace System;

/// <summary>A signed integer of 32 bits.</summary>
public readonly struct Int32 : IEquatable<int>, IComparable<int>
{
    /// <summary>The smallest value.</summary>
    public const int MinValue = -2147483648;

    /// <summary>The largest value.</summary>
    public const int MaxValue = 2147483647;

    private readonly int _value;

    /// <inheritdoc/>
    public bool Equals(int other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is int value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(int other) => _value < other ? -1 : _value > other ? 1 : 0;
}
