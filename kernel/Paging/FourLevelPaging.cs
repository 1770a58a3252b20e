using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>x86-64 with four levels: 48-bit virtual addresses, pages of 4 KiB, 2 MiB and 1 GiB.</summary>
/// <remarks>
/// <code>
///  63       48 47       39 38       30 29       21 20       12 11          0
/// | sign      | level 4   | level 3   | level 2   | level 1   | offset      |
/// </code>
/// AMD64 APM volume 2, 5.3; Intel SDM volume 3A, 4.5.
/// </remarks>
public readonly struct FourLevelPaging : IPagingMode
{
    /// <inheritdoc/>
    public static PageTableLevel RootLevel => new(4);

    /// <inheritdoc/>
    public static int VirtualAddressBits => 48;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => LongEntries.PhysicalAddressBits;

    /// <inheritdoc/>
    public static int EntryShift => LongEntries.EntryShift;

    /// <inheritdoc/>
    public static ulong AddressMask => LongEntries.AddressMask;

    /// <inheritdoc/>
    public static ulong NoExecuteBit => LongEntries.NoExecuteBit;

    /// <inheritdoc/>
    public static VirtualAddress UpperHalfStart => VirtualAddress.FromValue(0xFFFF_8000_0000_0000);

    /// <inheritdoc/>
    public static int ShiftAt(PageTableLevel level) => LongEntries.ShiftAt(level);

    /// <inheritdoc/>
    public static int IndexBitsAt(PageTableLevel level) => LongEntries.IndexBits;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) => LongEntries.AllowsLeafAt(level, features);

    /// <inheritdoc/>
    public static ulong TableBitsAt(PageTableLevel level) => PageTableEntry.TableBits;

    /// <inheritdoc/>
    public static bool CopiesRootEntries => false;

    /// <inheritdoc/>
    public static ulong ReservedLeafBitsAt(PageTableLevel level) => LongEntries.ReservedLeafBitsAt(level);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical(VirtualAddress address) => SignExtension.FitsIn(address.Value, VirtualAddressBits);

    /// <inheritdoc/>
    public static unsafe ulong Load(void* entry) => LongEntries.Load(entry);

    /// <inheritdoc/>
    public static unsafe void Store(void* entry, ulong value) => LongEntries.Store(entry, value);

    /// <inheritdoc/>
    public static unsafe ulong CompareExchange(void* entry, ulong value, ulong expected) =>
        LongEntries.CompareExchange(entry, value, expected);
}
