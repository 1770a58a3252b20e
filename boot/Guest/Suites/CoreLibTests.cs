using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Boot.Guest;

/// <summary>The core library and the code that the native compiler makes of it.</summary>
internal static unsafe class CoreLibTests
{
    // Laid out while the image is built; nothing would run a constructor here.
    private static readonly Pair s_pair = new(0x7777_0000_1111, 11);

    // What a compiler cannot see through, so that it has to make the code under test.
    private static ulong s_opaque;
    private static int s_opaqueInt;

    private static ReadOnlySpan<int> Numbers => [3, 1, 4, 1, 5, 9, 2, 6];

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a static struct is laid out while the image is built", &StaticsAreLaidOut);
        Tap.Test("a literal of numbers lies in the image with its elements", &LiteralsLieInTheImage);
        Tap.Test("64-bit multiplication and division keep all bits", &LongArithmetic);
        Tap.Test("the 128-bit product of two 64-bit numbers is exact", &WideProduct);
        Tap.Test("shifts move across the middle of 64 bits", &LongShifts);
        Tap.Test("bits are counted as written out by hand", &CountingBits);
        Tap.Test("a power of two is recognised and rounded up to", &PowersOfTwo);
        Tap.Test("rotation brings back what it pushes out", &Rotation);
        Tap.Test("a string literal has its characters and its length", &StringLiterals);
        Tap.Test("strings are equal by their characters", &StringEquality);
        Tap.Test("a UTF-8 literal has its bytes", &Utf8Literals);
        Tap.Test("a slice begins and ends where it was told", &Slicing);
        Tap.Test("a copy between overlapping spans keeps every element", &OverlappingCopy);
        Tap.Test("a copy into a span too short copies nothing", &ShortCopy);
        Tap.Test("fill and clear touch every element and no other", &FillAndClear);
        Tap.Test("a search in a span finds the first match or none", &Searching);
        Tap.Test("an inline array is as large as its elements and keeps them", &InlineArrays);
        Tap.Test("compare-exchange stores only over the expected value", &CompareExchange);
        Tap.Test("interlocked addition returns the sum in 32 and 64 bits", &InterlockedAddition);
        Tap.Test("a volatile write is what a volatile read sees", &VolatileAccess);
        Tap.Test("a static abstract member is the type argument's own", &StaticAbstractMembers);
        Tap.Test("a function pointer calls what it was taken from", &FunctionPointers);
        Tap.Test("a ref field refers to the variable it was given", &RefFields);
        Tap.Test("a nullable knows whether it has a value", &Nullables);
        Tap.Test("a struct of sixteen bytes survives copies through SSE registers", &StructCopies);
    }

    private static void StaticsAreLaidOut()
    {
        Check.Equal(0x7777_0000_1111ul, s_pair.First, "first of a static struct");
        Check.Equal(11ul, s_pair.Second, "second of a static struct");
    }

    private static void LiteralsLieInTheImage()
    {
        int sum = 0;
        foreach (int number in Numbers)
        {
            sum += number;
        }

        Check.Equal(8, Numbers.Length, "length");
        Check.Equal(31, sum, "sum");
        Check.Equal(9, Numbers[5], "element 5");
    }

    private static void LongArithmetic()
    {
        ulong large = Opaque(0xFEDC_BA98_7654_3210);
        Check.Equal(0x2236_D88F_E561_8CF0, unchecked(large * 0x0123_4567_89AB_CDEF), "product modulo 2^64");
        Check.Equal(0xFEDC_BA98_7654_3210 / 0x1_0000_0001, large / Opaque(0x1_0000_0001), "quotient");
        Check.Equal(0xFEDC_BA98_7654_3210 % 0x1_0000_0001, large % Opaque(0x1_0000_0001), "remainder");
        Check.Equal(-3, OpaqueSigned(-7) / 2, "signed quotient is truncated");
        Check.Equal(-1, OpaqueSigned(-7) % 2, "signed remainder has the dividend's sign");
    }

    private static void WideProduct()
    {
        ulong high = Math.BigMul(Opaque(ulong.MaxValue), Opaque(ulong.MaxValue), out ulong low);
        Check.Equal(0xFFFF_FFFF_FFFF_FFFE, high, "high half of (2^64-1)^2");
        Check.Equal(1ul, low, "low half of (2^64-1)^2");
        high = Math.BigMul(Opaque(1ul << 40), Opaque(3ul << 30), out low);
        Check.Equal(3ul << 6, high, "high half of 3 * 2^70");
        Check.Equal(0ul, low, "low half of 3 * 2^70");
    }

    private static void LongShifts()
    {
        Check.Equal(0x10_0000_0000, Opaque(1ul) << (int)Opaque(36ul), "up");
        Check.Equal(0xFul, Opaque(0xF000_0000_0000_0000) >> (int)Opaque(60ul), "down");
        Check.Equal(-1, (long)Opaque(0x8000_0000_0000_0000) >> (int)Opaque(63ul), "down with the sign");
    }

    private static void CountingBits()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            ulong value = Opaque(1ul << bit);
            Check.Equal(bit, BitOperations.TrailingZeroCount(value), "trailing zeros of one bit");
            Check.Equal(63 - bit, BitOperations.LeadingZeroCount(value), "leading zeros of one bit");
            Check.Equal(bit, BitOperations.Log2(value | 1), "logarithm");
            Check.Equal(bit + 1, BitOperations.PopCount(value | (value - 1)), "population of all bits up to one");
        }

        Check.Equal(64, BitOperations.TrailingZeroCount(Opaque(0ul)), "trailing zeros of zero");
        Check.Equal(64, BitOperations.LeadingZeroCount(Opaque(0ul)), "leading zeros of zero");
        Check.Equal(32, BitOperations.LeadingZeroCount((uint)Opaque(0ul)), "leading zeros of 32-bit zero");
        Check.Equal(31, BitOperations.LeadingZeroCount((uint)Opaque(1ul)), "leading zeros of 32-bit one");
    }

    private static void PowersOfTwo()
    {
        Check.True(BitOperations.IsPow2(Opaque(1ul << 63)), "2^63 is one");
        Check.False(BitOperations.IsPow2(Opaque(0ul)), "0 is none");
        Check.False(BitOperations.IsPow2(Opaque(6ul)), "6 is none");
        Check.Equal(8ul, BitOperations.RoundUpToPowerOf2(Opaque(5ul)), "5 rounded up");
        Check.Equal(8ul, BitOperations.RoundUpToPowerOf2(Opaque(8ul)), "8 rounded up");
        Check.Equal(0ul, BitOperations.RoundUpToPowerOf2(Opaque((1ul << 63) + 1)), "above 2^63 nothing fits");
    }

    private static void Rotation()
    {
        Check.Equal(0x2345_6789_ABCD_EF01, BitOperations.RotateLeft(Opaque(0x0123_4567_89AB_CDEF), 8), "left by 8");
        Check.Equal(0xEF01_2345_6789_ABCD, BitOperations.RotateRight(Opaque(0x0123_4567_89AB_CDEF), 8), "right by 8");
        Check.Equal(0x0123_4567_89AB_CDEF, BitOperations.RotateLeft(Opaque(0x0123_4567_89AB_CDEF), 0), "by nothing");
    }

    private static void StringLiterals()
    {
        string text = "frame";
        Check.Equal(5, text.Length, "length");
        Check.Equal('m', text[3], "fourth character");
        fixed (char* characters = text)
        {
            // SAFETY: a string ends with a zero that its length does not count.
            Check.Equal(0, characters[5], "terminating zero");
        }
    }

    private static void StringEquality()
    {
        ReadOnlySpan<char> part = ((ReadOnlySpan<char>)"unmapped").Slice(2);
        Check.True(part.SequenceEqual("mapped"), "a slice equals the literal");
        Check.True("mapped" == Same("mapped"), "equal");
        Check.False("mapped" == Same("Mapped"), "different in one character");
        Check.False("mapped" == Same("mappe"), "different in length");
    }

    private static void Utf8Literals()
    {
        ReadOnlySpan<byte> text = "é4"u8;
        Check.Equal(3, text.Length, "length in bytes");
        Check.Equal(0xC3, text[0], "first byte");
        Check.Equal(0xA9, text[1], "second byte");
        Check.Equal('4', text[2], "third byte");
    }

    private static void Slicing()
    {
        ReadOnlySpan<int> all = Numbers;
        ReadOnlySpan<int> part = all[2..5];
        Check.Equal(3, part.Length, "length");
        Check.Equal(4, part[0], "first");
        Check.Equal(5, part[2], "last");
        Check.Equal(6, all[^1], "counted from the end");
        Check.True(all.Slice(8).IsEmpty, "after the last element nothing is left");
    }

    private static void OverlappingCopy()
    {
        Span<byte> bytes = stackalloc byte[100];
        for (int index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)index;
        }

        bytes.Slice(0, 90).CopyTo(bytes.Slice(7));
        for (int index = 7; index < 97; index++)
        {
            Check.Equal(index - 7, bytes[index], "element moved up by 7");
        }

        bytes.Slice(10, 80).CopyTo(bytes.Slice(1));
        for (int index = 1; index < 81; index++)
        {
            Check.Equal(index + 2, bytes[index], "element moved down by 9");
        }
    }

    private static void ShortCopy()
    {
        Span<int> target = stackalloc int[4];
        target.Fill(-1);
        Check.False(Numbers.TryCopyTo(target), "it does not fit");
        Check.Equal(-1, target[0], "the first element is as it was");
    }

    private static void FillAndClear()
    {
        Span<byte> bytes = stackalloc byte[67];
        bytes.Fill(0xAA);
        bytes.Slice(3, 60).Clear();
        for (int index = 0; index < bytes.Length; index++)
        {
            Check.Equal(index is >= 3 and < 63 ? 0 : 0xAA, bytes[index], "byte");
        }

        Span<ulong> words = stackalloc ulong[5];
        words.Fill(0x0123_4567_89AB_CDEF);
        Check.Equal(0x0123_4567_89AB_CDEF, words[4], "last word");
    }

    private static void Searching()
    {
        ReadOnlySpan<byte> text = "run=suite filter=x"u8;
        Check.Equal(3, text.IndexOf((byte)'='), "first equals sign");
        Check.Equal(10, text.IndexOf("filter"u8), "a word");
        Check.Equal(-1, text.IndexOf("filters"u8), "a word that is not there");
        Check.True(text.StartsWith("run="u8), "beginning");
        Check.False("ru"u8.StartsWith("run"u8), "a beginning longer than the text");
    }

    private static void InlineArrays()
    {
        Eight eight = default;
        for (int index = 0; index < 8; index++)
        {
            eight[index] = (ulong)index * 0x1_0000_0001;
        }

        Check.Equal(64, sizeof(Eight), "size");
        Check.Equal(7 * 0x1_0000_0001ul, eight[7], "last element");
        Check.Equal(3 * 0x1_0000_0001ul, ((ReadOnlySpan<ulong>)eight)[3], "element through a span");
    }

    private static void CompareExchange()
    {
        ulong place = 5;
        Check.Equal(5ul, Interlocked.CompareExchange(ref place, 9, 4), "what it held");
        Check.Equal(5ul, place, "not stored");
        Check.Equal(5ul, Interlocked.CompareExchange(ref place, ulong.MaxValue, 5), "what it held before");
        Check.Equal(ulong.MaxValue, place, "stored");
        uint small = 1;
        Check.Equal(1u, Interlocked.Exchange(ref small, 2), "exchanged");
        Check.Equal(2u, small, "stored in 32 bits");
    }

    private static void InterlockedAddition()
    {
        uint small = uint.MaxValue;
        Check.Equal(0u, Interlocked.Increment(ref small), "wraps in 32 bits");
        ulong large = uint.MaxValue;
        Check.Equal(0x1_0000_0000, Interlocked.Increment(ref large), "carries in 64 bits");
        Check.Equal(uint.MaxValue, Interlocked.Decrement(ref large), "borrows in 64 bits");
        uint bits = 0b1100;
        Check.Equal(0b1100u, Interlocked.Or(ref bits, 0b0011u), "what it held before the bits were set");
        Check.Equal(0b1111u, Interlocked.And(ref bits, 0b0110u), "what it held before the bits were cleared");
        Check.Equal(0b0110u, bits, "what is left");
    }

    private static void VolatileAccess()
    {
        Volatile.Write(ref s_opaque, 0x8000_0000_0000_0001);
        Check.Equal(0x8000_0000_0000_0001, Volatile.Read(ref s_opaque), "64 bits");
        Volatile.Write(ref s_opaqueInt, -5);
        Check.Equal(-5, Volatile.Read(ref s_opaqueInt), "32 bits with sign");
    }

    private static void StaticAbstractMembers()
    {
        Check.Equal(4, SizeOfStep<Short>(), "the one type's");
        Check.Equal(9, SizeOfStep<Long>(), "the other type's");
    }

    private static void FunctionPointers()
    {
        delegate*<ulong, ulong> function = s_opaqueInt == 12345 ? &Opaque : &Factorial;
        Check.Equal(720ul, function(6), "result");
    }

    private static void RefFields()
    {
        int variable = 1;
        Holder holder = new(ref variable);
        holder.Set(17);
        Check.Equal(17, variable, "the variable");
    }

    private static void Nullables()
    {
        int? none = null;
        int? some = Numbers[2];
        Check.False(none.HasValue, "none");
        Check.Equal(4, some ?? -1, "some");
        Check.Equal(-1, none ?? -1, "none, replaced");
    }

    private static void StructCopies()
    {
        Span<Pair> pairs = stackalloc Pair[3];
        pairs[0] = new Pair(0x1111_2222_3333_4444, 0x5555_6666_7777_8888);
        pairs[1] = pairs[0];
        pairs[2] = pairs[1];
        Check.Equal(0x1111_2222_3333_4444, pairs[2].First, "first half");
        Check.Equal(0x5555_6666_7777_8888, pairs[2].Second, "second half");
    }

    private static ulong Factorial(ulong number)
    {
        ulong product = 1;
        for (ulong factor = 2; factor <= number; factor++)
        {
            product *= factor;
        }

        return product;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Opaque(ulong value)
    {
        Volatile.Write(ref s_opaque, value);
        return Volatile.Read(ref s_opaque);
    }

    private static long OpaqueSigned(long value) => unchecked((long)Opaque((ulong)value));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Same(string text) => text;

    private static int SizeOfStep<T>() where T : struct, IStep => T.Size;

    private interface IStep
    {
        static abstract int Size { get; }
    }

    private struct Short : IStep
    {
        public static int Size => 4;
    }

    private struct Long : IStep
    {
        public static int Size => 9;
    }

    private readonly struct Pair(ulong first, ulong second)
    {
        public ulong First { get; } = first;

        public ulong Second { get; } = second;
    }

    private readonly ref struct Holder(ref int target)
    {
        private readonly ref int _target = ref target;

        public void Set(int value) => _target = value;
    }

    [InlineArray(8)]
    private struct Eight
    {
        private ulong _first;
    }
}
