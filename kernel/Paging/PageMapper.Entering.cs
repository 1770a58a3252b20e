using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Kernel.Paging;

/// <content>Getting to the table that decides about a page, and remembering it.</content>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
{
    /// <summary>The address bits above those that a table at <paramref name="level"/> translates, and the level's number below them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TagOf(VirtualAddress address, PageTableLevel level) =>
        (address.Value & ~((1UL << TMode.ShiftAt(level.Above)) - 1)) | (uint)level.Number;

    /// <summary>Whether the last table decides about the page. Then the page's address is canonical too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsInLast<TSize>(Page<TSize> page, PageTableLevel level) where TSize : struct, IPageSize =>
        HasSize<TSize>() && _lastTag == TagOf(page.Start, level);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsLastOpenFor(PageAttributes attributes) => !attributes.IsUser || _lastOpenToUser;

    // The root is used but not remembered: it has entries that nobody may change, and those that come next are not known yet.
    private void Enter(PageTable<TMode, TMemory> table, VirtualAddress address, PageTableLevel level, bool openToUser)
    {
        _last = table;
        _lastTag = level == TMode.RootLevel ? 0 : TagOf(address, level);
        _lastOpenToUser = openToUser;
    }

    /// <summary>Forgets the last table: the tree above it has changed.</summary>
    private void Leave() => _lastTag = 0;

    private UnmapError EnterExisting(VirtualAddress address, PageTableLevel target)
    {
        if (!TMode.IsCanonical(address))
        {
            return UnmapError.NotCanonical;
        }

        if (target == TMode.RootLevel && IsFixedRootEntry(address))
        {
            return UnmapError.RootEntryFixed;
        }

        PageTable<TMode, TMemory> table = Root;
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
                    if (IsRecursive(entry, level))
                    {
                        return UnmapError.RecursiveSlot;
                    }

                    openToUser &= entry.LetsUserPassAt<TMode>(level);
                    table = Below(entry, level, address);
                    break;
            }
        }

        Enter(table, address, target, openToUser);
        return UnmapError.None;
    }

    /// <summary>Enters the table at <paramref name="target"/>, after creating what is missing on the way and opening it to ring 3 if asked to.</summary>
    /// <remarks>Does nothing, and says why, unless the entry for the address is empty there.</remarks>
    private MapError EnterCreating(VirtualAddress address, PageTableLevel target, bool user)
    {
        if (!TMode.IsCanonical(address))
        {
            return MapError.NotCanonical;
        }

        // The deepest table that exists.
        PageTable<TMode, TMemory> table = Root;
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

            if (IsRecursive(entry, level))
            {
                return MapError.RecursiveSlot;
            }

            openToUser &= entry.LetsUserPassAt<TMode>(level);
            table = Below(entry, level, address);
        }

        PageTableEntry deciding = table[address.IndexAt<TMode>(level)];
        if (!deciding.IsEmpty)
        {
            return WhyNotEmpty(deciding, level);
        }

        if ((level == TMode.RootLevel && IsFixedRootEntry(address)) || (user && IsFixedAgainstUser(VirtualRange.FromStart(address, 1))))
        {
            return MapError.RootEntryFixed;
        }

        if (!TableReserve<TMemory, TFrames>.TryFill((ulong)(level.Number - target.Number), ref _frames, _token, out TableReserve<TMemory, TFrames> reserve))
        {
            return MapError.OutOfFrames;
        }

        // From here on nothing can fail.
        _owedForTables = PendingFlush.None;
        if (user && !openToUser)
        {
            OpenToUser(address, level);
            _owedForTables = PendingFlush.Of(address, 1, Size4KiB.Shift);
        }

        bool complete = level == target;
        _owedForTables = complete ? _owedForTables : _owedForTables.And(OwedForLinkAt(level));
        for (; level > target; level = level.Below)
        {
            PageTableFrame below = reserve.Take();
            table[address.IndexAt<TMode>(level)] = PageTableEntry.ForTable<TMode>(below, level, user);
            table = PageTable<TMode, TMemory>.Linked(below.Frame.Start, level.Below, address);
        }

        Enter(table, address, target, user || (complete && openToUser));
        return MapError.None;
    }

    /// <summary>What is owed after an absent entry at <paramref name="level"/> has become a table's: nothing, unless processors copy it.</summary>
    private static PendingFlush OwedForLinkAt(PageTableLevel level) =>
        TMode.CopiesRootEntries && level == TMode.RootLevel ? PendingFlush.All : PendingFlush.None;

    /// <summary>Lets ring 3 pass through every table entry above <paramref name="target"/>. Its leaves decide for themselves.</summary>
    private void OpenToUser(VirtualAddress address, PageTableLevel target)
    {
        PageTable<TMode, TMemory> table = Root;
        for (PageTableLevel level = TMode.RootLevel; level > target; level = level.Below)
        {
            nuint index = address.IndexAt<TMode>(level);
            PageTableEntry entry = table[index];
            if (!entry.LetsUserPassAt<TMode>(level))
            {
                table.Rewrite(index, ulong.MaxValue, entry.OpenToUser().Bits);
            }

            table = Below(entry, level, address);
        }

        _lastOpenToUser = true;
    }

    /// <summary>The table that a table entry at <paramref name="level"/>, on the way to <paramref name="address"/>, points to.</summary>
    private static PageTable<TMode, TMemory> Below(PageTableEntry entry, PageTableLevel level, VirtualAddress address) =>
        PageTable<TMode, TMemory>.Linked(entry.TableAddress<TMode>(), level.Below, address);

    /// <summary>Whether a table entry is the root's pointer to itself. Behind it every table is a page: nobody maps or unmaps there.</summary>
    private readonly bool IsRecursive(PageTableEntry entry, PageTableLevel level) =>
        level == TMode.RootLevel && entry.TableAddress<TMode>() == _root.Frame.Start;

    private readonly bool IsFixedRootEntry(VirtualAddress address) =>
        _rootEntries == RootEntries.Fixed && address >= TMode.UpperHalfStart;

    /// <summary>Whether ring 3 can get to some of the addresses only through a root entry that is fixed and closed to it.</summary>
    private readonly bool IsFixedAgainstUser(VirtualRange addresses)
    {
        if (!IsFixedRootEntry(addresses.Start))
        {
            return false;
        }

        PageTable<TMode, TMemory> root = Root;
        bool closed = false;
        nuint last = addresses.Last.IndexAt<TMode>(TMode.RootLevel);
        for (nuint index = addresses.Start.IndexAt<TMode>(TMode.RootLevel); index <= last; index++)
        {
            closed |= !root[index].LetsUserPassAt<TMode>(TMode.RootLevel);
        }

        return closed;
    }
}
