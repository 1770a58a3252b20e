namespace System;

/// <summary>A unsigned integer of 16 bits.</summary>
public readonly struct UInt16 : IEquatable<ushort>, IComparable<ushort>
{
    /// <summary>The smallest value.</summary>
    public const ushort MinValue = 0;

    /// <summary>The largest value.</summary>
    public const ushort MaxValue = 65535;

    private readonly ushort _value;

    /// <inheritdoc/>
    public bool Equals(ushort other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is ushort value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(ushort other) => _value < other ? -1 : _value > other ? 1 : 0;
}
