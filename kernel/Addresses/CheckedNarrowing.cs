using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>The one way from 64 bits down: the value arrives whole or the machine stops (EYN-OS, <c>vmm_ptr_to_u32</c>).</summary>
/// <remarks>
/// A truncated address names somebody else's memory. What has to fit 32 bits on every target goes through <c>ToUInt32</c>; what has
/// to fit a pointer of the target goes through <c>ToNative</c>, which costs nothing where pointers have 64 bits.
/// </remarks>
public static class CheckedNarrowing
{
    /// <summary>The value in 32 bits; panics if it needs more.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(ulong value) => unchecked((uint)ToBits(value, 32, "CheckedNarrowing.ToUInt32"));

    /// <summary>The address in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(PhysicalAddress address) => ToUInt32(address.Value);

    /// <summary>The address in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(VirtualAddress address) => ToUInt32(address.Value);

    /// <summary>The address a pointer holds, in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static unsafe uint ToUInt32(void* pointer) => ToUInt32((ulong)pointer);

    /// <summary>The value in the width of a pointer; panics where pointers have 32 bits and the value needs more.</summary>
    [CheckedNarrowing]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ToNative(ulong value) => unchecked((nuint)ToBits(value, nuint.Size * 8, "CheckedNarrowing.ToNative"));

    /// <summary>The address in the width of a pointer; panics where pointers have 32 bits and it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ToNative(PhysicalAddress address) => ToNative(address.Value);

    /// <summary>The value, if the low <paramref name="bits"/> bits are all of it; else a panic raised by <paramref name="where"/>.</summary>
    /// <remarks>The width is a constant of the caller: for 64 nothing is left to compare.</remarks>
    /// <param name="value">The value to be narrowed.</param>
    /// <param name="bits">The width it has to fit: 32 or 64.</param>
    /// <param name="where">The method that narrows.</param>
    [CheckedNarrowing]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong ToBits(ulong value, int bits, string where)
    {
        ulong narrowed = value & (ulong.MaxValue >> (64 - bits));
        if (narrowed != value)
        {
            Panic.Raise("value", value, "at most 32 bits", where);
        }

        return narrowed;
    }
}
