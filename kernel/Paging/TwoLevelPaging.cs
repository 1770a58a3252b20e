using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>x86-32 with two levels: 32-bit addresses and entries, pages of 4 KiB and 4 MiB. Entries cannot forbid execution.</summary>
/// <remarks>
/// <code>
///  31       22 21       12 11          0
/// | level 2   | level 1   | offset      |
/// </code>
/// <para>
/// Intel SDM volume 3A, 4.3; AMD64 APM volume 2, 5.2.1 (EYN-OS: page directory and page table). The last of the four gigabytes
/// is the kernel's.
/// </para>
/// <para>
/// In a large leaf bits 13 to 20 could name memory above 4 GiB (PSE-36). They are not used: a leaf that has one of them set is
/// malformed here, because a table for small pages could not name the same memory.
/// </para>
/// </remarks>
public readonly struct TwoLevelPaging : IPagingMode
{
    private const int IndexBits = 10;

    /// <inheritdoc/>
    public static PageTableLevel RootLevel => new(2);

    /// <inheritdoc/>
    public static int VirtualAddressBits => 32;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => 32;

    /// <inheritdoc/>
    public static int EntryShift => 2;

    /// <inheritdoc/>
    public static ulong AddressMask => 0xFFFF_F000;

    /// <inheritdoc/>
    public static ulong NoExecuteBit => 0;

    /// <inheritdoc/>
    public static VirtualAddress UpperHalfStart => VirtualAddress.FromValue(0xC000_0000);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ShiftAt(PageTableLevel level) => Size4KiB.Shift + (IndexBits * (level.Number - 1));

    /// <inheritdoc/>
    public static int IndexBitsAt(PageTableLevel level) => IndexBits;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) =>
        level == PageTableLevel.Lowest || (features & PagingFeatures.LargePages) != 0;

    /// <inheritdoc/>
    public static ulong TableBitsAt(PageTableLevel level) => PageTableEntry.TableBits;

    /// <inheritdoc/>
    public static bool CopiesRootEntries => false;

    /// <inheritdoc/>
    /// <remarks>Bit 12 of a large leaf is its PAT bit; bits 13 to 20 are PSE-36's, bit 21 is reserved.</remarks>
    public static ulong ReservedLeafBitsAt(PageTableLevel level) => level == PageTableLevel.Lowest ? 0UL : 0x003F_E000;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical(VirtualAddress address) => (ulong)address.Value <= uint.MaxValue;

    // SAFETY: the caller points into a page table, where entries are aligned to their size; an aligned 32-bit access is one access.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe ulong Load(void* entry) => Volatile.Read(ref *(uint*)entry);

    /// <inheritdoc/>
    /// <remarks>Panics if the entry has a bit that only wider entries have.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(void* entry, ulong value) => Volatile.Write(ref *(uint*)entry, CheckedNarrowing.ToUInt32(value));

    /// <inheritdoc/>
    public static unsafe ulong CompareExchange(void* entry, ulong value, ulong expected) =>
        Interlocked.CompareExchange(ref *(uint*)entry, CheckedNarrowing.ToUInt32(value), CheckedNarrowing.ToUInt32(expected));
}
