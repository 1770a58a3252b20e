namespace System;

/// <summary>An unsigned integer as wide as a pointer: 32 or 64 bits.</summary>
public readonly struct UIntPtr : IEquatable<nuint>, IComparable<nuint>
{
    private readonly nuint _value;

    /// <summary>Zero, which is also the null pointer.</summary>
    public static nuint Zero => 0;

    /// <summary>The width in bytes.</summary>
    public static unsafe int Size => sizeof(nuint);

    /// <summary>The smallest value.</summary>
    public static nuint MinValue => 0;

    /// <summary>The largest value.</summary>
    public static nuint MaxValue => ~(nuint)0;

    /// <inheritdoc/>
    public bool Equals(nuint other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is nuint value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)(ulong)_value ^ (int)((ulong)_value >> 32));

    /// <inheritdoc/>
    public int CompareTo(nuint other) => _value < other ? -1 : _value > other ? 1 : 0;
}
