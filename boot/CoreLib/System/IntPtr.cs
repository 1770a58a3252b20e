namespace System;

/// <summary>A signed integer as wide as a pointer: 32 or 64 bits.</summary>
public readonly struct IntPtr : IEquatable<nint>, IComparable<nint>
{
    private readonly nint _value;

    /// <summary>Zero, which is also the null pointer.</summary>
    public static nint Zero => 0;

    /// <summary>The width in bytes.</summary>
    public static unsafe int Size => sizeof(nint);

    /// <summary>The smallest value.</summary>
    public static nint MinValue => ~MaxValue;

    /// <summary>The largest value.</summary>
    public static nint MaxValue => unchecked((nint)(nuint.MaxValue >> 1));

    /// <inheritdoc/>
    public bool Equals(nint other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is nint value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)(ulong)_value ^ (int)((ulong)_value >> 32));

    /// <inheritdoc/>
    public int CompareTo(nint other) => _value < other ? -1 : _value > other ? 1 : 0;
}
