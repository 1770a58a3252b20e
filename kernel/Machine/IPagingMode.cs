using Kernel.Addresses;
using Kernel.Contracts;

namespace Kernel.Machine;

/// <summary>A paging mode as data about the hardware: how many levels, which address bits select, what an entry looks like.</summary>
/// <remarks>
/// There is one walker and one mapper for all modes; a mode only answers their questions. The low twelve bits of an entry mean
/// the same in every x86 mode (Intel SDM volume 3A, 4.3 to 4.5), so they are not asked for here.
/// </remarks>
public interface IPagingMode
{
    /// <summary>The level of the root table.</summary>
    static abstract PageTableLevel RootLevel { get; }

    /// <summary>The virtual address bits that are translated.</summary>
    static abstract int VirtualAddressBits { get; }

    /// <summary>The widest physical address that an entry can hold, in bits. No processor of the mode has more.</summary>
    static abstract int PhysicalAddressBits { get; }

    /// <summary>The base-2 logarithm of an entry's size in bytes.</summary>
    static abstract int EntryShift { get; }

    /// <summary>The bits of an entry that hold the address of a table or of a 4 KiB frame.</summary>
    static abstract ulong AddressMask { get; }

    /// <summary>The bit that forbids execution, or 0 if entries have none.</summary>
    static abstract ulong NoExecuteBit { get; }

    /// <summary>The first address of the kernel's part: the upper half, or the last gigabyte where there are only four. It begins a root entry.</summary>
    static abstract VirtualAddress UpperHalfStart { get; }

    /// <summary>The lowest address bit that selects an entry at <paramref name="level"/>: the base-2 logarithm of what one entry covers.</summary>
    static abstract int ShiftAt(PageTableLevel level);

    /// <summary>How many address bits select an entry at <paramref name="level"/>.</summary>
    static abstract int IndexBitsAt(PageTableLevel level);

    /// <summary>Whether an entry at <paramref name="level"/> can map a page itself, on a processor with those features.</summary>
    static abstract bool AllowsLeafAt(PageTableLevel level, PagingFeatures features);

    /// <summary>The bits of a table entry at <paramref name="level"/> that mean what they mean elsewhere; of the low nine, the others must be clear.</summary>
    static abstract ulong TableBitsAt(PageTableLevel level);

    /// <summary>Whether processors copy the root's entries when the root is loaded, absent ones too, and walk from the copies.</summary>
    static abstract bool CopiesRootEntries { get; }

    /// <summary>The bits that must be clear in a leaf at <paramref name="level"/>.</summary>
    static abstract ulong ReservedLeafBitsAt(PageTableLevel level);

    /// <summary>Whether the processor accepts the address in this mode.</summary>
    static abstract bool IsCanonical(VirtualAddress address);

    /// <summary>Reads an entry in one access.</summary>
    static abstract unsafe ulong Load(void* entry);

    /// <summary>Writes an entry in one access, after everything that was written before.</summary>
    [OwesFlush]
    static abstract unsafe void Store(void* entry, ulong value);

    /// <summary>Writes an entry if it still is <paramref name="expected"/>; returns what it was.</summary>
    [OwesFlush]
    static abstract unsafe ulong CompareExchange(void* entry, ulong value, ulong expected);
}
