using System.Runtime.CompilerServices;
using System.Threading;

namespace Boot.Guest;

/// <summary>Operators on 64-bit numbers, each with the digest of its results over an <see cref="OperandSequence"/>.</summary>
/// <remarks>
/// On a 32-bit target each is a call of an assembly routine, or several instructions. The digests were computed on the host,
/// where each is one instruction; a test there computes them anew.
/// </remarks>
internal static unsafe class WideOperations
{
    private static ulong s_cell;

    /// <summary>The low 64 bits of the product.</summary>
    public static WideOperation Product => new(&Multiply, 0x5F17_7E57);

    /// <summary>The product of unsigned numbers that overflows nowhere, by a multiplication that would notice.</summary>
    public static WideOperation CheckedProduct => new(&MultiplyChecked, 0x77BF_1F5E);

    /// <summary>The product of signed numbers that overflows nowhere, by a multiplication that would notice.</summary>
    public static WideOperation CheckedSignedProduct => new(&MultiplySignedChecked, 0x51DE_3ECE);

    /// <summary>The unsigned quotient.</summary>
    public static WideOperation Quotient => new(&Divide, 0xC663_38F6);

    /// <summary>The unsigned remainder.</summary>
    public static WideOperation Remainder => new(&Modulo, 0x1F5E_9641);

    /// <summary>The signed quotient.</summary>
    public static WideOperation SignedQuotient => new(&DivideSigned, 0x5487_7F80);

    /// <summary>The signed remainder.</summary>
    public static WideOperation SignedRemainder => new(&ModuloSigned, 0x2DF4_C523);

    /// <summary>The number moved up by any count.</summary>
    public static WideOperation ShiftUp => new(&Up, 0xD55E_C70E);

    /// <summary>The number moved down by any count, zeros following.</summary>
    public static WideOperation ShiftDown => new(&Down, 0x14CE_B9B4);

    /// <summary>The number moved down by any count, its sign following.</summary>
    public static WideOperation ShiftDownSigned => new(&DownSigned, 0x1312_02CD);

    /// <summary>What a location holds after an indivisible addition, and the sum that the addition answered.</summary>
    public static WideOperation InterlockedSum => new(&AddInterlocked, 0x2FC6_1CD6);

    /// <summary>What a location holds after a compare-and-exchange that every other time expects something else.</summary>
    public static WideOperation InterlockedExchange => new(&ExchangeInterlocked, 0x700D_1FF2);

    /// <summary>What is read from a location after it was written, both in one piece.</summary>
    public static WideOperation VolatileCell => new(&WriteAndRead, 0xC917_1AB3);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Multiply(ulong left, ulong right) => unchecked(left * right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong MultiplyChecked(ulong left, ulong right) => checked((left >> 20) * (right & 0xF_FFFF));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong MultiplySignedChecked(ulong left, ulong right)
    {
        long wide = unchecked((long)left) >> 20;
        long narrow = unchecked((long)right) >> 45;
        return unchecked((ulong)checked(wide * narrow));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Divide(ulong left, ulong right) => left / (right == 0 ? 3 : right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Modulo(ulong left, ulong right) => left % (right == 0 ? 3 : right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong DivideSigned(ulong left, ulong right) => unchecked((ulong)((long)left / Divisor(left, right)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong ModuloSigned(ulong left, ulong right) => unchecked((ulong)((long)left % Divisor(left, right)));

    // Neither 0 nor the one number by which the smallest cannot be divided.
    private static long Divisor(ulong left, ulong right) =>
        right == 0 || (right == ulong.MaxValue && left == 1ul << 63) ? -3 : unchecked((long)right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Up(ulong left, ulong right) => left << unchecked((int)right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Down(ulong left, ulong right) => left >> unchecked((int)right);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong DownSigned(ulong left, ulong right) => unchecked((ulong)((long)left >> (int)right));

    private static ulong AddInterlocked(ulong left, ulong right)
    {
        s_cell = left;
        ulong sum = Interlocked.Add(ref s_cell, right);
        return sum ^ (s_cell << 1);
    }

    private static ulong ExchangeInterlocked(ulong left, ulong right)
    {
        s_cell = left;
        ulong found = Interlocked.CompareExchange(ref s_cell, right, (right & 1) == 0 ? left : ~left);
        return found ^ (s_cell << 1);
    }

    private static ulong WriteAndRead(ulong left, ulong right)
    {
        s_cell = left;
        Volatile.Write(ref s_cell, right);
        return Volatile.Read(ref s_cell);
    }
}
