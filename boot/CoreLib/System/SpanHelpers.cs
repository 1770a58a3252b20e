using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>Copying and filling; ilc calls these by name for block copies and zeroing that it does not open-code.</summary>
internal static unsafe class SpanHelpers
{
    /// <summary>Copies bytes, also when both stretches overlap.</summary>
    public static void Memmove(ref byte destination, ref byte source, nuint length) =>
        // SAFETY: the caller vouches for `length` bytes at both references; nothing ever moves an object, so their addresses hold.
        MoveBytes((byte*)Unsafe.AsPointer(ref destination), (byte*)Unsafe.AsPointer(ref source), length);

    /// <summary>Zeroes bytes.</summary>
    public static void ClearWithoutReferences(ref byte destination, nuint length) => Fill(ref destination, 0, length);

    /// <summary>Writes one byte value over a stretch.</summary>
    public static void Fill(ref byte destination, byte value, nuint length) =>
        // SAFETY: the caller vouches for `length` bytes at the reference; nothing ever moves an object, so its address holds.
        FillBytes((byte*)Unsafe.AsPointer(ref destination), value, length);

    /// <summary>Copies bytes between addresses, also when both stretches overlap.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memory_move")]
    internal static extern void MoveBytes(byte* destination, byte* source, nuint length);

    /// <summary>Writes one byte value from an address on.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memory_fill")]
    internal static extern void FillBytes(byte* destination, byte value, nuint length);
}

/// <summary>Copying, under the name that ilc looks for.</summary>
public static unsafe class Buffer
{
    /// <summary>Copies bytes, also when both stretches overlap.</summary>
    public static void Memmove(ref byte destination, ref byte source, nuint length) =>
        SpanHelpers.Memmove(ref destination, ref source, length);

    /// <summary>Copies values that hold references. There is no collector to tell, so they are bytes like others.</summary>
    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint length) =>
        SpanHelpers.Memmove(ref destination, ref source, length);

    /// <summary>Copies <paramref name="bytes"/> bytes; panics when they do not fit into <paramref name="capacity"/>.</summary>
    public static void MemoryCopy(void* source, void* destination, ulong capacity, ulong bytes)
    {
        if (bytes > capacity)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        // SAFETY: the caller vouches for both stretches, and their lengths were just compared.
        SpanHelpers.MoveBytes((byte*)destination, (byte*)source, (nuint)bytes);
    }
}
