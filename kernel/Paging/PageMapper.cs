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
    private readonly PhysicalAddress _root;
    private readonly PagingFeatures _features;
    private readonly RootEntries _rootEntries;
    private readonly ref TFrames _frames;
    private readonly InterruptsDisabled _token;

    // The last table that was worked in: all address bits above those that it translates, its level, and whether ring 3 gets there.
    private PageTable<TMode, TMemory> _last;
    private PageTableLevel _lastLevel;
    private ulong _lastPrefix;
    private bool _lastOpenToUser;

    /// <summary>A mapper for the tree under <paramref name="root"/>.</summary>
    /// <param name="root">The root table.</param>
    /// <param name="features">What the processors that use the tree can do.</param>
    /// <param name="rootEntries">Whether the kernel half of the root may get new entries.</param>
    /// <param name="frames">Where new tables get their frames.</param>
    /// <param name="token">Interrupts are disabled as long as the mapper lives.</param>
    public PageMapper(PageTableFrame root, PagingFeatures features, RootEntries rootEntries, ref TFrames frames, InterruptsDisabled token)
    {
        _root = root.Frame.Start;
        _features = features;
        _rootEntries = rootEntries;
        _frames = ref frames;
        _token = token;
    }

    /// <summary>Reads the tree without changing it.</summary>
    public readonly PageTableWalker<TMode, TMemory> Walker => new(_root);

    /// <summary>What <paramref name="address"/> is mapped to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Translation Translate(VirtualAddress address) => Walker.Translate(address);

    /// <summary>Maps a page to a frame. Tables that are missing on the way are created.</summary>
    /// <remarks>Nothing is owed afterwards unless a way to ring 3 was opened: processors do not remember absent entries.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<MapError> Map<TSize>(Page<TSize> page, Frame<TSize> frame, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        bool supported = HasSize<TSize>() && TMode.AllowsLeafAt(LevelOf<TSize>(), _features);
        MapError refusal = supported ? RefusalOf(attributes) : MapError.PageSizeUnsupported;
        if (refusal != MapError.None)
        {
            return TableChange<MapError>.Refused(refusal);
        }

        PageTableLevel level = LevelOf<TSize>();
        PendingFlush opened = PendingFlush.None;
        if (!IsInLast(page.Start, level) || (attributes.IsUser && !_lastOpenToUser))
        {
            MapError missing = EnterCreating(page.Start, level, attributes.IsUser, ref opened);
            if (missing != MapError.None)
            {
                return TableChange<MapError>.Refused(missing);
            }
        }

        ulong index = page.Start.IndexAt<TMode>(level);
        PageTableEntry present = _last[index];
        if (!present.IsEmpty)
        {
            return TableChange<MapError>.Refused(WhyNotEmpty(present, level));
        }

        _last[index] = PageTableEntry.ForLeaf(frame.Start, attributes, level);
        return TableChange<MapError>.Done(opened);
    }

    /// <summary>Removes the mapping of a page and tells which frame it had.</summary>
    /// <remarks>The frame is the caller's again, but may be given away only after the flush. Tables that become empty stay until they are reclaimed.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<UnmapError> Unmap<TSize>(Page<TSize> page, out Frame<TSize> frame)
        where TSize : struct, IPageSize
    {
        PageTableLevel level = LevelOf<TSize>();
        UnmapError error = HasSize<TSize>() ? FindLeaf(page.Start, level) : UnmapError.NotMapped;
        if (error != UnmapError.None)
        {
            frame = default;
            return TableChange<UnmapError>.Refused(error);
        }

        PageTableEntry old = _last.Rewrite(page.Start.IndexAt<TMode>(level), keep: 0, add: 0);
        frame = Frame<TSize>.FromStart(old.LeafAddress<TMode>(level));
        return TableChange<UnmapError>.Done(PendingFlush.Of(page.Start, 1, TSize.Shift));
    }

    /// <summary>Gives a mapped page other rights and another cache type. What the processor noted about it is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableChange<ProtectError> Protect<TSize>(Page<TSize> page, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        MapError refusal = RefusalOf(attributes);
        if (refusal != MapError.None)
        {
            return TableChange<ProtectError>.Refused(AsProtectError(refusal));
        }

        PageTableLevel level = LevelOf<TSize>();
        UnmapError error = HasSize<TSize>() ? FindLeaf(page.Start, level) : UnmapError.NotMapped;
        if (error != UnmapError.None)
        {
            return TableChange<ProtectError>.Refused(AsProtectError(error));
        }

        if (attributes.IsUser && !_lastOpenToUser)
        {
            OpenToUser(page.Start, level);
        }

        _last.Rewrite(page.Start.IndexAt<TMode>(level), KeptBits(level), attributes.LeafBitsAt(level));
        return TableChange<ProtectError>.Done(PendingFlush.Of(page.Start, 1, TSize.Shift));
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

    /// <summary>Why those rights cannot be had, whatever the page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly MapError RefusalOf(PageAttributes attributes)
    {
        if (attributes.BreaksWriteXorExecute)
        {
            return MapError.WritableAndExecutable;
        }

        bool canForbidExecution = TMode.NoExecuteBit != 0 && (_features & PagingFeatures.NoExecute) != 0;
        return canForbidExecution || attributes.IsExecutable ? MapError.None : MapError.NoExecuteUnsupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixOf(VirtualAddress address, PageTableLevel level) => address.Value >> TMode.ShiftAt(level.Above);

    /// <summary>Whether the last table is the one at <paramref name="level"/> that decides about the address. Then the address is canonical too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsInLast(VirtualAddress address, PageTableLevel level) =>
        _lastLevel == level && _lastPrefix == PrefixOf(address, level);

    private void Enter(PageTable<TMode, TMemory> table, VirtualAddress address, PageTableLevel level, bool openToUser)
    {
        _last = table;
        _lastLevel = level;
        _lastPrefix = PrefixOf(address, level);
        _lastOpenToUser = openToUser;
    }

    /// <summary>Forgets the last table: the tree above it has changed.</summary>
    private void Leave() => _lastLevel = default;

    /// <summary>Enters the existing table at <paramref name="level"/>, and makes sure that the address is mapped by a leaf in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private UnmapError FindLeaf(VirtualAddress address, PageTableLevel level)
    {
        if (!IsInLast(address, level))
        {
            UnmapError missing = EnterExisting(address, level);
            if (missing != UnmapError.None)
            {
                return missing;
            }
        }

        PageTableEntry entry = _last[address.IndexAt<TMode>(level)];
        return entry.KindAt<TMode>(level) == EntryKind.Leaf ? UnmapError.None : WhyNoLeaf(entry, level);
    }

    private UnmapError EnterExisting(VirtualAddress address, PageTableLevel target)
    {
        if (!TMode.IsCanonical(address))
        {
            return UnmapError.NotCanonical;
        }

        PageTable<TMode, TMemory> table = new(_root);
        bool openToUser = true;
        for (PageTableLevel level = TMode.RootLevel; level > target; level = level.Below)
        {
            PageTableEntry entry = table[address.IndexAt<TMode>(level)];
            switch (entry.KindAt<TMode>(level))
            {
                case EntryKind.Absent: return UnmapError.NotMapped;
                case EntryKind.Leaf: return UnmapError.CoveredByLargerPage;
                case EntryKind.Malformed: return UnmapError.MalformedEntry;
                default:
                    openToUser &= entry.AllowsUser;
                    table = new PageTable<TMode, TMemory>(entry.TableAddress<TMode>());
                    break;
            }
        }

        Enter(table, address, target, openToUser);
        return UnmapError.None;
    }

    /// <summary>Enters the table at <paramref name="target"/>, after creating what is missing on the way and opening it to ring 3 if asked to.</summary>
    /// <remarks>Does nothing, and says why, unless the entry for the address is empty there.</remarks>
    private MapError EnterCreating(VirtualAddress address, PageTableLevel target, bool user, ref PendingFlush opened)
    {
        if (!TMode.IsCanonical(address))
        {
            return MapError.NotCanonical;
        }

        // The deepest table that exists.
        PageTable<TMode, TMemory> table = new(_root);
        PageTableLevel level = TMode.RootLevel;
        bool openToUser = true;
        for (; level > target; level = level.Below)
        {
            PageTableEntry entry = table[address.IndexAt<TMode>(level)];
            if (entry.IsEmpty)
            {
                break;
            }

            if (entry.KindAt<TMode>(level) != EntryKind.Table)
            {
                return WhyNotEmpty(entry, level) is MapError.AlreadyMapped ? MapError.CoveredByLargerPage : WhyNotEmpty(entry, level);
            }

            openToUser &= entry.AllowsUser;
            table = new PageTable<TMode, TMemory>(entry.TableAddress<TMode>());
        }

        PageTableEntry deciding = table[address.IndexAt<TMode>(level)];
        if (!deciding.IsEmpty)
        {
            return WhyNotEmpty(deciding, level);
        }

        if (level == TMode.RootLevel && level > target && IsFixedRootEntry(address))
        {
            return MapError.RootEntryFixed;
        }

        if (!TableReserve<TMemory, TFrames>.TryFill((ulong)(level.Number - target.Number), ref _frames, _token, out TableReserve<TMemory, TFrames> reserve))
        {
            return MapError.OutOfFrames;
        }

        // From here on nothing can fail.
        if (user && !openToUser)
        {
            OpenToUser(address, level);
            opened = PendingFlush.Of(address, 1, Size4KiB.Shift);
        }

        bool complete = level == target;
        for (; level > target; level = level.Below)
        {
            PageTableFrame below = reserve.Take();
            table[address.IndexAt<TMode>(level)] = PageTableEntry.ForTable(below, user);
            table = new PageTable<TMode, TMemory>(below.Frame.Start);
        }

        Enter(table, address, target, user || (complete && openToUser));
        return MapError.None;
    }

    /// <summary>Lets ring 3 pass through every table entry above <paramref name="target"/>. Its leaves decide for themselves.</summary>
    private void OpenToUser(VirtualAddress address, PageTableLevel target)
    {
        PageTable<TMode, TMemory> table = new(_root);
        for (PageTableLevel level = TMode.RootLevel; level > target; level = level.Below)
        {
            ulong index = address.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (!entry.AllowsUser)
            {
                table.Rewrite(index, ulong.MaxValue, entry.OpenToUser().Bits);
            }

            table = new PageTable<TMode, TMemory>(entry.TableAddress<TMode>());
        }

        _lastOpenToUser = true;
    }

    private readonly bool IsFixedRootEntry(VirtualAddress address) =>
        _rootEntries == RootEntries.Fixed && address >= TMode.UpperHalfStart;

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
        UnmapError.NotMapped => ProtectError.NotMapped,
        UnmapError.CoveredByLargerPage => ProtectError.CoveredByLargerPage,
        UnmapError.SmallerPagesBelow => ProtectError.SmallerPagesBelow,
        _ => ProtectError.MalformedEntry,
    };
}
