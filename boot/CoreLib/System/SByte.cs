namespace System;

/// <summary>A signed integer of 8 bits.</summary>
public readonly struct SByte : IEquatable<sbyte>, IComparable<sbyte>
{
    /// <summary>The smallest value.</summary>
    public const sbyte MinValue = -128;

    /// <summary>The largest value.</summary>
    public const sbyte MaxValue = 127;

    private readonly sbyte _value;

    /// <inheritdoc/>
    public bool Equals(sbyte other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is sbyte value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(sbyte other) => _value < other ? -1 : _value > other ? 1 : 0;
}
