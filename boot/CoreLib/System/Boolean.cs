namespace System;

/// <summary>True or false.</summary>
public readonly struct Boolean : IEquatable<bool>
{
    private readonly bool _value;

    /// <inheritdoc/>
    public bool Equals(bool other) => _value == other;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is bool value && _value == value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value ? 1 : 0;
}
