namespace System;

/// <summary>A binary floating-point number of 32 bits. The kernel calculates with none; the compiler knows the type.</summary>
public readonly struct Single : IEquatable<float>
{
    private readonly float _value;

    /// <inheritdoc/>
    public bool Equals(float other) => _value == other;
}
