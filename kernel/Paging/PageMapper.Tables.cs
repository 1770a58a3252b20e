using System.Runtime.CompilerServices;
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

        nuint index = page.Start.IndexAt<TMode>(level);
        PageTable<TMode, TMemory> parts = PageTable<TMode, TMemory>.New(below, level.Below);
        FillWithParts(parts, _last[index], level);

        // One write: a processor walks to the large page or to the small ones, which say the same.
        PageTableEntry old = _last.Rewrite(index, keep: 0, PageTableEntry.ForTable<TMode>(below, level, _last[index].AllowsUser).Bits);
        NoteInParts(parts, old, level.Below);
        ForgetLeafAt(level, page.Start);
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
            Retire(Root, TMode.RootLevel, whole, ref retired);
            Leave();
        }

        return retired;
    }

    /// <summary>Fills the empty root entries of the range with empty tables, so that they can be fixed. Those that map a page themselves stay.</summary>
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

        PageTable<TMode, TMemory> root = Root;
        nuint first = within.Start.IndexAt<TMode>(TMode.RootLevel);
        nuint last = within.Last.IndexAt<TMode>(TMode.RootLevel);
        ulong missing = 0;
        for (nuint index = first; index <= last; index++)
        {
            PageTableEntry entry = root[index];
            if (entry.KindAt<TMode>(TMode.RootLevel) == EntryKind.Malformed || (entry.KindAt<TMode>(TMode.RootLevel) == EntryKind.Absent && !entry.IsEmpty))
            {
                return TableChange<MapError>.Refused(WhyNotEmpty(entry, TMode.RootLevel));
            }

            missing += entry.IsEmpty ? 1UL : 0;
        }

        if (!TableReserve<TMemory, TFrames>.TryFill(missing, ref _frames, _token, out TableReserve<TMemory, TFrames> reserve))
        {
            return TableChange<MapError>.Refused(MapError.OutOfFrames);
        }

        for (nuint index = first; index <= last; index++)
        {
            if (root[index].IsEmpty)
            {
                root[index] = PageTableEntry.ForTable<TMode>(reserve.Take(), TMode.RootLevel, user: false);
            }
        }

        return TableChange<MapError>.Done(missing == 0 ? PendingFlush.None : OwedForLinkAt(TMode.RootLevel));
    }

    /// <summary>Points the root's last entry to the root itself, so that the tree shows its own tables there.</summary>
    /// <remarks>
    /// <see cref="KernelLayout{TMode}.Windows"/> gets its tables down to the lowest level, because
    /// <see cref="RecursiveMap{TMode, TProcessor}"/> cannot make any before it has a window; from then on nobody maps there or takes
    /// the tables for empty ones. Panics in a mode whose root has fewer entries than other tables.
    /// </remarks>
    /// <returns>
    /// <see cref="MapError.RootEntryFixed"/>, <see cref="MapError.OutOfFrames"/>, or what is in the way at the last root entry or at
    /// the windows. Nothing has changed then.
    /// </returns>
    public TableChange<MapError> LinkToItself()
    {
        if (TMode.IndexBitsAt(TMode.RootLevel) != TMode.IndexBitsAt(PageTableLevel.Lowest))
        {
            Panic.Raise("index bits of the root", (ulong)TMode.IndexBitsAt(TMode.RootLevel), "as many as of every table", "PageMapper.LinkToItself");
        }

        PageTable<TMode, TMemory> root = Root;
        nuint slot = PageTable<TMode, TMemory>.EntriesAt(TMode.RootLevel) - 1;
        MapError refusal = root[slot].IsEmpty ? MapError.None : WhyNotEmpty(root[slot], TMode.RootLevel);
        if (refusal == MapError.None)
        {
            refusal = _rootEntries == RootEntries.Fixed ? MapError.RootEntryFixed : TakeWindows();
        }

        if (refusal != MapError.None)
        {
            return TableChange<MapError>.Refused(refusal);
        }

        root[slot] = PageTableEntry.ForTable<TMode>(_root, TMode.RootLevel, user: false);
        return TableChange<MapError>.Done(PendingFlush.None);
    }

    /// <summary>Enters the table that decides about the windows, one for all of them, and takes their entries, which must be empty.</summary>
    private MapError TakeWindows()
    {
        VirtualRange windows = KernelLayout<TMode>.Windows;
        bool exists = EnterExisting(windows.Start, PageTableLevel.Lowest) == UnmapError.None;
        MapError refusal = exists ? MapError.None : EnterCreating(windows.Start, PageTableLevel.Lowest, user: false);
        if (refusal != MapError.None)
        {
            return refusal;
        }

        RangePart entries = new(windows.Start, default, windows.Length);
        nuint first = windows.Start.IndexAt<TMode>(PageTableLevel.Lowest);
        nuint count = entries.PagesInTable<TMode>();
        if (!_last.AreEmpty(first, count))
        {
            return MapError.EntryInUse;
        }

        for (nuint index = first; index < first + count; index++)
        {
            _last[index] = PageTableEntry.Taken;
        }

        return MapError.None;
    }

    /// <summary>Unlinks every table of the tree but the root, whatever they map; a fixed kernel half stays.</summary>
    /// <remarks>
    /// The frames that were mapped are not touched: they belong to whoever mapped them. Panics if the kernel half would go with
    /// the rest although tables are only touched through it, as the recursive map does.
    /// </remarks>
    public RetiredTables<TMemory> Dismantle()
    {
        if (_rootEntries != RootEntries.Fixed && TMemory.HasWindows)
        {
            Panic.Raise("root of the tree", _root.Frame.Start.Value, "a fixed kernel half, which shows the tables", "PageMapper.Dismantle");
        }

        RetiredTables<TMemory> retired = RetiredTables<TMemory>.None;
        nuint entries = _rootEntries == RootEntries.Fixed
            ? TMode.UpperHalfStart.IndexAt<TMode>(TMode.RootLevel)
            : PageTable<TMode, TMemory>.EntriesAt(TMode.RootLevel);
        Dismantle(Root, TMode.RootLevel, entries, default, ref retired);
        Leave();
        return retired;
    }

    private readonly void Dismantle(
        PageTable<TMode, TMemory> table, PageTableLevel level, nuint entries, VirtualAddress start, ref RetiredTables<TMemory> retired)
    {
        for (nuint index = 0; index < entries; index++)
        {
            PageTableEntry entry = table[index];
            if (entry.KindAt<TMode>(level) == EntryKind.Table && !IsRecursive(entry, level))
            {
                VirtualAddress first = StartOf(start, level, index);
                Dismantle(Below(entry, level, first), level.Below, PageTable<TMode, TMemory>.EntriesAt(level.Below), first, ref retired);
                table[index] = PageTableEntry.Empty;
                TMemory.ForgetTable(level.Below, first);
                retired = retired.With(Frame<Size4KiB>.FromStart(entry.TableAddress<TMode>()), PendingFlush.All);
            }
            else
            {
                table[index] = PageTableEntry.Empty;
            }
        }
    }

    /// <summary>What is owed after a table's entry at <paramref name="level"/> has become absent: one invalidation empties the caches of tables.</summary>
    private static PendingFlush OwedForUnlinkAt(PageTableLevel level, VirtualAddress address) =>
        PendingFlush.Of(address.AlignDown<Size4KiB>(), 1, Size4KiB.Shift).And(OwedForLinkAt(level));

    /// <summary>The first address that an entry decides about, in a table that decides from <paramref name="table"/> on.</summary>
    private static VirtualAddress StartOf(VirtualAddress table, PageTableLevel level, nuint index)
    {
        int shift = TMode.ShiftAt(level);
        nuint firstOfKernel = TMode.UpperHalfStart.IndexAt<TMode>(TMode.RootLevel);
        return level == TMode.RootLevel && index >= firstOfKernel
            ? TMode.UpperHalfStart + ((ulong)(index - firstOfKernel) << shift)
            : table + ((ulong)index << shift);
    }

    private readonly void Retire(
        PageTable<TMode, TMemory> table, PageTableLevel level, RangePart part, ref RetiredTables<TMemory> retired)
    {
        while (level > PageTableLevel.Lowest && !part.IsEmpty)
        {
            RangePart here = part.InFirstEntry<TMode>(level);
            nuint index = here.Start.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (entry.KindAt<TMode>(level) == EntryKind.Table && !IsRecursive(entry, level))
            {
                PhysicalAddress address = entry.TableAddress<TMode>();
                PageTable<TMode, TMemory> below = Below(entry, level, here.Start);
                Retire(below, level.Below, here, ref retired);
                bool shared = level == TMode.RootLevel && IsFixedRootEntry(here.Start);
                if (!shared && below.IsEmptyAt(level.Below))
                {
                    table[index] = PageTableEntry.Empty;
                    TMemory.ForgetTable(level.Below, here.Start);
                    PendingFlush owed = retired.ForgetsOneOf(VirtualRange.FromStart(here.Start, here.Length))
                        ? OwedForLinkAt(level)
                        : OwedForUnlinkAt(level, here.Start);
                    retired = retired.With(Frame<Size4KiB>.FromStart(address), owed);
                }
            }

            part = part.After(here.Length);
        }
    }

    /// <summary>Says that the page at an entry is gone. Where the tables below it are to be, processors may have seen its frames without being told to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ForgetLeafAt(PageTableLevel level, VirtualAddress address)
    {
        while (level > PageTableLevel.Lowest)
        {
            level = level.Below;
            TMemory.ForgetTable(level, address);
        }
    }

    private static void FillWithParts(PageTable<TMode, TMemory> parts, PageTableEntry whole, PageTableLevel level)
    {
        PageTableLevel below = level.Below;
        PageAttributes attributes = whole.Attributes(level);
        PhysicalAddress frame = whole.LeafAddress<TMode>(level);
        for (nuint index = 0; index < PageTable<TMode, TMemory>.EntriesAt(below); index++)
        {
            parts[index] = PageTableEntry.ForLeaf(frame, attributes, below);
            frame += 1UL << TMode.ShiftAt(below);
        }
    }

    /// <summary>Copies the accessed and dirty notes that the large page had at the moment it was replaced.</summary>
    private static void NoteInParts(PageTable<TMode, TMemory> parts, PageTableEntry whole, PageTableLevel below)
    {
        ulong notes = whole.Bits & PageTableEntry.TouchedBits;
        for (nuint index = 0; notes != 0 && index < PageTable<TMode, TMemory>.EntriesAt(below); index++)
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
        UnmapError.RecursiveSlot => SplitError.RecursiveSlot,
        UnmapError.RootEntryFixed => SplitError.RootEntryFixed,
        _ => SplitError.MalformedEntry,
    };
}
