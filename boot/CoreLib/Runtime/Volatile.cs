using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Reads that acquire and writes that release.</summary>
public static class Volatile
{
    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Read(ref readonly bool location) => Unsafe.As<bool, VolatileBoolean>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref bool location, bool value) => Unsafe.As<bool, VolatileBoolean>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Read(ref readonly byte location) => Unsafe.As<byte, VolatileByte>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref byte location, byte value) => Unsafe.As<byte, VolatileByte>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Read(ref readonly ushort location) => Unsafe.As<ushort, VolatileUInt16>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ushort location, ushort value) => Unsafe.As<ushort, VolatileUInt16>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ref readonly int location) => Unsafe.As<int, VolatileInt32>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref int location, int value) => Unsafe.As<int, VolatileInt32>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref readonly uint location) => Unsafe.As<uint, VolatileUInt32>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref uint location, uint value) => Unsafe.As<uint, VolatileUInt32>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Read(ref readonly long location) => Unsafe.As<long, VolatileInt64>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref long location, long value) => Unsafe.As<long, VolatileInt64>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref readonly ulong location) => Unsafe.As<ulong, VolatileUInt64>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ulong location, ulong value) => Unsafe.As<ulong, VolatileUInt64>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Read(ref readonly nint location) => Unsafe.As<nint, VolatileIntPtr>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nint location, nint value) => Unsafe.As<nint, VolatileIntPtr>(ref location).Value = value;

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Read(ref readonly nuint location) => Unsafe.As<nuint, VolatileUIntPtr>(ref Unsafe.AsRef(in location)).Value;

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nuint location, nuint value) => Unsafe.As<nuint, VolatileUIntPtr>(ref location).Value = value;

    private struct VolatileBoolean
    {
        public volatile bool Value;
    }

    private struct VolatileByte
    {
        public volatile byte Value;
    }

    private struct VolatileUInt16
    {
        public volatile ushort Value;
    }

    private struct VolatileInt32
    {
        public volatile int Value;
    }

    private struct VolatileUInt32
    {
        public volatile uint Value;
    }

    private struct VolatileInt64
    {
        private volatile nint _value;

        public long Value
        {
            readonly get => _value;
            set => _value = (nint)value;
        }
    }

    private struct VolatileUInt64
    {
        private volatile nuint _value;

        public ulong Value
        {
            readonly get => _value;
            set => _value = (nuint)value;
        }
    }

    private struct VolatileIntPtr
    {
        public volatile nint Value;
    }

    private struct VolatileUIntPtr
    {
        public volatile nuint Value;
    }
}
