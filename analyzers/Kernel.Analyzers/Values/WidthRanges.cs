using System.Collections.Immutable;
using System.Linq;
using System.Numerics;

namespace Kernel.Analyzers.Values;

/// <summary>The range of every width of integer, worked out once: nearly every question about a value begins with one of them.</summary>
internal static class WidthRanges
{
    private const int Widest = 64;

    private static readonly ImmutableArray<ValueRange> s_unsigned =
        [.. Enumerable.Range(0, Widest + 1).Select(bits => new ValueRange(BigInteger.Zero, (BigInteger.One << bits) - 1))];

    // An integer without bits is zero, with a sign or without.
    private static readonly ImmutableArray<ValueRange> s_signed =
        [s_unsigned[0], .. s_unsigned.Take(Widest).Select(magnitudes => new ValueRange(-magnitudes.Maximum - 1, magnitudes.Maximum))];

    /// <summary>All values of an integer with so many bits.</summary>
    /// <param name="bits">From 0 to 64.</param>
    public static ValueRange Of(int bits, bool isSigned) => isSigned ? s_signed[bits] : s_unsigned[bits];
}
