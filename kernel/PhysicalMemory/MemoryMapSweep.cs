using System;
using Kernel.Addresses;

namespace Kernel.PhysicalMemory;

/// <summary>Goes over unsorted, overlapping entries from the lowest address up and says for each stretch what wins there.</summary>
/// <remarks>
/// It looks at all entries for every stretch, which needs no memory of its own: a machine has some dozens of entries, and
/// this runs once.
/// </remarks>
internal readonly ref struct MemoryMapSweep
{
    private readonly ReadOnlySpan<RawMemoryRegion> _entries;
    private readonly PhysicalAddress _limit;

    /// <param name="entries">None of them wraps.</param>
    /// <param name="limit">The first address that the processor does not have; a multiple of 4096.</param>
    public MemoryMapSweep(ReadOnlySpan<RawMemoryRegion> entries, PhysicalAddress limit)
    {
        _entries = entries;
        _limit = limit;
    }

    /// <summary>The first address of the first stretch that begins at or above <paramref name="from"/> or goes on there; the limit if there is none.</summary>
    public PhysicalAddress NextEdge(PhysicalAddress from)
    {
        PhysicalAddress next = _limit;
        foreach (ref readonly RawMemoryRegion entry in _entries)
        {
            PhysicalRange range = Claimed(in entry, _limit);
            if (from < range.Start && range.Start < next)
            {
                next = range.Start;
            }

            if (from < range.End && range.End < next)
            {
                next = range.End;
            }
        }

        return next;
    }

    /// <summary>The most restrictive claim on the byte at <paramref name="address"/>, or false if nobody claims it.</summary>
    public bool TryKindAt(PhysicalAddress address, out MemoryRegionKind kind)
    {
        bool claimed = false;
        kind = MemoryRegionKind.Usable;
        foreach (ref readonly RawMemoryRegion entry in _entries)
        {
            if (Claimed(in entry, _limit).Contains(address))
            {
                claimed = true;
                MemoryRegionKind claim = Named(entry.Kind);
                kind = claim > kind ? claim : kind;
            }
        }

        return claimed;
    }

    /// <summary>The bytes that an entry speaks for: below the limit, and whole frames unless it is usable.</summary>
    /// <remarks>A frame of which one byte is reserved is reserved. A frame of which one byte is usable may be something else entirely.</remarks>
    private static PhysicalRange Claimed(in RawMemoryRegion entry, PhysicalAddress limit)
    {
        if (entry.Length == 0 || entry.Start >= limit.Value)
        {
            return default;
        }

        PhysicalAddress start = PhysicalAddress.FromValue(entry.Start);
        ulong room = limit - start;
        PhysicalRange range = PhysicalRange.FromStart(start, entry.Length < room ? entry.Length : room);
        return entry.Kind == MemoryRegionKind.Usable ? range : range.GrowTo<Size4KiB>();
    }

    private static MemoryRegionKind Named(MemoryRegionKind kind) => kind > MemoryRegionKind.Bad ? MemoryRegionKind.Reserved : kind;
}
