namespace System;

/// <summary>A unsigned integer of 8 bits.</summary>
public readonly struct Byte : IEquatable<byte>, IComparable<byte>
{
    /// <summary>The smallest value.</summary>
    public const byte MinValue = 0;

    /// <summary>The largest value.</summary>
    public const byte MaxValue = 255;

    private readonly byte _value;

    /// <inheritdoc/>
    public bool Equals(byte other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is byte value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(byte other) => _value < other ? -1 : _value > other ? 1 : 0;
}
