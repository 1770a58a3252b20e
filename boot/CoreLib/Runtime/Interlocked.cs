using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Indivisible changes, with a full fence. The JIT replaces the innermost calls by locked instructions, those of registers' width or less.</summary>
public static class Interlocked
{
    /// <summary>Stores <paramref name="value"/> when the location holds <paramref name="comparand"/>; what it held.</summary>
    [Intrinsic]
    public static int CompareExchange(ref int location, int value, int comparand) => CompareExchange(ref location, value, comparand);

    /// <summary>Stores <paramref name="value"/> when the location holds <paramref name="comparand"/>; what it held.</summary>
    [Intrinsic]
    public static long CompareExchange(ref long location, long value, long comparand) => nint.Size == sizeof(long)
        ? CompareExchange(ref location, value, comparand)
        : CompareExchangeWide(ref location, value, comparand);

    /// <summary>Stores <paramref name="value"/> when the location holds <paramref name="comparand"/>; what it held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(ref uint location, uint value, uint comparand) =>
        unchecked((uint)CompareExchange(ref Unsafe.As<uint, int>(ref location), (int)value, (int)comparand));

    /// <summary>Stores <paramref name="value"/> when the location holds <paramref name="comparand"/>; what it held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CompareExchange(ref ulong location, ulong value, ulong comparand) =>
        unchecked((ulong)CompareExchange(ref Unsafe.As<ulong, long>(ref location), (long)value, (long)comparand));

    /// <summary>Stores <paramref name="value"/>; what the location held.</summary>
    [Intrinsic]
    public static int Exchange(ref int location, int value) => Exchange(ref location, value);

    /// <summary>Stores <paramref name="value"/>; what the location held.</summary>
    [Intrinsic]
    public static long Exchange(ref long location, long value)
    {
        if (nint.Size == sizeof(long))
        {
            return Exchange(ref location, value);
        }

        long seen = Volatile.Read(ref location);
        for (long found; (found = CompareExchange(ref location, value, seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    /// <summary>Stores <paramref name="value"/>; what the location held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange(ref uint location, uint value) =>
        unchecked((uint)Exchange(ref Unsafe.As<uint, int>(ref location), (int)value));

    /// <summary>Stores <paramref name="value"/>; what the location held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Exchange(ref ulong location, ulong value) =>
        unchecked((ulong)Exchange(ref Unsafe.As<ulong, long>(ref location), (long)value));

    /// <summary>Adds; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(ref int location, int value) => unchecked(ExchangeAdd(ref location, value) + value);

    /// <summary>Adds; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Add(ref long location, long value) => unchecked(ExchangeAdd(ref location, value) + value);

    /// <summary>Adds; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(ref uint location, uint value) => unchecked((uint)Add(ref Unsafe.As<uint, int>(ref location), (int)value));

    /// <summary>Adds; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ref ulong location, ulong value) => unchecked((ulong)Add(ref Unsafe.As<ulong, long>(ref location), (long)value));

    /// <summary>Adds one; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Increment(ref int location) => Add(ref location, 1);

    /// <summary>Adds one; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Increment(ref long location) => Add(ref location, 1);

    /// <summary>Adds one; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Increment(ref uint location) => Add(ref location, 1u);

    /// <summary>Adds one; the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Increment(ref ulong location) => Add(ref location, 1ul);

    /// <summary>Subtracts one; the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decrement(ref int location) => Add(ref location, -1);

    /// <summary>Subtracts one; the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Decrement(ref long location) => Add(ref location, -1L);

    /// <summary>Subtracts one; the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decrement(ref uint location) => Add(ref location, uint.MaxValue);

    /// <summary>Subtracts one; the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Decrement(ref ulong location) => Add(ref location, ulong.MaxValue);

    /// <summary>Clears every bit that is not in <paramref name="value"/>; what the location held.</summary>
    public static uint And(ref uint location, uint value)
    {
        uint seen = location;
        for (uint found; (found = CompareExchange(ref location, seen & value, seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    /// <summary>Clears every bit that is not in <paramref name="value"/>; what the location held.</summary>
    public static ulong And(ref ulong location, ulong value)
    {
        ulong seen = location;
        for (ulong found; (found = CompareExchange(ref location, seen & value, seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    /// <summary>Sets every bit of <paramref name="value"/>; what the location held.</summary>
    public static uint Or(ref uint location, uint value)
    {
        uint seen = location;
        for (uint found; (found = CompareExchange(ref location, seen | value, seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    /// <summary>Sets every bit of <paramref name="value"/>; what the location held.</summary>
    public static ulong Or(ref ulong location, ulong value)
    {
        ulong seen = location;
        for (ulong found; (found = CompareExchange(ref location, seen | value, seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    /// <summary>Nothing is moved across, by the compiler or the processor.</summary>
    [Intrinsic]
    public static void MemoryBarrier() => MemoryBarrier();

    [Intrinsic]
    private static int ExchangeAdd(ref int location, int value) => ExchangeAdd(ref location, value);

    [Intrinsic]
    private static long ExchangeAdd(ref long location, long value)
    {
        if (nint.Size == sizeof(long))
        {
            return ExchangeAdd(ref location, value);
        }

        long seen = Volatile.Read(ref location);
        for (long found; (found = CompareExchange(ref location, unchecked(seen + value), seen)) != seen; seen = found)
        {
        }

        return seen;
    }

    // Twice the width of a register: the 32-bit JIT has no instruction for it.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "compare_exchange_64")]
    private static extern long CompareExchangeWide(ref long location, long value, long comparand);
}
