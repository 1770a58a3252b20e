using System.Runtime;
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

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

    // From here on: what the 32-bit JIT calls for operators on 64-bit numbers; ilc looks the names up. Assembly does the work.

    private static long MultiplyChecked(long left, long right)
    {
        ulong product = MultiplyChecked(Magnitude(left), Magnitude(right));
        bool negative = (left < 0) != (right < 0);
        if (product > (negative ? 1ul << 63 : long.MaxValue))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return unchecked(negative ? -(long)product : (long)product);
    }

    private static ulong MultiplyChecked(ulong left, ulong right)
    {
        if (BigMul(left, right, out ulong low) != 0)
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return low;
    }

    private static long DivInt64(long dividend, long divisor)
    {
        CheckDivision(dividend, divisor);
        return QuotientSigned(dividend, divisor);
    }

    private static long ModInt64(long dividend, long divisor)
    {
        CheckDivision(dividend, divisor);
        return RemainderSigned(dividend, divisor);
    }

    private static ulong DivUInt64(ulong dividend, ulong divisor)
    {
        CheckDivisor(divisor);
        return QuotientUnsigned(dividend, divisor);
    }

    private static ulong ModUInt64(ulong dividend, ulong divisor)
    {
        CheckDivisor(divisor);
        return RemainderUnsigned(dividend, divisor);
    }

    // ilc cannot tell while it scans whether a checked conversion is from a floating-point number. The kernel has none.

    private static int ConvertToInt32Checked(double value) => (int)ConvertToUInt64Checked(value);

    private static uint ConvertToUInt32Checked(double value) => (uint)ConvertToUInt64Checked(value);

    private static long ConvertToInt64Checked(double value) => (long)ConvertToUInt64Checked(value);

    private static ulong ConvertToUInt64Checked(double value)
    {
        ThrowHelpers.Fail("a floating-point number"u8);
        return 0;
    }

    private static ulong Magnitude(long value) => unchecked(value < 0 ? 0 - (ulong)value : (ulong)value);

    private static void CheckDivisor(ulong divisor)
    {
        if (divisor == 0)
        {
            ThrowHelpers.ThrowDivideByZeroException();
        }
    }

    private static void CheckDivision(long dividend, long divisor)
    {
        CheckDivisor(unchecked((ulong)divisor));
        if (divisor == -1 && dividend == long.MinValue)
        {
            ThrowHelpers.ThrowOverflowException();
        }
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "quotient_signed")]
    private static extern long QuotientSigned(long dividend, long divisor);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "remainder_signed")]
    private static extern long RemainderSigned(long dividend, long divisor);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "quotient_unsigned")]
    private static extern ulong QuotientUnsigned(ulong dividend, ulong divisor);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "remainder_unsigned")]
    private static extern ulong RemainderUnsigned(ulong dividend, ulong divisor);
}
