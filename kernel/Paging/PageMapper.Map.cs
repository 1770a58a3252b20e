using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Kernel.Paging;

/// <content>Mapping ranges: surveyed first, so that nothing can fail once the first entry is written.</content>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
{
    /// <summary>What a range mapping does with pages that are mapped already.</summary>
    private enum PresentPages
    {
        Refuse,
        KeepIfEqual,
    }

    /// <summary>Maps a range of pages to as many frames that lie one after another, with the largest pages that fit.</summary>
    /// <remarks>Each table is passed once to check and once to write; a table that does not exist yet only to write.</remarks>
    /// <param name="pages">Start and length are multiples of 4 KiB.</param>
    /// <param name="frames">The first frame's address, a multiple of 4 KiB.</param>
    /// <param name="attributes">The rights and the cache type of all of them.</param>
    public TableChange<MapError> MapRange(VirtualRange pages, PhysicalAddress frames, PageAttributes attributes) =>
        MapRange(pages, frames, attributes, PresentPages.Refuse);

    /// <summary>Maps those pages of a range that are not mapped yet. The others must be mapped to the same frames with the same attributes.</summary>
    /// <inheritdoc cref="MapRange(VirtualRange, PhysicalAddress, PageAttributes)"/>
    public TableChange<MapError> MapMissing(VirtualRange pages, PhysicalAddress frames, PageAttributes attributes) =>
        MapRange(pages, frames, attributes, PresentPages.KeepIfEqual);

    private TableChange<MapError> MapRange(VirtualRange pages, PhysicalAddress frames, PageAttributes attributes, PresentPages present)
    {
        if (!pages.Start.IsAlignedTo<Size4KiB>() || pages.Length % Size4KiB.Bytes != 0 || !frames.IsAlignedTo<Size4KiB>()
            || !frames.TryAdd(pages.Length, out _))
        {
            return TableChange<MapError>.Refused(MapError.Misaligned);
        }

        MapError refusal = RefusalOf(attributes);
        if (refusal != MapError.None || pages.IsEmpty)
        {
            return TableChange<MapError>.Refused(refusal);
        }

        if (!TMode.IsCanonical(pages.Start) || !TMode.IsCanonical(pages.Last))
        {
            return TableChange<MapError>.Refused(MapError.NotCanonical);
        }

        if (attributes.IsUser && IsFixedAgainstUser(pages))
        {
            return TableChange<MapError>.Refused(MapError.RootEntryFixed);
        }

        if (!CanHold(frames, pages.Length))
        {
            return TableChange<MapError>.Refused(MapError.AbovePhysicalWidth);
        }

        RangePart whole = new(pages.Start, frames, pages.Length);
        ulong missing = 0;
        MapError found = Survey(Root, TMode.RootLevel, whole, attributes, present, ref missing);
        if (found != MapError.None)
        {
            return TableChange<MapError>.Refused(found);
        }

        if (!TableReserve<TMemory, TFrames>.TryFill(missing, ref _frames, _token, out TableReserve<TMemory, TFrames> reserve))
        {
            return TableChange<MapError>.Refused(MapError.OutOfFrames);
        }

        // From here on nothing can fail.
        PendingFlush owed = PendingFlush.None;
        Fill(Root, TMode.RootLevel, whole, attributes, ref reserve, ref owed);
        _lastOpenToUser = false;
        return TableChange<MapError>.Done(owed);
    }

    /// <summary>Finds out whether the part can be mapped, and counts the tables that it needs.</summary>
    private readonly MapError Survey(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, PageAttributes attributes, PresentPages present, ref ulong missing)
    {
        if (level == PageTableLevel.Lowest && table.AreEmpty(part.Start.IndexAt<TMode>(level), part.PagesInTable<TMode>()))
        {
            return MapError.None;
        }

        while (!part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            PageTableEntry entry = table[here.Start.IndexAt<TMode>(level)];
            MapError found = MapError.None;
            if (entry.IsEmpty)
            {
                if (level == TMode.RootLevel && IsFixedRootEntry(here.Start))
                {
                    return MapError.RootEntryFixed;
                }

                missing += TablesFor(level, here);
            }
            else
            {
                found = entry.KindAt<TMode>(level) switch
                {
                    EntryKind.Table => IsRecursive(entry, level)
                        ? MapError.RecursiveSlot
                        : Survey(Below(entry, level, here.Start), level.Below, here, attributes, present, ref missing),
                    EntryKind.Leaf => WhyNotOverLeaf(entry, level, here, attributes, present),
                    _ => WhyNotEmpty(entry, level),
                };
            }

            if (found != MapError.None)
            {
                return found;
            }

            part = part.After(here.Length);
        }

        return MapError.None;
    }

    private static MapError WhyNotOverLeaf(
        PageTableEntry leaf, PageTableLevel level, RangePart here, PageAttributes attributes, PresentPages present)
    {
        ulong covered = 1UL << TMode.ShiftAt(level);
        if (present == PresentPages.Refuse)
        {
            return here.Length == covered ? MapError.AlreadyMapped : MapError.CoveredByLargerPage;
        }

        ulong offset = here.Start.Value & (covered - 1);
        bool equal = leaf.LeafAddress<TMode>(level) + offset == here.Frames && leaf.Attributes(level) == attributes;
        return equal ? MapError.None : MapError.MappedDifferently;
    }

    /// <summary>How many tables an empty entry at <paramref name="level"/> needs below it to map the part.</summary>
    private readonly ulong TablesFor(PageTableLevel level, RangePart part)
    {
        if (level == PageTableLevel.Lowest || part.IsLeafAt<TMode>(level, _features))
        {
            return 0;
        }

        ulong tables = 1;
        PageTableLevel below = level.Below;
        while (below > PageTableLevel.Lowest && !part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(below);
            tables += TablesFor(below, here);
            part = part.After(here.Length);
        }

        return tables;
    }

    /// <summary>Maps what the survey has found possible.</summary>
    private readonly void Fill(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, PageAttributes attributes,
        ref TableReserve<TMemory, TFrames> reserve, ref PendingFlush owed)
    {
        if (level == PageTableLevel.Lowest)
        {
            FillMissing(table, part, attributes);
            return;
        }

        while (!part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            nuint index = here.Start.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (entry.IsEmpty && here.IsLeafAt<TMode>(level, _features))
            {
                table[index] = PageTableEntry.ForLeaf(here.Frames, attributes, level);
            }
            else if (entry.IsEmpty)
            {
                // The table is complete before it is linked: a processor sees all of its pages or none.
                PageTableFrame below = reserve.Take();
                PageTable<TMode, TMemory> filled = PageTable<TMode, TMemory>.New(below, level.Below);
                if (level.Below == PageTableLevel.Lowest)
                {
                    filled.FillEmpty(here.Start.IndexAt<TMode>(level.Below), here.PagesInTable<TMode>(), LowestLeaf(here, attributes));
                }
                else
                {
                    Fill(filled, level.Below, here, attributes, ref reserve, ref owed);
                }

                table[index] = PageTableEntry.ForTable<TMode>(below, level, attributes.IsUser);
                owed = owed.And(OwedForLinkAt(level));
            }
            else if (entry.KindAt<TMode>(level) == EntryKind.Table)
            {
                if (attributes.IsUser && !entry.LetsUserPassAt<TMode>(level))
                {
                    table.Rewrite(index, ulong.MaxValue, entry.OpenToUser().Bits);
                    owed = owed.And(Owed(VirtualRange.FromStart(here.Start, here.Length)));
                }

                Fill(Below(entry, level, here.Start), level.Below, here, attributes, ref reserve, ref owed);
            }

            part = part.After(here.Length);
        }
    }

    private static PageTableEntry LowestLeaf(RangePart part, PageAttributes attributes) =>
        PageTableEntry.ForLeaf(part.Frames, attributes, PageTableLevel.Lowest);

    private static void FillMissing(PageTable<TMode, TMemory> table, RangePart part, PageAttributes attributes)
    {
        nuint first = part.Start.IndexAt<TMode>(PageTableLevel.Lowest);
        nuint end = first + part.PagesInTable<TMode>();
        PageTableEntry leaf = LowestLeaf(part, attributes);
        for (nuint index = first; index < end; index++)
        {
            // What is there already is equal, or the survey would have refused: writing it again would lose what the processor noted.
            if (table[index].IsEmpty)
            {
                table[index] = leaf;
            }

            leaf = leaf.FramesOn(1);
        }
    }
}
