using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Physical memory at a fixed distance: the first half of the kernel's part shows physical address 0 upwards.</summary>
/// <remarks>
/// <para>
/// The kernel's own tables show all RAM below <see cref="Limit"/> there, and nothing else: no hole, no device. An address that
/// is not RAM is reachable only after <c>EnsureMapped</c>. (strat9 and Limine: HHDM; EYN-OS: the <c>KERNEL_BASE</c> alias.)
/// </para>
/// <para>
/// With 64-bit addresses that is more than any machine has. With 32 bits it is 512 MiB: whoever allocates page tables and other
/// memory for the kernel itself asks <see cref="ReachEnd"/> first.
/// </para>
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public readonly struct DirectMap<TMode> : IPhysicalMemory
    where TMode : struct, IPagingMode
{
    /// <summary>How many bytes of physical address space the direct map can show.</summary>
    public static ulong Limit => KernelLayout<TMode>.Bytes / 2;

    /// <inheritdoc/>
    public static PhysicalAddress ReachEnd =>
        PhysicalAddress.FromValue(Limit < 1UL << TMode.PhysicalAddressBits ? Limit : 1UL << TMode.PhysicalAddressBits);

    /// <inheritdoc/>
    public static bool HasWindows => false;

    /// <summary>Where the byte is shown; panics above <see cref="Limit"/>.</summary>
    public static VirtualAddress AddressOf(PhysicalAddress address)
    {
        if (address.Value >= Limit)
        {
            Panic.Raise("physical address", address.Value, "an address inside the direct map", "DirectMap.AddressOf");
        }

        return TMode.UpperHalfStart + address.Value;
    }

    /// <summary>Where the range is shown, or false if it does not end below <see cref="Limit"/>.</summary>
    public static bool TryRangeOf(PhysicalRange range, out VirtualRange shown)
    {
        bool fits = range.End.Value <= Limit;
        shown = fits ? VirtualRange.FromStart(TMode.UpperHalfStart + range.Start.Value, range.Length) : default;
        return fits;
    }

    /// <summary>Where the range can be shown to a processor, or why nowhere: above its physical width, or outside the direct map.</summary>
    internal static MapError FindPlaceFor<TProcessor>(PhysicalRange range, out VirtualRange place)
        where TProcessor : struct, IProcessor
    {
        place = default;
        if (range.End.Value > 1UL << TProcessor.PhysicalAddressBits)
        {
            return MapError.AbovePhysicalWidth;
        }

        return TryRangeOf(range, out place) ? MapError.None : MapError.OutsideDirectMap;
    }

    /// <summary>Which physical address a direct-map address shows; panics for any other address.</summary>
    public static PhysicalAddress PhysicalOf(VirtualAddress address)
    {
        if (address < TMode.UpperHalfStart || address - TMode.UpperHalfStart >= Limit)
        {
            Panic.Raise("virtual address", address.Value, "an address inside the direct map", "DirectMap.PhysicalOf");
        }

        return PhysicalAddress.FromValue(address - TMode.UpperHalfStart);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Panics at or above <see cref="ReachEnd"/>: a table there would be an address that shows something else, or nothing
    /// (EYN-OS: the alias must cover every frame that the allocator can return).
    /// </remarks>
    public static unsafe void* PointerTo(PhysicalAddress address) => AddressOf(address).ToPointer();

    /// <inheritdoc/>
    /// <remarks>Panics as <see cref="PointerTo"/> does.</remarks>
    public static unsafe void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) => PointerTo(table);

    // SAFETY: every step of a walk comes through here, so it asks no more than it must. With 64-bit addresses no machine has memory
    // above the limit, and the width alone is checked. With 32 bits the recursive map may have linked a table up there, and a sum that
    // wraps would lead into what a user has mapped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void* IPhysicalMemory.PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address) =>
        TMode.VirtualAddressBits > 32
            ? (void*)(TMode.UpperHalfStart.Value + CheckedNarrowing.ToNative(table))
            : PointerTo(table);

    static void IPhysicalMemory.ForgetTable(PageTableLevel level, VirtualAddress address)
    {
        // A table is shown at its own physical address, whatever points to it.
    }
}
