namespace System;

/// <summary>A UTF-16 code unit.</summary>
public readonly struct Char : IEquatable<char>, IComparable<char>
{
    /// <summary>The smallest code unit.</summary>
    public const char MinValue = '\0';

    /// <summary>The largest code unit.</summary>
    public const char MaxValue = '\uFFFF';

    private readonly char _value;

    /// <inheritdoc/>
    public bool Equals(char other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is char value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value;

    /// <inheritdoc/>
    public int CompareTo(char other) => _value - other;
}
