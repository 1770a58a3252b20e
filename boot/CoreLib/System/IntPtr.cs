namespace System;

/// <summary>A signed integer as wide as a pointer: 64 bits here.</summary>
public readonly struct IntPtr : IEquatable<nint>, IComparable<nint>
{
    private readonly nint _value;

    /// <summary>Zero, which is also the null pointer.</summary>
    public static nint Zero => 0;

    /// <summary>The width in bytes.</summary>
    public static int Size => 8;

    /// <summary>The smallest value.</summary>
    public static nint MinValue => unchecked((nint)(-9223372036854775808L));

    /// <summary>The largest value.</summary>
    public static nint MaxValue => unchecked((nint)9223372036854775807L);

    /// <inheritdoc/>
    public bool Equals(nint other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is nint value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)(ulong)_value ^ (int)((ulong)_value >> 32));

    /// <inheritdoc/>
    public int CompareTo(nint other) => _value < other ? -1 : _value > other ? 1 : 0;
}
