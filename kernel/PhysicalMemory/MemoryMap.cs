using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.PhysicalMemory;

/// <summary>What physical memory holds, as sorted regions that do not overlap; equal neighbours are one region. What no region names is a hole.</summary>
/// <remarks>
/// <para>
/// It is a view of the caller's storage: copies see each other's changes, and the storage must stay where it is as long as
/// any of them is used. The first empty slot of the storage ends the map. Not synchronised: it belongs to bring-up, and
/// afterwards nobody changes it.
/// </para>
/// <para>
/// How boot data is read: entries may come in any order and overlap; where they do, the most restrictive kind wins. Usable
/// memory shrinks to whole 4 KiB frames, everything else grows to them. An entry without length is dropped and counted. An
/// entry that reaches beyond the physical width is cut off there and counted: the processor has no address for the rest. An
/// entry whose end wraps around refuses the whole map.
/// </para>
/// </remarks>
public readonly struct MemoryMap
{
    private readonly RegionList _list;

    private MemoryMap(RegionList list) => _list = list;

    /// <summary>The regions, from the lowest address up.</summary>
    public ReadOnlySpan<MemoryRegion> Regions => _list.Regions;

    /// <summary>The usable memory in bytes, a multiple of 4096.</summary>
    public ulong UsableBytes => BytesOf(MemoryRegionKind.Usable);

    /// <summary>The largest usable region; empty if there is none. Of equal ones the lowest.</summary>
    public PhysicalRange LargestUsable
    {
        get
        {
            PhysicalRange largest = default;
            foreach (ref readonly MemoryRegion region in Regions)
            {
                if (region.Kind == MemoryRegionKind.Usable && region.Range.Length > largest.Length)
                {
                    largest = region.Range;
                }
            }

            return largest;
        }
    }

    /// <summary>The address after the highest usable byte; 0 if there is none.</summary>
    public PhysicalAddress UsableEnd
    {
        get
        {
            PhysicalAddress end = PhysicalAddress.Zero;
            foreach (ref readonly MemoryRegion region in Regions)
            {
                end = region.Kind == MemoryRegionKind.Usable ? region.Range.End : end;
            }

            return end;
        }
    }

    /// <summary>The address after the highest byte of memory of any use; 0 if there is none.</summary>
    public PhysicalAddress MemoryEnd
    {
        get
        {
            PhysicalAddress end = PhysicalAddress.Zero;
            foreach (ref readonly MemoryRegion region in Regions)
            {
                end = region.IsMemory ? region.Range.End : end;
            }

            return end;
        }
    }

    /// <summary>Makes a map of what the boot protocol says.</summary>
    /// <param name="entries">The boot protocol's entries; not part of the storage.</param>
    /// <param name="physicalAddressBits">The physical address bits that the processor has, 12 to 52.</param>
    /// <param name="storage">Where the regions go. It stays where it is as long as the map is used.</param>
    /// <param name="capacity">How many regions fit there.</param>
    /// <param name="map">The map; without any region after an error.</param>
    /// <param name="report">What was odd about the entries.</param>
    public static unsafe MemoryMapError Normalize(
        ReadOnlySpan<RawMemoryRegion> entries,
        int physicalAddressBits,
        MemoryRegion* storage,
        int capacity,
        out MemoryMap map,
        out MemoryMapReport report)
    {
        if (physicalAddressBits is < Size4KiB.Shift or > PhysicalAddress.MaximumBits)
        {
            Panic.Raise("physical address bits", unchecked((ulong)physicalAddressBits), "12 to 52", "MemoryMap.Normalize");
        }

        map = default;
        PhysicalAddress limit = PhysicalAddress.FromValue(1UL << physicalAddressBits);
        report = Examine(entries, limit);
        if (report.FaultyEntry >= 0)
        {
            return MemoryMapError.WrappedLength;
        }

        MemoryMap result = new(new RegionList(storage, capacity));
        if (!result.TryFill(new MemoryMapSweep(entries, limit), limit))
        {
            return MemoryMapError.TooManyRegions;
        }

        if (result.UsableBytes == 0)
        {
            return MemoryMapError.NoUsableMemory;
        }

        map = result;
        return MemoryMapError.None;
    }

    /// <summary>The bytes in regions of that kind, a multiple of 4096.</summary>
    public ulong BytesOf(MemoryRegionKind kind)
    {
        ulong bytes = 0;
        foreach (ref readonly MemoryRegion region in Regions)
        {
            bytes += region.Kind == kind ? region.Range.Length : 0;
        }

        return bytes;
    }

    /// <summary>The region that <paramref name="address"/> lies in, or false if it lies in a hole.</summary>
    public bool TryFind(PhysicalAddress address, out MemoryRegion region)
    {
        int index = _list.IndexAtOrAbove(address);
        bool found = index < _list.Count && _list[index].Range.Contains(address);
        region = found ? _list[index] : default;
        return found;
    }

    /// <summary>The lowest run of memory, of whatever use, that ends above <paramref name="from"/>: adjacent regions count as one.</summary>
    /// <param name="from">Where to begin: 0, then the end of the run before. A run that it lies in is given from there on.</param>
    /// <param name="run">The run.</param>
    public bool TryNextMemory(PhysicalAddress from, out PhysicalRange run)
    {
        run = default;
        foreach (ref readonly MemoryRegion region in Regions)
        {
            if (!region.IsMemory || region.Range.End <= from)
            {
                continue;
            }

            if (!run.IsEmpty && region.Range.Start != run.End)
            {
                break;
            }

            PhysicalAddress start = region.Range.Start < from ? from : region.Range.Start;
            run = PhysicalRange.Between(run.IsEmpty ? start : run.Start, region.Range.End);
        }

        return !run.IsEmpty;
    }

    /// <summary>Whether the range has a byte of memory in it, of whatever use: it must not be mapped as a device.</summary>
    public bool TouchesMemory(PhysicalRange range) =>
        TryNextMemory(range.Start, out PhysicalRange run) && run.Overlaps(range);

    /// <summary>Takes a range out of what is free; it grows to whole frames. Where a more restrictive kind is already, that stays.</summary>
    /// <remarks>
    /// Holes in the range become regions. Needs room for a region per hole and per cut edge, even if equal neighbours then
    /// become one.
    /// </remarks>
    public MemoryMapError Reserve(PhysicalRange range, MemoryRegionKind kind)
    {
        if (kind == MemoryRegionKind.Usable)
        {
            Panic.Raise("memory region kind", (ulong)kind, "a kind that is not free to use", "MemoryMap.Reserve");
        }

        PhysicalRange rest = range.GrowTo<Size4KiB>();
        if (_list.Count + PiecesAddedBy(rest, kind) > _list.Capacity)
        {
            return MemoryMapError.TooManyRegions;
        }

        while (!rest.IsEmpty)
        {
            PhysicalRange piece = FirstPiece(rest, out int index, out bool hole);
            if ((hole || _list[index].Kind < kind) && !_list.TryPaint(index, hole, piece, kind))
            {
                Panic.Raise("memory map regions", (ulong)_list.Count, "the room that was counted", "MemoryMap.Reserve");
            }

            rest = PhysicalRange.Between(piece.End, rest.End);
        }

        return MemoryMapError.None;
    }

    /// <summary>Makes a range that lies inside one region another kind, or returns false if there is no room for the pieces.</summary>
    internal bool TryChangeKind(PhysicalRange range, MemoryRegionKind kind) =>
        _list.TryPaint(_list.IndexAtOrAbove(range.Start), hole: false, range, kind);

    private static MemoryMapReport Examine(ReadOnlySpan<RawMemoryRegion> entries, PhysicalAddress limit)
    {
        int empty = 0;
        int clipped = 0;
        ulong clippedUsable = 0;
        for (int index = 0; index < entries.Length; index++)
        {
            ref readonly RawMemoryRegion entry = ref entries[index];
            if (entry.Wraps)
            {
                return new MemoryMapReport(empty, clipped, clippedUsable, index);
            }

            ulong cut = entry.LengthFrom(limit.Value);
            empty += entry.Length == 0 ? 1 : 0;
            clipped += cut == 0 ? 0 : 1;
            clippedUsable += entry.Kind == MemoryRegionKind.Usable ? cut : 0;
        }

        return new MemoryMapReport(empty, clipped, clippedUsable, -1);
    }

    private bool TryFill(MemoryMapSweep sweep, PhysicalAddress limit)
    {
        _list.Clear();
        MemoryRegion open = default;
        for (PhysicalAddress at = PhysicalAddress.Zero; at < limit;)
        {
            PhysicalAddress next = sweep.NextEdge(at);
            if (sweep.TryKindAt(at, out MemoryRegionKind kind))
            {
                bool goesOn = open.Kind == kind && open.Range.End == at && !open.Range.IsEmpty;
                if (!goesOn && !TryAppendFrames(open))
                {
                    return false;
                }

                open = new MemoryRegion(PhysicalRange.Between(goesOn ? open.Range.Start : at, next), kind);
            }

            at = next;
        }

        return TryAppendFrames(open);
    }

    // Only usable stretches can have edges inside a frame: the sweep gives whole frames to everything else.
    private bool TryAppendFrames(MemoryRegion region)
    {
        PhysicalRange frames = region.Range.ShrinkTo<Size4KiB>();
        return frames.IsEmpty || _list.TryAppend(new MemoryRegion(frames, region.Kind));
    }

    // The part of the range, from its start, that lies in one region or in one hole; the index is the region's, or that of the one after the hole.
    private PhysicalRange FirstPiece(PhysicalRange range, out int index, out bool hole)
    {
        index = _list.IndexAtOrAbove(range.Start);
        PhysicalAddress end = range.End;
        hole = true;
        if (index < _list.Count)
        {
            PhysicalRange region = _list[index].Range;
            hole = range.Start < region.Start;
            PhysicalAddress edge = hole ? region.Start : region.End;
            end = edge < end ? edge : end;
        }

        return PhysicalRange.Between(range.Start, end);
    }

    private int PiecesAddedBy(PhysicalRange range, MemoryRegionKind kind)
    {
        int added = 0;
        while (!range.IsEmpty)
        {
            PhysicalRange piece = FirstPiece(range, out int index, out bool hole);
            if (hole)
            {
                added++;
            }
            else if (_list[index].Kind < kind)
            {
                PhysicalRange region = _list[index].Range;
                added += (region.Start < piece.Start ? 1 : 0) + (piece.End < region.End ? 1 : 0);
            }

            range = PhysicalRange.Between(piece.End, range.End);
        }

        return added;
    }
}
