using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>Changes one tree of page tables: one page at a time here, ranges and whole tables in the other parts of the type.</summary>
/// <remarks>
/// <para>The caller holds the lock that guards the tree as long as the mapper lives, so that nobody else changes a table.
/// Processors go on walking it: every intermediate state is one that they may see.</para>
/// <para>A refused call leaves no trace. Whatever can go wrong is found before the first write, frames included.</para>
/// <para>The mapper remembers the last table that it worked in, as processors do, and comes back to it without a walk.</para>
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <typeparam name="TFrames">Where new tables get their frames.</typeparam>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
    where TFrames : struct, IFrameSource
{
    private readonly PageTableFrame _root;
    private readonly PagingFeatures _features;
    private readonly RootEntries _rootEntries;
    private readonly ref TFrames _frames;
    private readonly InterruptsDisabled _token;

    // The last table that was worked in, which addresses at which level it decides about, and whether ring 3 gets there.
    private PageTable<TMode, TMemory> _last;
    private ulong _lastTag;
    private bool _lastOpenToUser;

    // What the last creation of tables owes: it let ring 3 into some that were there, or linked one that processors do not look for.
    private PendingFlush _owedForTables;

    /// <summary>A mapper for the tree under <paramref name="root"/>.</summary>
    /// <param name="root">The root table.</param>
    /// <param name="features">What the processors that use the tree can do.</param>
    /// <param name="rootEntries">Whether the kernel half of the root may get new entries.</param>
    /// <param name="frames">Where new tables get their frames.</param>
    /// <param name="token">Interrupts are disabled as long as the mapper lives.</param>
    public PageMapper(PageTableFrame root, PagingFeatures features, RootEntries rootEntries, ref TFrames frames, InterruptsDisabled token)
    {
        _root = root;
        _features = features;
        _rootEntries = rootEntries;
        _frames = ref frames;
        _token = token;
    }

    /// <summary>Reads the tree without changing it.</summary>
    public readonly PageTableWalker<TMode, TMemory> Walker
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_root.Frame.Start);
    }

    private readonly PageTable<TMode, TMemory> Root => PageTable<TMode, TMemory>.Root(_root.Frame.Start);

    /// <summary>A mapper for the same tree that touches its tables in another way.</summary>
    /// <remarks>Both are good as long as this one is. Each finds what the other has done, but what one owes is not the other's to flush.</remarks>
    /// <typeparam name="TOther">Where physical memory can be touched. If it is the recursive map, this processor uses the tree.</typeparam>
    public readonly PageMapper<TMode, TOther, TFrames> Through<TOther>()
        where TOther : struct, IPhysicalMemory =>
        new(_root, _features, _rootEntries, ref _frames, _token);

    /// <summary>A mapper for the same tree that touches its tables in another way and makes new ones of other frames.</summary>
    /// <remarks>
    /// As <see cref="Through{TOther}"/>. Tables that only <typeparamref name="TOther"/> can touch have to be gone before anyone
    /// works on that part of the tree in another way.
    /// </remarks>
    /// <param name="frames">Where new tables get their frames.</param>
    /// <typeparam name="TOther">Where physical memory can be touched. If it is the recursive map, this processor uses the tree.</typeparam>
    /// <typeparam name="TOtherFrames">Where new tables get their frames.</typeparam>
    public readonly PageMapper<TMode, TOther, TOtherFrames> Through<TOther, TOtherFrames>(ref TOtherFrames frames)
        where TOther : struct, IPhysicalMemory
        where TOtherFrames : struct, IFrameSource =>
        new(_root, _features, _rootEntries, ref frames, _token);

    /// <summary>What <paramref name="address"/> is mapped to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Translation Translate(VirtualAddress address) => Walker.Translate(address);

    /// <summary>Maps a page to a frame. Tables that are missing on the way are created.</summary>
    /// <remarks>
    /// Nothing is owed afterwards, because processors do not remember absent entries, unless a way to ring 3 was opened or the mode
    /// has the root's entries copied.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<MapError> Map<TSize>(Page<TSize> page, Frame<TSize> frame, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        if (IsInLast(page, level) && TMode.AllowsLeafAt(level, _features) && CanHave(attributes) && IsLastOpenFor(attributes)
            && CanHold(frame.Start, TSize.Bytes))
        {
            PageTable<TMode, TMemory> table = _last;
            nuint index = page.Start.IndexAt<TMode>(level);
            if (table[index].IsEmpty)
            {
                table[index] = PageTableEntry.ForLeaf(frame.Start, attributes, level);
                return TableChange<MapError>.Done(PendingFlush.None);
            }
        }

        MapError refusal = MapAnywhere(page, frame, attributes);
        return refusal == MapError.None ? TableChange<MapError>.Done(_owedForTables) : TableChange<MapError>.Refused(refusal);
    }

    /// <summary>Removes the mapping of a page and tells which frame it had.</summary>
    /// <remarks>The frame is the caller's again, but may be given away only after the flush. Tables that become empty stay until they are reclaimed.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<UnmapError> Unmap<TSize>(Page<TSize> page, out Frame<TSize> frame)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        if (IsInLast(page, level))
        {
            PageTable<TMode, TMemory> table = _last;
            nuint index = page.Start.IndexAt<TMode>(level);
            PageTableEntry leaf = table[index];
            if (leaf.IsSettledLeafAt<TMode>(level))
            {
                table[index] = PageTableEntry.Empty;
                ForgetLeafAt(level, page.Start);
                frame = leaf.LeafFrame<TMode, TSize>(level);
                return TableChange<UnmapError>.Done(PendingFlush.OfPage(page));
            }
        }

        UnmapError refusal = UnmapAnywhere(page, out Frame<TSize> found);
        frame = found;
        return refusal == UnmapError.None
            ? TableChange<UnmapError>.Done(PendingFlush.OfPage(page))
            : TableChange<UnmapError>.Refused(refusal);
    }

    /// <summary>Gives a mapped page other rights and another cache type. What the processor noted about it is kept.</summary>
    /// <remarks>After another cache type the caches may still hold what was read or written with the old one: the caller writes it back.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<ProtectError> Protect<TSize>(Page<TSize> page, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        if (IsInLast(page, level) && CanHave(attributes) && IsLastOpenFor(attributes))
        {
            PageTable<TMode, TMemory> table = _last;
            nuint index = page.Start.IndexAt<TMode>(level);
            PageTableEntry leaf = table[index];
            if (leaf.IsSettledLeafAt<TMode>(level))
            {
                table[index] = leaf.With(KeptBits(level), attributes.LeafBitsAt(level));
                return TableChange<ProtectError>.Done(PendingFlush.OfPage(page));
            }
        }

        ProtectError refusal = ProtectAnywhere(page, attributes);
        return refusal == ProtectError.None
            ? TableChange<ProtectError>.Done(PendingFlush.OfPage(page))
            : TableChange<ProtectError>.Refused(refusal);
    }

    /// <summary>The bits of a leaf that a change of rights leaves alone: the frame, and what the processor noted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong KeptBits(PageTableLevel level) =>
        (TMode.AddressMask & ~((1UL << TMode.ShiftAt(level)) - 1)) | PageTableEntry.TouchedBits;

    /// <summary>The level whose leaves have that size, if the mode has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PageTableLevel LevelOf<TSize>() where TSize : struct, IPageSize =>
        new(1 + ((TSize.Shift - Size4KiB.Shift) / TMode.IndexBitsAt(PageTableLevel.Lowest)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasSize<TSize>() where TSize : struct, IPageSize => TMode.ShiftAt(LevelOf<TSize>()) == TSize.Shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool CanHave(PageAttributes attributes) =>
        !attributes.BreaksWriteXorExecute && (attributes.IsExecutable || PageAttributes.CanForbidExecution<TMode>(_features));

    /// <summary>Whether entries have enough address bits for all of the frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool CanHold(PhysicalAddress frames, ulong bytes) =>
        TMode.PhysicalAddressBits == PhysicalAddress.MaximumBits
        || (frames.Value <= 1UL << TMode.PhysicalAddressBits && bytes <= (1UL << TMode.PhysicalAddressBits) - frames.Value);

    /// <summary>Why those rights cannot be had, whatever the page.</summary>
    private readonly MapError RefusalOf(PageAttributes attributes)
    {
        if (attributes.BreaksWriteXorExecute)
        {
            return MapError.WritableAndExecutable;
        }

        return CanHave(attributes) ? MapError.None : MapError.NoExecuteUnsupported;
    }

    /// <summary>Maps a page whatever table it is in, or finds out why it cannot be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private MapError MapAnywhere<TSize>(Page<TSize> page, Frame<TSize> frame, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        bool supported = HasSize<TSize>() && TMode.AllowsLeafAt(level, _features);
        MapError refusal = supported ? RefusalOf(attributes) : MapError.PageSizeUnsupported;
        if (refusal == MapError.None && !CanHold(frame.Start, TSize.Bytes))
        {
            refusal = MapError.AbovePhysicalWidth;
        }

        if (refusal == MapError.None)
        {
            refusal = EnterCreating(page.Start, level, attributes.IsUser);
        }

        if (refusal == MapError.None)
        {
            _last[page.Start.IndexAt<TMode>(level)] = PageTableEntry.ForLeaf(frame.Start, attributes, level);
        }

        return refusal;
    }

    /// <summary>Unmaps a page whatever table it is in, or finds out why it cannot be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private UnmapError UnmapAnywhere<TSize>(Page<TSize> page, out Frame<TSize> frame)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        UnmapError refusal = FindLeaf(page, level);
        if (refusal != UnmapError.None)
        {
            frame = default;
            return refusal;
        }

        PageTableEntry old = _last.Rewrite(page.Start.IndexAt<TMode>(level), keep: 0, add: 0);
        ForgetLeafAt(level, page.Start);
        frame = old.LeafFrame<TMode, TSize>(level);
        return UnmapError.None;
    }

    /// <summary>Changes a page whatever table it is in, or finds out why it cannot be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ProtectError ProtectAnywhere<TSize>(Page<TSize> page, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        MapError refusal = RefusalOf(attributes);
        if (refusal != MapError.None)
        {
            return AsProtectError(refusal);
        }

        UnmapError error = FindLeaf(page, level);
        if (error != UnmapError.None)
        {
            return AsProtectError(error);
        }

        if (attributes.IsUser && IsFixedAgainstUser(page.Range))
        {
            return ProtectError.RootEntryFixed;
        }

        if (!IsLastOpenFor(attributes))
        {
            OpenToUser(page.Start, level);
        }

        _last.Rewrite(page.Start.IndexAt<TMode>(level), KeptBits(level), attributes.LeafBitsAt(level));
        return ProtectError.None;
    }

    /// <summary>Enters the existing table that decides about the page, and makes sure that the page is mapped by a leaf in it.</summary>
    private UnmapError FindLeaf<TSize>(Page<TSize> page, PageTableLevel level) where TSize : struct, IPageSize
    {
        if (!IsInLast(page, level))
        {
            UnmapError missing = HasSize<TSize>() ? EnterExisting(page.Start, level) : UnmapError.NotMapped;
            if (missing != UnmapError.None)
            {
                return missing;
            }
        }

        PageTableEntry entry = _last[page.Start.IndexAt<TMode>(level)];
        return entry.KindAt<TMode>(level) == EntryKind.Leaf ? UnmapError.None : WhyNoLeaf(entry, level);
    }

    private static UnmapError WhyNoLeaf(PageTableEntry entry, PageTableLevel level) => entry.KindAt<TMode>(level) switch
    {
        EntryKind.Absent => UnmapError.NotMapped,
        EntryKind.Table => UnmapError.SmallerPagesBelow,
        _ => UnmapError.MalformedEntry,
    };

    private static MapError WhyNotEmpty(PageTableEntry entry, PageTableLevel level) => entry.KindAt<TMode>(level) switch
    {
        EntryKind.Absent => MapError.EntryInUse,
        EntryKind.Leaf => MapError.AlreadyMapped,
        EntryKind.Table => MapError.SmallerPagesBelow,
        _ => MapError.MalformedEntry,
    };

    private static ProtectError AsProtectError(MapError refusal) =>
        refusal == MapError.WritableAndExecutable ? ProtectError.WritableAndExecutable : ProtectError.NoExecuteUnsupported;

    private static ProtectError AsProtectError(UnmapError error) => error switch
    {
        UnmapError.None => ProtectError.None,
        UnmapError.NotCanonical => ProtectError.NotCanonical,
        UnmapError.Misaligned => ProtectError.Misaligned,
        UnmapError.RecursiveSlot => ProtectError.RecursiveSlot,
        UnmapError.RootEntryFixed => ProtectError.RootEntryFixed,
        UnmapError.NotMapped => ProtectError.NotMapped,
        UnmapError.CoveredByLargerPage => ProtectError.CoveredByLargerPage,
        UnmapError.SmallerPagesBelow => ProtectError.SmallerPagesBelow,
        _ => ProtectError.MalformedEntry,
    };
}
