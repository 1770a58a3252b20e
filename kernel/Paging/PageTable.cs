using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>A page table seen through memory: every access reads or writes one whole entry, once.</summary>
/// <remarks>The view owns nothing. Whoever writes through it holds the lock that guards the tree the table belongs to.</remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
public readonly unsafe ref struct PageTable<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    private readonly byte* _entries;

    /// <summary>The table in the frame at <paramref name="table"/>.</summary>
    public PageTable(PhysicalAddress table) => _entries = (byte*)TMemory.PointerTo(table);

    /// <summary>The entry at <paramref name="index"/>, as it is now.</summary>
    public PageTableEntry this[ulong index]
    {
        // SAFETY: an index comes from VirtualAddress.IndexAt or counts below EntriesAt: it stays inside the table's frame.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TMode.Load(_entries + (index << TMode.EntryShift)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal set => TMode.Store(_entries + (index << TMode.EntryShift), value.Bits);
    }

    /// <summary>How many entries a table at <paramref name="level"/> has.</summary>
    public static ulong EntriesAt(PageTableLevel level) => 1UL << TMode.IndexBitsAt(level);

    /// <summary>Whether no entry has any bit set.</summary>
    public bool IsEmptyAt(PageTableLevel level) => AreEmpty(0, EntriesAt(level));

    /// <summary>Whether none of <paramref name="count"/> entries from <paramref name="first"/> has any bit set.</summary>
    internal bool AreEmpty(ulong first, ulong count)
    {
        ulong seen = 0;
        for (ulong index = first; index < first + count; index++)
        {
            seen |= this[index].Bits;
        }

        return seen == 0;
    }

    /// <summary>The bits that all of <paramref name="count"/> entries from <paramref name="first"/> have in common.</summary>
    internal PageTableEntry CommonBits(ulong first, ulong count)
    {
        ulong common = ulong.MaxValue;
        for (ulong index = first; index < first + count; index++)
        {
            common &= this[index].Bits;
        }

        return new PageTableEntry(common);
    }

    /// <summary>Changes an entry without losing what the processor notes in it meanwhile; returns what it was.</summary>
    /// <param name="index">Which entry.</param>
    /// <param name="keep">The bits that stay as they are.</param>
    /// <param name="add">The bits that are set on top of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PageTableEntry Rewrite(ulong index, ulong keep, ulong add)
    {
        PageTableEntry seen = this[index];
        if (!seen.IsSettled)
        {
            return RewriteAgainstProcessor(index, keep, add);
        }

        this[index] = new PageTableEntry((seen.Bits & keep) | add);
        return seen;
    }

    /// <summary>Changes <paramref name="count"/> entries from <paramref name="first"/> in the same way.</summary>
    internal void RewriteAll(ulong first, ulong count, ulong keep, ulong add)
    {
        for (ulong index = first; index < first + count; index++)
        {
            Rewrite(index, keep, add);
        }
    }

    private PageTableEntry RewriteAgainstProcessor(ulong index, ulong keep, ulong add)
    {
        byte* slot = _entries + (index << TMode.EntryShift);
        ulong seen = TMode.Load(slot);
        while (true)
        {
            ulong found = TMode.CompareExchange(slot, (seen & keep) | add, seen);
            if (found == seen)
            {
                return new PageTableEntry(seen);
            }

            seen = found;
        }
    }
}
