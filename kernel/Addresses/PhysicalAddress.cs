using System;
using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A byte address as the memory bus sees it: at most 52 bits (AMD64 APM volume 2, 5.1; Intel SDM volume 3A, 4.1.4).</summary>
/// <remarks>
/// It cannot be dereferenced: only <see cref="IPhysicalMemory"/> knows where it can be touched. 2^52 itself is allowed as
/// the end of a half-open range; no frame begins there. A processor may implement fewer bits: <see cref="IProcessor.PhysicalAddressBits"/>.
/// </remarks>
[AddressValue(AddressKind.Physical)]
public readonly struct PhysicalAddress : IEquatable<PhysicalAddress>
{
    /// <summary>The widest physical address that the entry formats can hold, in bits.</summary>
    public const int MaximumBits = 52;

    private const ulong Limit = 1UL << MaximumBits;

    private readonly ulong _value;

    private PhysicalAddress(ulong value) => _value = value;

    /// <summary>Address 0.</summary>
    public static PhysicalAddress Zero => default;

    /// <summary>The raw address, in bytes.</summary>
    [AddressValue]
    public ulong Value => _value;

    /// <summary>The number of the 4 KiB frame that the address lies in.</summary>
    public ulong FrameNumber => _value >> Size4KiB.Shift;

    /// <summary>The address with that raw value; panics above 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysicalAddress FromValue([AddressValue] ulong value)
    {
        // Asked as a frame is asked, so that the two questions become one.
        if (value >> MaximumBits != 0 && value != Limit)
        {
            Panic.Raise("physical address", value, "at most 52 bits", "PhysicalAddress.FromValue");
        }

        return new PhysicalAddress(value);
    }

    /// <summary>The address with that raw value, or false above 2^52: for values that come from outside the kernel.</summary>
    public static bool TryFromValue([AddressValue] ulong value, out PhysicalAddress address)
    {
        bool fits = value <= Limit;
        address = fits ? new PhysicalAddress(value) : default;
        return fits;
    }

    /// <summary>The address in bits that an entry's address mask has left over: the mask keeps them below 2^52.</summary>
    internal static PhysicalAddress FromEntryBits([AddressValue] ulong masked) => new(masked);

    /// <summary>The address <paramref name="bytes"/> further up, or false if that passes 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong bytes, out PhysicalAddress sum)
    {
        bool fits = bytes <= Limit - _value;
        sum = fits ? new PhysicalAddress(_value + bytes) : default;
        return fits;
    }

    /// <summary>Whether the address is a multiple of <typeparamref name="TSize"/>.</summary>
    public bool IsAlignedTo<TSize>() where TSize : struct, IPageSize => (_value & (TSize.Bytes - 1)) == 0;

    /// <summary>The nearest multiple of <typeparamref name="TSize"/> at or below the address.</summary>
    public PhysicalAddress AlignDown<TSize>() where TSize : struct, IPageSize => new(_value & ~(TSize.Bytes - 1));

    /// <summary>The nearest multiple of <typeparamref name="TSize"/> at or above the address; at most 2^52, which is a multiple of all of them.</summary>
    public PhysicalAddress AlignUp<TSize>() where TSize : struct, IPageSize => new((_value + (TSize.Bytes - 1)) & ~(TSize.Bytes - 1));

    /// <summary>The address <paramref name="bytes"/> further up; panics above 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysicalAddress operator +(PhysicalAddress address, ulong bytes)
    {
        if (!address.TryAdd(bytes, out PhysicalAddress sum))
        {
            Panic.Raise("physical address plus offset, offset", bytes, "a sum of at most 52 bits", "PhysicalAddress.operator +");
        }

        return sum;
    }

    /// <summary>The distance in bytes; panics if <paramref name="right"/> is the higher one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(PhysicalAddress left, PhysicalAddress right)
    {
        if (left._value < right._value)
        {
            Panic.Raise("subtrahend", right._value, "an address at or below the minuend", "PhysicalAddress.operator -");
        }

        return left._value - right._value;
    }

    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(PhysicalAddress left, PhysicalAddress right) => left._value == right._value;

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(PhysicalAddress left, PhysicalAddress right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is the lower one.</summary>
    public static bool operator <(PhysicalAddress left, PhysicalAddress right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is the higher one.</summary>
    public static bool operator >(PhysicalAddress left, PhysicalAddress right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not the higher one.</summary>
    public static bool operator <=(PhysicalAddress left, PhysicalAddress right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is not the lower one.</summary>
    public static bool operator >=(PhysicalAddress left, PhysicalAddress right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(PhysicalAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PhysicalAddress other && _value == other._value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();
}
