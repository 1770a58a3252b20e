namespace System;

/// <summary>A binary floating-point number of 64 bits. The kernel calculates with none; the compiler knows the type.</summary>
public readonly struct Double : IEquatable<double>
{
    private readonly double _value;

    /// <inheritdoc/>
    public bool Equals(double other) => _value == other;
}
