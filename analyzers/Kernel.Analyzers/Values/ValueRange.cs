using System.Numerics;

namespace Kernel.Analyzers.Values;

/// <summary>The integers from <see cref="Minimum"/> to <see cref="Maximum"/>, both included: all values that an expression can have.</summary>
public readonly struct ValueRange(BigInteger minimum, BigInteger maximum)
{
    public BigInteger Minimum { get; } = minimum;

    public BigInteger Maximum { get; } = maximum;

    /// <summary>Whether no value is below zero.</summary>
    public bool IsNonNegative => Minimum.Sign >= 0;

    /// <summary>Exactly one value.</summary>
    public static ValueRange Of(BigInteger value) => new(value, value);

    /// <summary>All values of an integer with this many bits, at most 64.</summary>
    public static ValueRange OfBits(int bits, bool isSigned) => WidthRanges.Of(bits, isSigned);

    /// <summary>Whether every value of this range is also in the other.</summary>
    public bool IsWithin(ValueRange other) => Minimum >= other.Minimum && Maximum <= other.Maximum;

    /// <summary>The values that are in one of the two, and those between.</summary>
    public ValueRange Union(ValueRange other) =>
        new(BigInteger.Min(Minimum, other.Minimum), BigInteger.Max(Maximum, other.Maximum));

    /// <summary>The values in both; this range where they share none (the code is then never reached).</summary>
    public ValueRange Intersect(ValueRange other)
    {
        BigInteger minimum = BigInteger.Max(Minimum, other.Minimum);
        BigInteger maximum = BigInteger.Min(Maximum, other.Maximum);
        return minimum <= maximum ? new(minimum, maximum) : this;
    }

    /// <summary>The smallest range from zero whose size is a power of two and that holds all bits of the two non-negative ranges.</summary>
    public static ValueRange OfBitsIn(ValueRange left, ValueRange right)
    {
        BigInteger limit = BigInteger.One;
        BigInteger greatest = BigInteger.Max(left.Maximum, right.Maximum);
        while (limit <= greatest)
        {
            limit <<= 1;
        }

        return new(BigInteger.Zero, limit - 1);
    }
}
