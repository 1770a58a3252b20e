using System.Runtime.CompilerServices;

namespace System.Numerics;

/// <summary>Counting and finding bits. Written out, since the oldest x86-64 has neither POPCNT nor LZCNT; the JIT puts an instruction where it may.</summary>
public static class BitOperations
{
    // A de Bruijn sequence of 64 bits: each of its 6-bit windows occurs once, so the window names the bit.
    private const ulong Sequence = 0x03F79D71B4CA8B09;

    private static ReadOnlySpan<byte> BitOfWindow =>
    [
        0, 1, 56, 2, 57, 49, 28, 3, 61, 58, 42, 50, 38, 29, 17, 4,
        62, 47, 59, 36, 45, 43, 51, 22, 53, 39, 33, 30, 24, 18, 12, 5,
        63, 55, 48, 27, 60, 41, 37, 16, 46, 35, 44, 21, 52, 32, 23, 11,
        54, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9, 13, 8, 7, 6,
    ];

    /// <summary>Whether exactly one bit is set.</summary>
    public static bool IsPow2(uint value) => (value & (value - 1)) == 0 && value != 0;

    /// <summary>Whether exactly one bit is set.</summary>
    public static bool IsPow2(ulong value) => (value & (value - 1)) == 0 && value != 0;

    /// <summary>Whether the value is positive and exactly one bit is set.</summary>
    public static bool IsPow2(int value) => (value & (value - 1)) == 0 && value > 0;

    /// <summary>Whether the value is positive and exactly one bit is set.</summary>
    public static bool IsPow2(long value) => (value & (value - 1)) == 0 && value > 0;

    /// <summary>The number of zero bits above the highest set bit; 64 for zero.</summary>
    [Intrinsic]
    public static int LeadingZeroCount(ulong value) => value == 0 ? 64 : 63 - Log2(value);

    /// <summary>The number of zero bits above the highest set bit; 32 for zero.</summary>
    [Intrinsic]
    public static int LeadingZeroCount(uint value) => value == 0 ? 32 : 31 - Log2(value);

    /// <summary>The number of zero bits below the lowest set bit; 64 for zero.</summary>
    [Intrinsic]
    public static int TrailingZeroCount(ulong value) =>
        value == 0 ? 64 : BitOfWindow[(int)(unchecked((value & (0 - value)) * Sequence) >> 58)];

    /// <summary>The number of zero bits below the lowest set bit; 32 for zero.</summary>
    [Intrinsic]
    public static int TrailingZeroCount(uint value) => value == 0 ? 32 : TrailingZeroCount((ulong)value);

    /// <summary>The number of zero bits below the lowest set bit; 32 for zero.</summary>
    [Intrinsic]
    public static int TrailingZeroCount(int value) => TrailingZeroCount(unchecked((uint)value));

    /// <summary>The number of zero bits below the lowest set bit; 64 for zero.</summary>
    [Intrinsic]
    public static int TrailingZeroCount(long value) => TrailingZeroCount(unchecked((ulong)value));

    /// <summary>The position of the highest set bit; 0 for zero.</summary>
    [Intrinsic]
    public static int Log2(ulong value)
    {
        value |= value >> 1;
        value |= value >> 2;
        value |= value >> 4;
        value |= value >> 8;
        value |= value >> 16;
        value |= value >> 32;

        // Every bit below the highest is set by now: one more, halved, is the highest alone.
        ulong highest = value - (value >> 1);
        return highest == 0 ? 0 : BitOfWindow[(int)(unchecked(highest * Sequence) >> 58)];
    }

    /// <summary>The position of the highest set bit; 0 for zero.</summary>
    [Intrinsic]
    public static int Log2(uint value) => Log2((ulong)value);

    /// <summary>The number of set bits.</summary>
    [Intrinsic]
    public static int PopCount(ulong value)
    {
        unchecked
        {
            value -= (value >> 1) & 0x5555555555555555;
            value = (value & 0x3333333333333333) + ((value >> 2) & 0x3333333333333333);
            value = (value + (value >> 4)) & 0x0F0F0F0F0F0F0F0F;
            return (int)((value * 0x0101010101010101) >> 56);
        }
    }

    /// <summary>The number of set bits.</summary>
    [Intrinsic]
    public static int PopCount(uint value) => PopCount((ulong)value);

    /// <summary>The smallest power of two that is not smaller; 0 when it does not fit, and for zero.</summary>
    public static uint RoundUpToPowerOf2(uint value)
    {
        ulong rounded = RoundUpToPowerOf2((ulong)value);
        return rounded > uint.MaxValue ? 0 : (uint)rounded;
    }

    /// <summary>The smallest power of two that is not smaller; 0 when it does not fit, and for zero.</summary>
    public static ulong RoundUpToPowerOf2(ulong value)
    {
        if (value <= 1)
        {
            return value;
        }

        int bits = Log2(value - 1) + 1;
        return bits == 64 ? 0 : 1ul << bits;
    }

    /// <summary>The bits moved up, those pushed out coming back below.</summary>
    public static ulong RotateLeft(ulong value, int offset) => (value << offset) | (value >> (64 - offset));

    /// <summary>The bits moved up, those pushed out coming back below.</summary>
    public static uint RotateLeft(uint value, int offset) => (value << offset) | (value >> (32 - offset));

    /// <summary>The bits moved down, those pushed out coming back above.</summary>
    public static ulong RotateRight(ulong value, int offset) => (value >> offset) | (value << (64 - offset));

    /// <summary>The bits moved down, those pushed out coming back above.</summary>
    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));
}
