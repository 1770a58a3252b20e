using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <content>Unmapping and protecting ranges: surveyed first, so that nothing can fail once the first entry is written.</content>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
{
    /// <summary>Removes the mappings of a range, every page of which is mapped by pages that lie inside it.</summary>
    /// <remarks>The frames may be given away only after the flush. Tables that become empty stay until they are reclaimed.</remarks>
    /// <param name="pages">Start and length are multiples of 4 KiB.</param>
    /// <param name="frames">Takes note of the frames.</param>
    public readonly TableChange<UnmapError> UnmapRange<TUnmapped>(VirtualRange pages, ref TUnmapped frames)
        where TUnmapped : struct, IUnmappedFrames, allows ref struct
    {
        UnmapError error = SurveyMapped(pages, out PageTableEntry common);
        if (error != UnmapError.None || pages.IsEmpty)
        {
            return TableChange<UnmapError>.Refused(error);
        }

        PhysicalRange run = default;
        RangePart whole = new(pages.Start, default, pages.Length);
        Clear(Root, TMode.RootLevel, whole, common, ref frames, ref run);
        frames.Add(run);
        return TableChange<UnmapError>.Done(Owed(pages));
    }

    /// <summary>Removes the mappings of a range whose frames the caller knows.</summary>
    /// <inheritdoc cref="UnmapRange{TUnmapped}(VirtualRange, ref TUnmapped)"/>
    public readonly TableChange<UnmapError> UnmapRange(VirtualRange pages)
    {
        IgnoredFrames ignored = default;
        return UnmapRange(pages, ref ignored);
    }

    /// <summary>Gives a range other rights and another cache type. Every page of it is mapped by pages that lie inside it.</summary>
    /// <param name="pages">Start and length are multiples of 4 KiB.</param>
    /// <param name="attributes">The rights and the cache type of all of them.</param>
    public TableChange<ProtectError> ProtectRange(VirtualRange pages, PageAttributes attributes)
    {
        MapError refusal = RefusalOf(attributes);
        if (refusal != MapError.None)
        {
            return TableChange<ProtectError>.Refused(AsProtectError(refusal));
        }

        UnmapError error = SurveyMapped(pages, out PageTableEntry common);
        if (error != UnmapError.None || pages.IsEmpty)
        {
            return TableChange<ProtectError>.Refused(AsProtectError(error));
        }

        if (attributes.IsUser && IsFixedAgainstUser(pages))
        {
            return TableChange<ProtectError>.Refused(ProtectError.RootEntryFixed);
        }

        RangePart whole = new(pages.Start, default, pages.Length);
        Rewrite(Root, TMode.RootLevel, whole, attributes, common);
        _lastOpenToUser = false;
        return TableChange<ProtectError>.Done(Owed(pages));
    }

    private static PendingFlush Owed(VirtualRange pages) =>
        PendingFlush.Of(pages.Start, pages.Length >> Size4KiB.Shift, Size4KiB.Shift);

    /// <summary>Finds out whether every page of the range is mapped by leaves that lie inside it, and which bits those have in common.</summary>
    private readonly UnmapError SurveyMapped(VirtualRange pages, out PageTableEntry common)
    {
        common = new PageTableEntry(ulong.MaxValue);
        if (!pages.Start.IsAlignedTo<Size4KiB>() || pages.Length % Size4KiB.Bytes != 0)
        {
            return UnmapError.Misaligned;
        }

        if (pages.IsEmpty)
        {
            return UnmapError.None;
        }

        if (!TMode.IsCanonical(pages.Start) || !TMode.IsCanonical(pages.Last))
        {
            return UnmapError.NotCanonical;
        }

        RangePart whole = new(pages.Start, default, pages.Length);
        return SurveyMapped(Root, TMode.RootLevel, whole, ref common);
    }

    /// <summary>Finds out whether every page of the part is mapped by a leaf that lies inside it, and which bits the leaves have in common.</summary>
    private readonly UnmapError SurveyMapped(PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, ref PageTableEntry common)
    {
        if (level == PageTableLevel.Lowest)
        {
            nuint first = part.Start.IndexAt<TMode>(level);
            common = common.With(table.CommonBits(first, part.PagesInTable<TMode>()).Bits, add: 0);
            return common.IsPresent ? UnmapError.None : UnmapError.NotMapped;
        }

        while (!part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            PageTableEntry entry = table[here.Start.IndexAt<TMode>(level)];
            UnmapError found = entry.KindAt<TMode>(level) switch
            {
                EntryKind.Absent => UnmapError.NotMapped,
                EntryKind.Table => IsRecursive(entry, level)
                    ? UnmapError.RecursiveSlot
                    : SurveyMapped(Below(entry, level, here.Start), level.Below, here, ref common),
                EntryKind.Leaf => WhyNotWholeLeaf(level, here),
                _ => UnmapError.MalformedEntry,
            };

            if (found != UnmapError.None)
            {
                return found;
            }

            if (entry.KindAt<TMode>(level) == EntryKind.Leaf)
            {
                common = common.With(entry.Bits, add: 0);
            }

            part = part.After(here.Length);
        }

        return UnmapError.None;
    }

    /// <summary>Why a leaf at <paramref name="level"/> cannot be changed as part of a range.</summary>
    private readonly UnmapError WhyNotWholeLeaf(PageTableLevel level, RangePart here)
    {
        if (here.Length != 1UL << TMode.ShiftAt(level))
        {
            return UnmapError.CoveredByLargerPage;
        }

        return level == TMode.RootLevel && IsFixedRootEntry(here.Start) ? UnmapError.RootEntryFixed : UnmapError.None;
    }

    private static void Clear<TUnmapped>(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, PageTableEntry common, ref TUnmapped frames, ref PhysicalRange run)
        where TUnmapped : struct, IUnmappedFrames, allows ref struct
    {
        if (level == PageTableLevel.Lowest && !TUnmapped.TakesNote)
        {
            table.RewriteAll(part.Start.IndexAt<TMode>(level), part.PagesInTable<TMode>(), keep: 0, add: 0, common);
            return;
        }

        while (!part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            nuint index = here.Start.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (entry.KindAt<TMode>(level) == EntryKind.Table)
            {
                Clear(Below(entry, level, here.Start), level.Below, here, common, ref frames, ref run);
            }
            else
            {
                PageTableEntry old = table.Rewrite(index, keep: 0, add: 0);
                ForgetLeafAt(level, here.Start);
                Note(PhysicalRange.FromStart(old.LeafAddress<TMode>(level), here.Length), ref frames, ref run);
            }

            part = part.After(here.Length);
        }
    }

    /// <summary>Lengthens the run of frames, or reports it and begins the next.</summary>
    private static void Note<TUnmapped>(PhysicalRange next, ref TUnmapped frames, ref PhysicalRange run)
        where TUnmapped : struct, IUnmappedFrames, allows ref struct
    {
        if (run.IsEmpty)
        {
            run = next;
        }
        else if (run.End == next.Start)
        {
            run = PhysicalRange.Between(run.Start, next.End);
        }
        else
        {
            frames.Add(run);
            run = next;
        }
    }

    private static void Rewrite(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, PageAttributes attributes, PageTableEntry common)
    {
        if (level == PageTableLevel.Lowest)
        {
            nuint first = part.Start.IndexAt<TMode>(level);
            table.RewriteAll(first, part.PagesInTable<TMode>(), KeptBits(level), attributes.LeafBitsAt(level), common);
            return;
        }

        while (!part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            nuint index = here.Start.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (entry.KindAt<TMode>(level) == EntryKind.Table)
            {
                if (attributes.IsUser && !entry.LetsUserPassAt<TMode>(level))
                {
                    table.Rewrite(index, ulong.MaxValue, entry.OpenToUser().Bits);
                }

                Rewrite(Below(entry, level, here.Start), level.Below, here, attributes, common);
            }
            else
            {
                table.Rewrite(index, KeptBits(level), attributes.LeafBitsAt(level));
            }

            part = part.After(here.Length);
        }
    }
}
