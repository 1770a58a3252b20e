using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Reads that acquire and writes that release, each in one piece.</summary>
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
    public static long Read(ref readonly long location) => unchecked((long)Read(ref Unsafe.As<long, ulong>(ref Unsafe.AsRef(in location))));

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref long location, long value) => Write(ref Unsafe.As<long, ulong>(ref location), unchecked((ulong)value));

    /// <summary>Reads; nothing after it is moved before.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref readonly ulong location) => nuint.Size == sizeof(ulong)
        ? Unsafe.As<ulong, VolatileUIntPtr>(ref Unsafe.AsRef(in location)).Value
        : ReadWide(ref Unsafe.AsRef(in location));

    /// <summary>Writes; nothing before it is moved after.</summary>
    [Intrinsic]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ulong location, ulong value)
    {
        if (nuint.Size == sizeof(ulong))
        {
            Unsafe.As<ulong, VolatileUIntPtr>(ref location).Value = (nuint)value;
        }
        else
        {
            WriteWide(ref location, value);
        }
    }

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

    // Twice the width of a register, in one piece where the location is aligned to 8 bytes.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_64")]
    private static extern ulong ReadWide(ref ulong location);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_64")]
    private static extern void WriteWide(ref ulong location, ulong value);

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

    private struct VolatileIntPtr
    {
        public volatile nint Value;
    }

    private struct VolatileUIntPtr
    {
        public volatile nuint Value;
    }
}
