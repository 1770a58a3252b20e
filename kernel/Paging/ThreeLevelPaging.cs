using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>x86-32 with three levels (PAE): 32-bit addresses, 64-bit entries, pages of 4 KiB and 2 MiB; entries can forbid execution.</summary>
/// <remarks>
/// <code>
///  31   30 29       21 20       12 11          0
/// | lvl 3 | level 2   | level 1   | offset      |
/// </code>
/// <para>Intel SDM volume 3A, 4.4; AMD64 APM volume 2, 5.2.2. The last of the four gigabytes is the kernel's: one root entry.</para>
/// <para>
/// The root has four entries, without rights of their own and without an accessed bit. The processor copies them when it loads
/// the root and does not look again, so a new one owes a flush of everything.
/// </para>
/// </remarks>
public readonly struct ThreeLevelPaging : IPagingMode
{
    /// <inheritdoc/>
    public static PageTableLevel RootLevel => new(3);

    /// <inheritdoc/>
    public static int VirtualAddressBits => 32;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => LongEntries.PhysicalAddressBits;

    /// <inheritdoc/>
    public static int EntryShift => LongEntries.EntryShift;

    /// <inheritdoc/>
    public static ulong AddressMask => LongEntries.AddressMask;

    /// <inheritdoc/>
    public static ulong NoExecuteBit => LongEntries.NoExecuteBit;

    /// <inheritdoc/>
    public static VirtualAddress UpperHalfStart => VirtualAddress.FromValue(0xC000_0000);

    /// <inheritdoc/>
    public static int ShiftAt(PageTableLevel level) => LongEntries.ShiftAt(level);

    /// <inheritdoc/>
    public static int IndexBitsAt(PageTableLevel level) => level == RootLevel ? 2 : LongEntries.IndexBits;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) => level != RootLevel;

    /// <inheritdoc/>
    public static ulong TableBitsAt(PageTableLevel level) => level == RootLevel ? PageTableEntry.PresentBit : PageTableEntry.TableBits;

    /// <inheritdoc/>
    public static bool CopiesRootEntries => true;

    /// <inheritdoc/>
    public static ulong ReservedLeafBitsAt(PageTableLevel level) => LongEntries.ReservedLeafBitsAt(level);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical(VirtualAddress address) => (ulong)address.Value <= uint.MaxValue;

    /// <inheritdoc/>
    public static unsafe ulong Load(void* entry) => LongEntries.Load(entry);

    /// <inheritdoc/>
    public static unsafe void Store(void* entry, ulong value) => LongEntries.Store(entry, value);

    /// <inheritdoc/>
    public static unsafe ulong CompareExchange(void* entry, ulong value, ulong expected) =>
        LongEntries.CompareExchange(entry, value, expected);
}
