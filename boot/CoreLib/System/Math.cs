using System.Runtime.CompilerServices;

namespace System;

/// <summary>The smaller, the larger, and the high half of a product.</summary>
public static class Math
{
    /// <summary>The smaller of two.</summary>
    public static int Min(int left, int right) => left < right ? left : right;

    /// <summary>The smaller of two.</summary>
    public static uint Min(uint left, uint right) => left < right ? left : right;

    /// <summary>The smaller of two.</summary>
    public static long Min(long left, long right) => left < right ? left : right;

    /// <summary>The smaller of two.</summary>
    public static ulong Min(ulong left, ulong right) => left < right ? left : right;

    /// <summary>The smaller of two.</summary>
    public static nuint Min(nuint left, nuint right) => left < right ? left : right;

    /// <summary>The larger of two.</summary>
    public static int Max(int left, int right) => left > right ? left : right;

    /// <summary>The larger of two.</summary>
    public static uint Max(uint left, uint right) => left > right ? left : right;

    /// <summary>The larger of two.</summary>
    public static long Max(long left, long right) => left > right ? left : right;

    /// <summary>The larger of two.</summary>
    public static ulong Max(ulong left, ulong right) => left > right ? left : right;

    /// <summary>The larger of two.</summary>
    public static nuint Max(nuint left, nuint right) => left > right ? left : right;

    /// <summary>The 128-bit product: its high half is the result, its low half <paramref name="low"/>.</summary>
    public static ulong BigMul(ulong left, ulong right, out ulong low)
    {
        uint leftLow = unchecked((uint)left);
        uint leftHigh = (uint)(left >> 32);
        uint rightLow = unchecked((uint)right);
        uint rightHigh = (uint)(right >> 32);

        ulong lowLow = (ulong)leftLow * rightLow;
        ulong middle = ((ulong)leftHigh * rightLow) + (lowLow >> 32);
        ulong carry = ((ulong)leftLow * rightHigh) + unchecked((uint)middle);

        low = unchecked(left * right);
        return ((ulong)leftHigh * rightHigh) + (middle >> 32) + (carry >> 32);
    }
}
