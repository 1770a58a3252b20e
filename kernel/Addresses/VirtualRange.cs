using System;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A half-open range of virtual addresses inside one canonical half, given by its start and its length in bytes.</summary>
/// <remarks>It has no end address: the range that reaches the top of the address space would end at 2^64.</remarks>
public readonly struct VirtualRange : IEquatable<VirtualRange>
{
    private VirtualRange(VirtualAddress start, ulong length)
    {
        Start = start;
        Length = length;
    }

    /// <summary>The first address of the range.</summary>
    public VirtualAddress Start { get; }

    /// <summary>The size in bytes.</summary>
    public ulong Length { get; }

    /// <summary>Whether the range holds no byte.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The last address inside the range; panics if it is empty.</summary>
    public VirtualAddress Last
    {
        get
        {
            if (IsEmpty)
            {
                Panic.Raise("range length", 0, "a range that holds a byte", "VirtualRange.Last");
            }

            return Start + (Length - 1);
        }
    }

    /// <summary>The <paramref name="length"/> bytes from <paramref name="start"/>; panics if they wrap or leave its half.</summary>
    public static VirtualRange FromStart(VirtualAddress start, ulong length)
    {
        if (!TryFromStart(start, length, out VirtualRange range))
        {
            Panic.Raise("range length", length, "bytes that stay in one canonical half", "VirtualRange.FromStart");
        }

        return range;
    }

    /// <summary>The <paramref name="length"/> bytes from <paramref name="start"/>, or false if they wrap or leave its half.</summary>
    public static bool TryFromStart(VirtualAddress start, ulong length, out VirtualRange range)
    {
        bool fits = length == 0 || start.TryAdd(length - 1, out _);
        range = fits ? new VirtualRange(start, length) : default;
        return fits;
    }

    /// <summary>Whether <paramref name="address"/> lies in the range.</summary>
    public bool Contains(VirtualAddress address) => Start <= address && address - Start < Length;

    /// <summary>Whether the two have a byte in common.</summary>
    public bool Overlaps(VirtualRange other) =>
        !IsEmpty && !other.IsEmpty && Start <= other.Last && other.Start <= Last;

    /// <summary>Whether both hold the same bytes from the same start.</summary>
    public static bool operator ==(VirtualRange left, VirtualRange right) => left.Start == right.Start && left.Length == right.Length;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(VirtualRange left, VirtualRange right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(VirtualRange other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VirtualRange other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => Start.GetHashCode() ^ (Length.GetHashCode() << 1);
}
