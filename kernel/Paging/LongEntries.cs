using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What the modes with 64-bit entries have in common (Intel SDM volume 3A, tables 4-14 to 4-20).</summary>
internal static unsafe class LongEntries
{
    public const int PhysicalAddressBits = PhysicalAddress.MaximumBits;
    public const int EntryShift = 3;
    public const int IndexBits = 9;
    public const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    public const ulong NoExecuteBit = 1UL << 63;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ShiftAt(PageTableLevel level) => Size4KiB.Shift + (IndexBits * (level.Number - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) =>
        level.Number <= 2 || (level.Number == 3 && (features & PagingFeatures.GigabytePages) != 0);

    // Bit 12 of a large leaf is its PAT bit; from 13 up to the page's own alignment nothing may be set.
    public static ulong ReservedLeafBitsAt(PageTableLevel level) =>
        level == PageTableLevel.Lowest ? 0 : ((1UL << ShiftAt(level)) - 1) & ~((1UL << 13) - 1);

    // SAFETY: the caller points into a page table, where entries are aligned to their size; an aligned 64-bit access is one access. That
    // a target of 32 bits keeps to this is part of what Volatile promises: no processor sees half of an entry.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(void* entry) => Volatile.Read(ref *(ulong*)entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* entry, ulong value) => Volatile.Write(ref *(ulong*)entry, value);

    public static ulong CompareExchange(void* entry, ulong value, ulong expected) =>
        Interlocked.CompareExchange(ref *(ulong*)entry, value, expected);
}
