using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Follows a virtual address from the root table to the entry that decides about it.</summary>
/// <remarks>
/// <code>
///  47       39 38       30 29       21 20       12 11          0
/// | level 4   | level 3   | level 2   | level 1   | offset      |   five-level mode adds 56..48
///      |           |           |           |
///   table  -->  table  -->  table  -->  entry  -->  frame           a leaf at level 2 or 3 ends the walk there
/// </code>
/// Each mode draws its own. AMD64 APM volume 2, 5.2 and 5.3; Intel SDM volume 3A, 4.3 to 4.5. Reads only. The caller keeps the tables from changing meanwhile: the
/// kernel's through a session of its tables.
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <param name="root">The root table.</param>
public readonly ref struct PageTableWalker<TMode, TMemory>(PhysicalAddress root)
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    private readonly PhysicalAddress _root = root;

    /// <summary>Where the walk for <paramref name="address"/> ends: at an absent entry, at a leaf, or at a malformed entry.</summary>
    /// <param name="address">Canonical in this mode.</param>
    public WalkResult Walk(VirtualAddress address)
    {
        PageTable<TMode, TMemory> table = PageTable<TMode, TMemory>.Root(_root);
        PageTableLevel level = TMode.RootLevel;
        PageTableEntry entry = table[address.IndexAt<TMode>(level)];
        while (entry.IsTableAt(level))
        {
            level = level.Below;
            table = PageTable<TMode, TMemory>.Linked(entry.TableAddress<TMode>(), level, address);
            entry = table[address.IndexAt<TMode>(level)];
        }

        return new WalkResult(entry.KindAt<TMode>(level), level, entry);
    }

    /// <summary>What <paramref name="address"/> is mapped to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Translation Translate(VirtualAddress address) =>
        TMode.IsCanonical(address) && ReachesLowest(address, out PageTableEntry entry) && entry.IsPresent
            ? Translation.Of<TMode>(entry, PageTableLevel.Lowest, address)
            : TranslateAnywhere(_root, address);

    /// <summary>What the address is mapped to, or why it is not, if it is anything but a page at the lowest level.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Translation TranslateAnywhere(PhysicalAddress root, VirtualAddress address)
    {
        if (!TMode.IsCanonical(address))
        {
            return Translation.NotCanonical;
        }

        WalkResult end = new PageTableWalker<TMode, TMemory>(root).Walk(address);
        return end.Kind switch
        {
            EntryKind.Leaf => Translation.Of<TMode>(end.Entry, end.Level, address),
            EntryKind.Malformed => Translation.Missing(TranslationKind.Malformed, end.Level),
            _ => Translation.Missing(TranslationKind.NotMapped, end.Level),
        };
    }

    /// <summary>The same walk for the usual page, which has a table at every level: the entry at the lowest, or false if a table is missing.</summary>
    /// <remarks>
    /// Step for step, for the five levels that there are at most: with a level that the compiler knows, every shift and test is
    /// a constant one, and the levels that a mode lacks leave no code behind.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReachesLowest(VirtualAddress address, out PageTableEntry entry)
    {
        PageTableLevel level = TMode.RootLevel;
        entry = PageTable<TMode, TMemory>.Root(_root)[address.IndexAt<TMode>(level)];
        if (!entry.IsTableAt(level))
        {
            return false;
        }

        StepDown(address, ref entry, ref level);
        if (!entry.IsTableAt(level))
        {
            return level == PageTableLevel.Lowest;
        }

        StepDown(address, ref entry, ref level);
        if (!entry.IsTableAt(level))
        {
            return level == PageTableLevel.Lowest;
        }

        StepDown(address, ref entry, ref level);
        if (!entry.IsTableAt(level))
        {
            return level == PageTableLevel.Lowest;
        }

        StepDown(address, ref entry, ref level);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StepDown(VirtualAddress address, ref PageTableEntry entry, ref PageTableLevel level)
    {
        level = level.Below;
        entry = PageTable<TMode, TMemory>.Linked(entry.TableAddress<TMode>(), level, address)[address.IndexAt<TMode>(level)];
    }
}
