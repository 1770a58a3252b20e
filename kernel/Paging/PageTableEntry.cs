using System;
using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Kernel.Paging;

/// <summary>One entry of a page table of any x86 mode, as a value: reading or changing it touches no table.</summary>
/// <remarks>
/// <code>
///  63  62      52 51            12 11   9  8  7   6  5  4    3    2  1  0
/// | NX | software | address       | soft | G |PS | D| A|PCD |PWT | U| W| P |   PS is the PAT bit at level 1
/// </code>
/// A 32-bit entry is the lower half of that. AMD64 APM volume 2, 5.4; Intel SDM volume 3A, figures 4-4 and 4-11.
/// </remarks>
public readonly struct PageTableEntry : IEquatable<PageTableEntry>
{
    internal const ulong PresentBit = 1 << 0;
    internal const ulong WritableBit = 1 << 1;
    internal const ulong UserBit = 1 << 2;
    internal const ulong AccessedBit = 1 << 5;
    internal const ulong DirtyBit = 1 << 6;
    internal const ulong LargePageBit = 1 << 7;
    internal const int SmallPatShift = 7;
    internal const int LargePatShift = 12;

    /// <summary>Both of the bits that the processor sets by itself: with both set it never writes to the entry again.</summary>
    internal const ulong TouchedBits = AccessedBit | DirtyBit;

    /// <summary>What the mapper sets in a table entry beside the address.</summary>
    internal const ulong TableBits = PresentBit | WritableBit | UserBit | AccessedBit;

    private readonly ulong _bits;

    internal PageTableEntry(ulong bits) => _bits = bits;

    /// <summary>The entry that maps nothing and holds nothing.</summary>
    public static PageTableEntry Empty => default;

    /// <summary>An entry that maps nothing and that nobody may map over: it keeps its table from being taken for an empty one.</summary>
    internal static PageTableEntry Taken => new(1 << 9);

    /// <summary>The raw entry.</summary>
    [AddressValue]
    public ulong Bits => _bits;

    /// <summary>Whether no bit at all is set. An entry that is absent but not empty holds software's data: a swap slot, a demand mark.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>Whether the processor may use the entry.</summary>
    public bool IsPresent => (_bits & PresentBit) != 0;

    /// <summary>Whether the processor has used the entry since the bit was last cleared.</summary>
    public bool IsAccessed => (_bits & AccessedBit) != 0;

    /// <summary>Whether the processor has written through the leaf since the bit was last cleared.</summary>
    public bool IsDirty => (_bits & DirtyBit) != 0;

    /// <summary>Whether the processor never writes to the entry by itself any more, so that plain stores lose nothing.</summary>
    internal bool IsSettled => (_bits & TouchedBits) == TouchedBits || !IsPresent;

    /// <summary>Whether the entry is a leaf at <paramref name="level"/> to which the processor never writes any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsSettledLeafAt<TMode>(PageTableLevel level) where TMode : struct, IPagingMode =>
        (_bits & (PresentBit | TouchedBits)) == (PresentBit | TouchedBits)
        && (level == PageTableLevel.Lowest || KindAt<TMode>(level) == EntryKind.Leaf);

    /// <summary>Whether a leaf can be used by ring 3, if the tables above it agree.</summary>
    internal bool AllowsUser => (_bits & UserBit) != 0;

    /// <summary>Whether a table entry at <paramref name="level"/> lets ring 3 pass, if the other levels agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool LetsUserPassAt<TMode>(PageTableLevel level) where TMode : struct, IPagingMode =>
        AllowsUser || (TMode.TableBitsAt(level) & UserBit) == 0;

    /// <summary>A present leaf at <paramref name="level"/>; the frame is aligned to what the level covers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTableEntry ForLeaf(PhysicalAddress frame, PageAttributes attributes, PageTableLevel level) =>
        new(frame.Value | attributes.LeafBitsAt(level));

    /// <summary>
    /// A present pointer at <paramref name="level"/> to a table. Rights are the leaves' business: it allows writing, and ring 3 where
    /// a child needs it.
    /// </summary>
    public static PageTableEntry ForTable<TMode>(PageTableFrame table, PageTableLevel level, bool user) where TMode : struct, IPagingMode =>
        new(table.Frame.Start.Value | (TMode.TableBitsAt(level) & (user ? TableBits : TableBits & ~UserBit)));

    /// <summary>Whether the processor, meeting the entry at <paramref name="level"/>, goes on to the table that it points to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsTableAt(PageTableLevel level) =>
        level != PageTableLevel.Lowest && (_bits & (PresentBit | LargePageBit)) == PresentBit;

    /// <summary>What the processor does with the entry when it meets it at <paramref name="level"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EntryKind KindAt<TMode>(PageTableLevel level) where TMode : struct, IPagingMode
    {
        if (IsTableAt(level))
        {
            return EntryKind.Table;
        }

        return IsPresent ? KindOfLeafAt<TMode>(level) : EntryKind.Absent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private EntryKind KindOfLeafAt<TMode>(PageTableLevel level) where TMode : struct, IPagingMode
    {
        // What the processor can do is not asked: a leaf that it refuses could not have been written by the mapper.
        bool wellFormed = level == PageTableLevel.Lowest
            || (TMode.AllowsLeafAt(level, PagingFeatures.All) && (_bits & TMode.ReservedLeafBitsAt(level)) == 0);
        return wellFormed ? EntryKind.Leaf : EntryKind.Malformed;
    }

    /// <summary>The table that a table entry points to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhysicalAddress TableAddress<TMode>() where TMode : struct, IPagingMode =>
        PhysicalAddress.FromEntryBits(_bits & TMode.AddressMask);

    /// <summary>The frame that a leaf at <paramref name="level"/> maps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhysicalAddress LeafAddress<TMode>(PageTableLevel level) where TMode : struct, IPagingMode =>
        PhysicalAddress.FromEntryBits(_bits & (TMode.AddressMask & ~((1UL << TMode.ShiftAt(level)) - 1)));

    /// <summary>The same as a frame, where the leaves at <paramref name="level"/> have that size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Frame<TSize> LeafFrame<TMode, TSize>(PageTableLevel level)
        where TMode : struct, IPagingMode
        where TSize : struct, IPageSize =>
        Frame<TSize>.FromEntryBits(LeafAddress<TMode>(level).Value);

    /// <summary>The rights and cache type of a leaf at <paramref name="level"/>.</summary>
    public PageAttributes Attributes(PageTableLevel level) => PageAttributes.FromLeafBits(_bits, level);

    /// <summary>The same leaf at the lowest level for the frame that many after this one.</summary>
    internal PageTableEntry FramesOn(ulong frames) => new(_bits + (frames << Size4KiB.Shift));

    /// <summary>The same entry, with only the bits <paramref name="keep"/> of it and <paramref name="add"/> on top of them.</summary>
    internal PageTableEntry With(ulong keep, ulong add) => new((_bits & keep) | add);

    /// <summary>The same entry, open to ring 3.</summary>
    internal PageTableEntry OpenToUser() => new(_bits | UserBit);

    /// <summary>Whether both have the same bits.</summary>
    public static bool operator ==(PageTableEntry left, PageTableEntry right) => left._bits == right._bits;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(PageTableEntry left, PageTableEntry right) => left._bits != right._bits;

    /// <inheritdoc/>
    public bool Equals(PageTableEntry other) => _bits == other._bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageTableEntry other && _bits == other._bits;

    /// <inheritdoc/>
    public override int GetHashCode() => _bits.GetHashCode();
}
