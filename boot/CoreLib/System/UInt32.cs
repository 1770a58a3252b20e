namespace System;

/// <summary>A unsigned integer of 32 bits.</summary>
public readonly struct UInt32 : IEquatable<uint>, IComparable<uint>
{
    /// <summary>The smallest value.</summary>
    public const uint MinValue = 0u;

    /// <summary>The largest value.</summary>
    public const uint MaxValue = 4294967295u;

    private readonly uint _value;

    /// <inheritdoc/>
    public bool Equals(uint other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is uint value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_value);

    /// <inheritdoc/>
    public int CompareTo(uint other) => _value < other ? -1 : _value > other ? 1 : 0;
}
