using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Kernel.Paging;

/// <summary>A page table seen through memory: every access reads or writes one whole entry, once.</summary>
/// <remarks>The view owns nothing. Whoever writes through it holds the lock that guards the tree the table belongs to.</remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
public readonly unsafe ref struct PageTable<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    [HardwareMemory]
    private readonly byte* _entries;

    private PageTable(void* entries) => _entries = (byte*)entries;

    /// <summary>The root table of a tree.</summary>
    /// <param name="root">Where it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTable<TMode, TMemory> Root(PhysicalAddress root) => Linked(root, TMode.RootLevel, default);

    /// <summary>A table that the tree points to.</summary>
    /// <param name="table">Where it is.</param>
    /// <param name="level">Its level.</param>
    /// <param name="address">An address that it decides about.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTable<TMode, TMemory> Linked(PhysicalAddress table, PageTableLevel level, VirtualAddress address) =>
        new(TMemory.PointerToTable(table, level, address));

    /// <summary>A table that nothing points to yet.</summary>
    /// <param name="table">Where it is.</param>
    /// <param name="level">The level that it will have.</param>
    internal static PageTable<TMode, TMemory> New(PageTableFrame table, PageTableLevel level) =>
        new(TMemory.PointerToNewTable(table.Frame.Start, level));

    /// <summary>The entry at <paramref name="index"/>, as it is now.</summary>
    public PageTableEntry this[nuint index]
    {
        // SAFETY: an index comes from VirtualAddress.IndexAt or counts below EntriesAt: it stays inside the table's frame.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TMode.Load(_entries + (index << TMode.EntryShift)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal set => TMode.Store(_entries + (index << TMode.EntryShift), value.Bits);
    }

    /// <summary>How many entries a table at <paramref name="level"/> has.</summary>
    public static nuint EntriesAt(PageTableLevel level) => (nuint)1 << TMode.IndexBitsAt(level);

    /// <summary>Whether no entry has any bit set.</summary>
    public bool IsEmptyAt(PageTableLevel level) => AreEmpty(0, EntriesAt(level));

    /// <summary>Whether none of <paramref name="count"/> entries from <paramref name="first"/> has any bit set.</summary>
    internal bool AreEmpty(nuint first, nuint count)
    {
        ulong seen = 0;
        for (nuint index = first; index < first + count; index++)
        {
            seen |= this[index].Bits;
        }

        return seen == 0;
    }

    /// <summary>The bits that all of <paramref name="count"/> entries from <paramref name="first"/> have in common.</summary>
    internal PageTableEntry CommonBits(nuint first, nuint count)
    {
        byte* slot = SlotAt(first);
        byte* end = SlotAt(first + count);
        ulong even = ulong.MaxValue;
        ulong odd = ulong.MaxValue;
        for (byte* lastOfEight = end - (7 * EntryBytes); slot < lastOfEight; slot += 8 * EntryBytes)
        {
            even &= TMode.Load(slot);
            odd &= TMode.Load(slot + EntryBytes);
            even &= TMode.Load(slot + (2 * EntryBytes));
            odd &= TMode.Load(slot + (3 * EntryBytes));
            even &= TMode.Load(slot + (4 * EntryBytes));
            odd &= TMode.Load(slot + (5 * EntryBytes));
            even &= TMode.Load(slot + (6 * EntryBytes));
            odd &= TMode.Load(slot + (7 * EntryBytes));
        }

        for (; slot < end; slot += EntryBytes)
        {
            even &= TMode.Load(slot);
        }

        return new PageTableEntry(even & odd);
    }

    /// <summary>Changes an entry without losing what the processor notes in it meanwhile; returns what it was.</summary>
    /// <param name="index">Which entry.</param>
    /// <param name="keep">The bits that stay as they are.</param>
    /// <param name="add">The bits that are set on top of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PageTableEntry Rewrite(nuint index, ulong keep, ulong add)
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
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="keep">The bits that stay as they are.</param>
    /// <param name="add">The bits that are set on top of them.</param>
    /// <param name="common">Bits that all of them have. If the processor's notes are among them, it writes to none of them any more.</param>
    internal void RewriteAll(nuint first, nuint count, ulong keep, ulong add, PageTableEntry common)
    {
        byte* slot = SlotAt(first);
        byte* end = SlotAt(first + count);
        if (!common.IsSettled)
        {
            for (nuint index = first; index < first + count; index++)
            {
                Rewrite(index, keep, add);
            }
        }
        else if ((keep | add) == 0)
        {
            Clear(slot, end);
        }
        else if ((add & ~common.Bits) == 0)
        {
            Reduce(slot, end, keep | add);
        }
        else
        {
            for (; slot < end; slot += EntryBytes)
            {
                TMode.Store(slot, (TMode.Load(slot) & keep) | add);
            }
        }
    }

    /// <summary>Fills <paramref name="count"/> empty entries from <paramref name="first"/> with leaves for one frame after another.</summary>
    internal void FillEmpty(nuint first, nuint count, PageTableEntry leaf)
    {
        byte* slot = SlotAt(first);
        byte* end = SlotAt(first + count);
        for (byte* lastOfFour = end - (3 * EntryBytes); slot < lastOfFour; slot += 4 * EntryBytes)
        {
            TMode.Store(slot, leaf.Bits);
            TMode.Store(slot + EntryBytes, leaf.FramesOn(1).Bits);
            TMode.Store(slot + (2 * EntryBytes), leaf.FramesOn(2).Bits);
            TMode.Store(slot + (3 * EntryBytes), leaf.FramesOn(3).Bits);
            leaf = leaf.FramesOn(4);
        }

        for (; slot < end; slot += EntryBytes)
        {
            TMode.Store(slot, leaf.Bits);
            leaf = leaf.FramesOn(1);
        }
    }

    private static int EntryBytes => 1 << TMode.EntryShift;

    // SAFETY: whoever asks for a run of entries takes it from RangePart.PagesInTable or EntriesAt: it ends at the table's end at the
    // latest, and the loops over slots stop there.
    private byte* SlotAt(nuint index) => _entries + (index << TMode.EntryShift);

    /// <summary>Empties the entries from <paramref name="slot"/> up to <paramref name="end"/>.</summary>
    private static void Clear(byte* slot, byte* end)
    {
        for (byte* lastOfFour = end - (3 * EntryBytes); slot < lastOfFour; slot += 4 * EntryBytes)
        {
            TMode.Store(slot, 0);
            TMode.Store(slot + EntryBytes, 0);
            TMode.Store(slot + (2 * EntryBytes), 0);
            TMode.Store(slot + (3 * EntryBytes), 0);
        }

        for (; slot < end; slot += EntryBytes)
        {
            TMode.Store(slot, 0);
        }
    }

    /// <summary>Takes all bits but <paramref name="keep"/> out of the entries from <paramref name="slot"/> up to <paramref name="end"/>.</summary>
    private static void Reduce(byte* slot, byte* end, ulong keep)
    {
        for (byte* lastOfFour = end - (3 * EntryBytes); slot < lastOfFour; slot += 4 * EntryBytes)
        {
            TMode.Store(slot, TMode.Load(slot) & keep);
            TMode.Store(slot + EntryBytes, TMode.Load(slot + EntryBytes) & keep);
            TMode.Store(slot + (2 * EntryBytes), TMode.Load(slot + (2 * EntryBytes)) & keep);
            TMode.Store(slot + (3 * EntryBytes), TMode.Load(slot + (3 * EntryBytes)) & keep);
        }

        for (; slot < end; slot += EntryBytes)
        {
            TMode.Store(slot, TMode.Load(slot) & keep);
        }
    }

    private PageTableEntry RewriteAgainstProcessor(nuint index, ulong keep, ulong add)
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
