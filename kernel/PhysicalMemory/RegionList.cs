using System;
using Kernel.Addresses;

namespace Kernel.PhysicalMemory;

/// <summary>The sorted regions of a memory map in the caller's storage, ended by the first empty slot or by the end of the storage.</summary>
internal readonly unsafe struct RegionList
{
    private readonly MemoryRegion* _slots;

    /// <param name="slots">Stays where it is as long as the list is used.</param>
    /// <param name="capacity">How many regions fit there.</param>
    public RegionList(MemoryRegion* slots, int capacity)
    {
        _slots = slots;
        Capacity = capacity;
    }

    public int Capacity { get; }

    public int Count
    {
        get
        {
            Span<MemoryRegion> slots = Slots;
            int count = 0;
            while (count < slots.Length && !slots[count].Range.IsEmpty)
            {
                count++;
            }

            return count;
        }
    }

    public ReadOnlySpan<MemoryRegion> Regions => Slots.Slice(0, Count);

    private Span<MemoryRegion> Slots
    {
        get
        {
            // SAFETY: whoever made the list gave it that many slots, which stay where they are.
            return new Span<MemoryRegion>(_slots, Capacity);
        }
    }

    public MemoryRegion this[int index] => Slots[index];

    public void Clear() => Slots.Clear();

    public bool TryAppend(MemoryRegion region)
    {
        int count = Count;
        if (count == Capacity)
        {
            return false;
        }

        Slots[count] = region;
        return true;
    }

    /// <summary>The index of the first region that ends above <paramref name="address"/>; the count if there is none.</summary>
    public int IndexAtOrAbove(PhysicalAddress address)
    {
        ReadOnlySpan<MemoryRegion> regions = Regions;
        int index = 0;
        while (index < regions.Length && regions[index].Range.End <= address)
        {
            index++;
        }

        return index;
    }

    /// <summary>Gives a piece of a region, or of the hole before it, a kind; equal neighbours that then touch become one.</summary>
    /// <returns>False, and nothing changed, if there is no room for the pieces.</returns>
    public bool TryPaint(int index, bool hole, PhysicalRange piece, MemoryRegionKind kind)
    {
        Span<MemoryRegion> slots = Slots;
        MemoryRegion old = hole ? new MemoryRegion(piece, kind) : slots[index];
        int first = index;
        int after = hole ? index : index + 1;
        PhysicalRange painted = piece;
        if (first > 0 && slots[first - 1].Kind == kind && slots[first - 1].Range.End == piece.Start)
        {
            first--;
            painted = PhysicalRange.Between(slots[first].Range.Start, painted.End);
        }

        if (after < Count && slots[after].Kind == kind && slots[after].Range.Start == piece.End)
        {
            painted = PhysicalRange.Between(painted.Start, slots[after].Range.End);
            after++;
        }

        bool below = old.Range.Start < piece.Start;
        bool above = piece.End < old.Range.End;
        if (!TryMakeRoom(first, after - first, 1 + (below ? 1 : 0) + (above ? 1 : 0)))
        {
            return false;
        }

        if (below)
        {
            slots[first] = new MemoryRegion(PhysicalRange.Between(old.Range.Start, piece.Start), old.Kind);
            first++;
        }

        slots[first] = new MemoryRegion(painted, kind);
        if (above)
        {
            slots[first + 1] = new MemoryRegion(PhysicalRange.Between(piece.End, old.Range.End), old.Kind);
        }

        return true;
    }

    // Replaces some slots by others, whose contents the caller writes next.
    private bool TryMakeRoom(int index, int removed, int added)
    {
        Span<MemoryRegion> slots = Slots;
        int count = Count;
        int grown = count - removed + added;
        if (grown > Capacity)
        {
            return false;
        }

        slots.Slice(index + removed, count - index - removed).CopyTo(slots.Slice(index + added));
        if (grown < count)
        {
            slots.Slice(grown, count - grown).Clear();
        }

        return true;
    }
}
