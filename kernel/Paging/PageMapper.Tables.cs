using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Kernel.Paging;

/// <content>Changing the shape of the tree: a large page into smaller ones, empty tables into free frames.</content>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
{
    /// <summary>Replaces a page by pages of the next smaller size that map the same frames with the same attributes.</summary>
    /// <remarks>What the processor had noted about the page is noted about all of the smaller ones.</remarks>
    public TableChange<SplitError> Split<TSize>(Page<TSize> page)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        if (!HasSize<TSize>() || level == PageTableLevel.Lowest)
        {
            return TableChange<SplitError>.Refused(SplitError.PageSizeUnsupported);
        }

        UnmapError error = FindLeaf(page, level);
        if (error != UnmapError.None)
        {
            return TableChange<SplitError>.Refused(AsSplitError(error));
        }

        if (!PageTableFrame.TryAllocate<TMemory, TFrames>(ref _frames, _token, out PageTableFrame below))
        {
            return TableChange<SplitError>.Refused(SplitError.OutOfFrames);
        }

        ulong index = page.Start.IndexAt<TMode>(level);
        FillWithParts(new PageTable<TMode, TMemory>(below.Frame.Start), _last[index], level);

        // One write: a processor walks to the large page or to the small ones, which say the same.
        PageTableEntry old = _last.Rewrite(index, keep: 0, PageTableEntry.ForTable(below, _last[index].AllowsUser).Bits);
        NoteInParts(new PageTable<TMode, TMemory>(below.Frame.Start), old, level.Below);
        return TableChange<SplitError>.Done(PendingFlush.Of(page.Start, 1, TSize.Shift));
    }

    /// <summary>Unlinks the tables below <paramref name="within"/> that have no entry left.</summary>
    /// <remarks>
    /// Tables right below the root's kernel half stay: other roots point to them. A table stays also if it only decides about a
    /// part of the range and the rest of it is in use.
    /// </remarks>
    public RetiredTables<TMemory> ReclaimEmptyTables(VirtualRange within)
    {
        RetiredTables<TMemory> retired = RetiredTables<TMemory>.None;
        if (!within.IsEmpty && TMode.IsCanonical(within.Start) && TMode.IsCanonical(within.Last))
        {
            RangePart whole = new(within.Start, default, within.Length);
            Retire(new PageTable<TMode, TMemory>(_root), TMode.RootLevel, whole, ref retired);
            Leave();
        }

        return retired;
    }

    /// <summary>Fills the empty root entries of the range with empty tables, so that they can be fixed.</summary>
    /// <param name="within">In the kernel half.</param>
    public TableChange<MapError> PopulateRootEntries(VirtualRange within)
    {
        if (!TMode.IsCanonical(within.Start) || within.Start < TMode.UpperHalfStart)
        {
            return TableChange<MapError>.Refused(MapError.NotCanonical);
        }

        if (_rootEntries == RootEntries.Fixed)
        {
            return TableChange<MapError>.Refused(MapError.RootEntryFixed);
        }

        if (within.IsEmpty)
        {
            return TableChange<MapError>.Done(PendingFlush.None);
        }

        PageTable<TMode, TMemory> root = new(_root);
        ulong first = within.Start.IndexAt<TMode>(TMode.RootLevel);
        ulong last = within.Last.IndexAt<TMode>(TMode.RootLevel);
        ulong missing = 0;
        for (ulong index = first; index <= last; index++)
        {
            PageTableEntry entry = root[index];
            if (!entry.IsEmpty && !entry.IsTableAt(TMode.RootLevel))
            {
                return TableChange<MapError>.Refused(WhyNotEmpty(entry, TMode.RootLevel));
            }

            missing += entry.IsEmpty ? 1UL : 0;
        }

        if (!TableReserve<TMemory, TFrames>.TryFill(missing, ref _frames, _token, out TableReserve<TMemory, TFrames> reserve))
        {
            return TableChange<MapError>.Refused(MapError.OutOfFrames);
        }

        for (ulong index = first; index <= last; index++)
        {
            if (root[index].IsEmpty)
            {
                root[index] = PageTableEntry.ForTable(reserve.Take(), user: false);
            }
        }

        return TableChange<MapError>.Done(PendingFlush.None);
    }

    /// <summary>Unlinks every table of the tree but the root, whatever they map; a fixed kernel half stays.</summary>
    /// <remarks>The frames that were mapped are not touched: they belong to whoever mapped them.</remarks>
    public RetiredTables<TMemory> Dismantle()
    {
        RetiredTables<TMemory> retired = RetiredTables<TMemory>.None;
        ulong entries = PageTable<TMode, TMemory>.EntriesAt(TMode.RootLevel);
        Dismantle(new PageTable<TMode, TMemory>(_root), TMode.RootLevel, _rootEntries == RootEntries.Fixed ? entries / 2 : entries, ref retired);
        Leave();
        return retired;
    }

    private static void Dismantle(
        PageTable<TMode, TMemory> table, PageTableLevel level, ulong entries, ref RetiredTables<TMemory> retired)
    {
        for (ulong index = 0; index < entries; index++)
        {
            PageTableEntry entry = table[index];
            table[index] = PageTableEntry.Empty;
            if (entry.KindAt<TMode>(level) == EntryKind.Table)
            {
                PhysicalAddress address = entry.TableAddress<TMode>();
                Dismantle(new PageTable<TMode, TMemory>(address), level.Below, PageTable<TMode, TMemory>.EntriesAt(level.Below), ref retired);
                retired = retired.With(Frame<Size4KiB>.FromStart(address), PendingFlush.Of(default, ulong.MaxValue, 0));
            }
        }
    }

    private readonly void Retire(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, ref RetiredTables<TMemory> retired)
    {
        while (level > PageTableLevel.Lowest && !part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            ulong index = here.Start.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (entry.KindAt<TMode>(level) == EntryKind.Table)
            {
                PhysicalAddress address = entry.TableAddress<TMode>();
                PageTable<TMode, TMemory> below = new(address);
                Retire(below, level.Below, here, ref retired);
                bool shared = level == TMode.RootLevel && IsFixedRootEntry(here.Start);
                if (!shared && below.IsEmptyAt(level.Below))
                {
                    table[index] = PageTableEntry.Empty;
                    retired = retired.With(Frame<Size4KiB>.FromStart(address), PendingFlush.Of(here.Start.AlignDown<Size4KiB>(), 1, Size4KiB.Shift));
                }
            }

            part = part.After(here.Length);
        }
    }

    private static void FillWithParts(PageTable<TMode, TMemory> parts, PageTableEntry whole, PageTableLevel level)
    {
        PageTableLevel below = level.Below;
        PageAttributes attributes = whole.Attributes(level);
        PhysicalAddress frame = whole.LeafAddress<TMode>(level);
        for (ulong index = 0; index < PageTable<TMode, TMemory>.EntriesAt(below); index++)
        {
            parts[index] = PageTableEntry.ForLeaf(frame, attributes, below);
            frame += 1UL << TMode.ShiftAt(below);
        }
    }

    /// <summary>Copies the accessed and dirty notes that the large page had at the moment it was replaced.</summary>
    private static void NoteInParts(PageTable<TMode, TMemory> parts, PageTableEntry whole, PageTableLevel below)
    {
        ulong notes = whole.Bits & PageTableEntry.TouchedBits;
        for (ulong index = 0; notes != 0 && index < PageTable<TMode, TMemory>.EntriesAt(below); index++)
        {
            parts.Rewrite(index, ulong.MaxValue, notes);
        }
    }

    private static SplitError AsSplitError(UnmapError error) => error switch
    {
        UnmapError.None => SplitError.None,
        UnmapError.NotCanonical => SplitError.NotCanonical,
        UnmapError.NotMapped => SplitError.NotMapped,
        UnmapError.CoveredByLargerPage => SplitError.CoveredByLargerPage,
        UnmapError.SmallerPagesBelow => SplitError.SmallerPagesBelow,
        _ => SplitError.MalformedEntry,
    };
}
