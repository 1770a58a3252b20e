using System;
using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A byte address as a program sees it, as wide as the target's registers.</summary>
/// <remarks>
/// <para>
/// With 64 bits it is canonical for five-level paging: bits 63 to 56 are all equal (Intel SDM volume 3A, 4.5). With 32 bits every
/// value is an address. A narrower mode accepts fewer of them: <see cref="IPagingMode.IsCanonical"/> says which, and every
/// operation of a mapper asks it.
/// </para>
/// <para>Sums stay canonical or fail: an address never crosses the hole between the halves, and never wraps.</para>
/// </remarks>
[AddressValue(AddressKind.Virtual)]
public readonly struct VirtualAddress : IEquatable<VirtualAddress>
{
    /// <summary>The bits that five-level paging translates; the sign bit is the highest of them.</summary>
    public const int MaximumBits = 57;

    private readonly nuint _value;

    private VirtualAddress(nuint value) => _value = value;

    /// <summary>Address 0.</summary>
    public static VirtualAddress Zero => default;

    /// <summary>The raw address, in bytes.</summary>
    [AddressValue]
    public nuint Value => _value;

    /// <summary>The address with that raw value; panics if it is not canonical, or too wide for the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress FromValue([AddressValue] ulong value)
    {
        if (!IsCanonical(value))
        {
            Panic.Raise("virtual address", value, "a canonical address of 57 bits, or of the 32 that the target has", "VirtualAddress.FromValue");
        }

        return new VirtualAddress(CheckedNarrowing.ToNative(value));
    }

    /// <summary>The address with that raw value, or false if it is not canonical or too wide for the target: for values that come from outside the kernel.</summary>
    public static bool TryFromValue([AddressValue] ulong value, out VirtualAddress address)
    {
        bool canonical = IsCanonical(value);
        address = canonical ? new VirtualAddress(CheckedNarrowing.ToNative(value)) : default;
        return canonical;
    }

    /// <summary>The address of what a pointer points to.</summary>
    public static unsafe VirtualAddress Of(void* pointer) => FromValue((nuint)pointer);

    /// <summary>The address as a pointer. Whether anything is mapped there is the caller's knowledge.</summary>
    public unsafe void* ToPointer() => (void*)_value;

    /// <summary>The address <paramref name="bytes"/> further up, or false if that wraps or leaves this half of the address space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong bytes, out VirtualAddress sum)
    {
        ulong raw = unchecked(_value + bytes);
        bool stays = raw >= _value && IsCanonical(raw) && (raw >> 63) == ((ulong)_value >> 63);
        sum = stays ? new VirtualAddress(CheckedNarrowing.ToNative(raw)) : default;
        return stays;
    }

    /// <summary>Whether the address is a multiple of <typeparamref name="TSize"/>.</summary>
    public bool IsAlignedTo<TSize>() where TSize : struct, IPageSize => (_value & OffsetBits<TSize>()) == 0;

    /// <summary>The nearest multiple of <typeparamref name="TSize"/> at or below the address.</summary>
    public VirtualAddress AlignDown<TSize>() where TSize : struct, IPageSize => new(_value & ~OffsetBits<TSize>());

    /// <summary>Which entry of a table at <paramref name="level"/> decides about the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nuint IndexAt<TMode>(PageTableLevel level) where TMode : struct, IPagingMode =>
        (_value >> TMode.ShiftAt(level)) & (((nuint)1 << TMode.IndexBitsAt(level)) - 1);

    /// <summary>The address <paramref name="bytes"/> further up; panics if that wraps or leaves this half of the address space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtualAddress operator +(VirtualAddress address, ulong bytes)
    {
        if (!address.TryAdd(bytes, out VirtualAddress sum))
        {
            Panic.Raise("virtual address plus offset, offset", bytes, "a sum in the same canonical half", "VirtualAddress.operator +");
        }

        return sum;
    }

    /// <summary>The distance in bytes; panics if <paramref name="right"/> is the higher one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(VirtualAddress left, VirtualAddress right)
    {
        if (left._value < right._value)
        {
            Panic.Raise("subtrahend", right._value, "an address at or below the minuend", "VirtualAddress.operator -");
        }

        return left._value - right._value;
    }

    /// <summary>Whether both are the same address.</summary>
    public static bool operator ==(VirtualAddress left, VirtualAddress right) => left._value == right._value;

    /// <summary>Whether they are different addresses.</summary>
    public static bool operator !=(VirtualAddress left, VirtualAddress right) => left._value != right._value;

    /// <summary>Whether <paramref name="left"/> is the lower one.</summary>
    public static bool operator <(VirtualAddress left, VirtualAddress right) => left._value < right._value;

    /// <summary>Whether <paramref name="left"/> is the higher one.</summary>
    public static bool operator >(VirtualAddress left, VirtualAddress right) => left._value > right._value;

    /// <summary>Whether <paramref name="left"/> is not the higher one.</summary>
    public static bool operator <=(VirtualAddress left, VirtualAddress right) => left._value <= right._value;

    /// <summary>Whether <paramref name="left"/> is not the lower one.</summary>
    public static bool operator >=(VirtualAddress left, VirtualAddress right) => left._value >= right._value;

    /// <inheritdoc/>
    public bool Equals(VirtualAddress other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VirtualAddress other && _value == other._value;

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    private static bool IsCanonical(ulong value) =>
        nuint.Size == sizeof(uint) ? value <= uint.MaxValue : SignExtension.FitsIn(value, MaximumBits);

    private static nuint OffsetBits<TSize>() where TSize : struct, IPageSize => ((nuint)1 << TSize.Shift) - 1;
}
