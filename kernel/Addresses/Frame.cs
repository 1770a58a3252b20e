using System;
using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A block of physical memory of one page size, aligned to it.</summary>
/// <remarks>Holding one proves alignment and width, not ownership: that is the frame allocator's to say.</remarks>
/// <typeparam name="TSize">The size.</typeparam>
[AddressValue(AddressKind.Physical)]
public readonly struct Frame<TSize> : IEquatable<Frame<TSize>>
    where TSize : struct, IPageSize
{
    private readonly PhysicalAddress _start;

    private Frame(PhysicalAddress start) => _start = start;

    /// <summary>The address of its first byte.</summary>
    public PhysicalAddress Start => _start;

    /// <summary>The bytes it covers.</summary>
    public PhysicalRange Range => PhysicalRange.FromStart(_start, TSize.Bytes);

    /// <summary>The frame that <paramref name="address"/> lies in; panics at 2^52, where no frame begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> Containing(PhysicalAddress address)
    {
        if (!IsBelowLimit(address))
        {
            Panic.Raise("address", address.Value, "an address below 2^52", "Frame.Containing");
        }

        return new Frame<TSize>(address.AlignDown<TSize>());
    }

    /// <summary>The frame that begins at <paramref name="start"/>; panics if it is not aligned or is 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> FromStart(PhysicalAddress start)
    {
        if (!BeginsAt(start))
        {
            Panic.Raise("frame start", start.Value, "a multiple of the frame size below 2^52", "Frame.FromStart");
        }

        return new Frame<TSize>(start);
    }

    /// <summary>The frame that begins at <paramref name="start"/>, or false if it is not aligned or is 2^52.</summary>
    public static bool TryFromStart(PhysicalAddress start, out Frame<TSize> frame)
    {
        bool begins = BeginsAt(start);
        frame = begins ? new Frame<TSize>(start) : default;
        return begins;
    }

    /// <summary>The frame in bits that the address mask of a leaf of that size has left over: aligned, and below 2^52.</summary>
    internal static Frame<TSize> FromEntryBits([AddressValue] ulong masked) => new(PhysicalAddress.FromEntryBits(masked));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool BeginsAt(PhysicalAddress start) => start.IsAlignedTo<TSize>() && IsBelowLimit(start);

    private static bool IsBelowLimit(PhysicalAddress address) => address.Value >> PhysicalAddress.MaximumBits == 0;

    /// <summary>The frame <paramref name="frames"/> sizes further up; panics if that passes 2^52.</summary>
    public static Frame<TSize> operator +(Frame<TSize> frame, ulong frames)
    {
        if (frames >= 1UL << (PhysicalAddress.MaximumBits - TSize.Shift))
        {
            Panic.Raise("frame offset", frames, "fewer frames than physical memory can hold", "Frame.operator +");
        }

        return FromStart(frame._start + (frames << TSize.Shift));
    }

    /// <summary>Whether both are the same frame.</summary>
    public static bool operator ==(Frame<TSize> left, Frame<TSize> right) => left._start == right._start;

    /// <summary>Whether they are different frames.</summary>
    public static bool operator !=(Frame<TSize> left, Frame<TSize> right) => left._start != right._start;

    /// <inheritdoc/>
    public bool Equals(Frame<TSize> other) => _start == other._start;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame<TSize> other && _start == other._start;

    /// <inheritdoc/>
    public override int GetHashCode() => _start.GetHashCode();
}
