using System;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A half-open range of physical addresses: from <see cref="Start"/> up to, but without, <see cref="End"/>.</summary>
public readonly struct PhysicalRange : IEquatable<PhysicalRange>
{
    private PhysicalRange(PhysicalAddress start, PhysicalAddress end)
    {
        Start = start;
        End = end;
    }

    /// <summary>The first address of the range.</summary>
    public PhysicalAddress Start { get; }

    /// <summary>The address after the last one.</summary>
    public PhysicalAddress End { get; }

    /// <summary>The size in bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>Whether the range holds no byte.</summary>
    public bool IsEmpty => Start == End;

    /// <summary>The range between two addresses; panics if <paramref name="end"/> lies below <paramref name="start"/>.</summary>
    public static PhysicalRange Between(PhysicalAddress start, PhysicalAddress end)
    {
        if (end < start)
        {
            Panic.Raise("range end", end.Value, "an address at or above the start", "PhysicalRange.Between");
        }

        return new PhysicalRange(start, end);
    }

    /// <summary>The <paramref name="length"/> bytes from <paramref name="start"/>; panics if they pass 2^52.</summary>
    public static PhysicalRange FromStart(PhysicalAddress start, ulong length) => new(start, start + length);

    /// <summary>The <paramref name="length"/> bytes from <paramref name="start"/>, or false if they pass 2^52.</summary>
    public static bool TryFromStart(PhysicalAddress start, ulong length, out PhysicalRange range)
    {
        bool fits = start.TryAdd(length, out PhysicalAddress end);
        range = fits ? new PhysicalRange(start, end) : default;
        return fits;
    }

    /// <summary>Whether <paramref name="address"/> lies in the range.</summary>
    public bool Contains(PhysicalAddress address) => Start <= address && address < End;

    /// <summary>Whether every byte of <paramref name="other"/> lies in the range. An empty range lies in any.</summary>
    public bool Contains(PhysicalRange other) => other.IsEmpty || (Start <= other.Start && other.End <= End);

    /// <summary>Whether the two have a byte in common.</summary>
    public bool Overlaps(PhysicalRange other) => Start < other.End && other.Start < End && !IsEmpty && !other.IsEmpty;

    /// <summary>The bytes that both have; empty at this range's start if there are none.</summary>
    public PhysicalRange Intersect(PhysicalRange other)
    {
        if (!Overlaps(other))
        {
            return new PhysicalRange(Start, Start);
        }

        return new PhysicalRange(Start < other.Start ? other.Start : Start, End < other.End ? End : other.End);
    }

    /// <summary>The whole <typeparamref name="TSize"/> frames inside the range; empty if there is none.</summary>
    public PhysicalRange ShrinkTo<TSize>() where TSize : struct, IPageSize
    {
        PhysicalAddress start = Start.AlignUp<TSize>();
        PhysicalAddress end = End.AlignDown<TSize>();
        return start < end ? new PhysicalRange(start, end) : new PhysicalRange(start, start);
    }

    /// <summary>The smallest range of whole <typeparamref name="TSize"/> frames that holds the range.</summary>
    public PhysicalRange GrowTo<TSize>() where TSize : struct, IPageSize =>
        IsEmpty ? this : new PhysicalRange(Start.AlignDown<TSize>(), End.AlignUp<TSize>());

    /// <summary>Whether both hold the same bytes from the same start.</summary>
    public static bool operator ==(PhysicalRange left, PhysicalRange right) => left.Start == right.Start && left.End == right.End;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(PhysicalRange left, PhysicalRange right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(PhysicalRange other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PhysicalRange other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => Start.GetHashCode() ^ (End.GetHashCode() << 1);
}
