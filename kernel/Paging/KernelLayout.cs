using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What the kernel's part of the address space is used for. The same in every address space.</summary>
/// <remarks>
/// <code>
/// | direct map             | dynamic      | windows | not used      | last root entry |
/// upper half start         half of the part                         image, or the tables themselves
/// </code>
/// With 64-bit addresses the image lies in the last root entry. With 32 bits it lies inside the direct map, where the loader
/// puts it, and the last root entry is the recursive slot (EYN-OS: <c>KERNEL_BASE</c> and <c>RECURSIVE_PD_INDEX</c>).
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public static class KernelLayout<TMode>
    where TMode : struct, IPagingMode
{
    // Enough for what devices show, and one root entry where those are wide.
    private const ulong MostDynamicBytes = 1UL << 39;

    // Less than a table of any mode decides about, and aligned to it: the windows have one table.
    private const ulong WindowBytes = 1UL << 20;

    /// <summary>The size of the kernel's part in bytes.</summary>
    public static ulong Bytes => (0UL - TMode.UpperHalfStart.Value) & ((1UL << TMode.VirtualAddressBits) - 1);

    /// <summary>Where the kernel maps what comes and goes.</summary>
    public static VirtualRange Dynamic => VirtualRange.FromStart(TMode.UpperHalfStart + DirectMap<TMode>.Limit, DynamicBytes - WindowBytes);

    /// <summary>Where the recursive map shows frames that are no tables of the tree in use, some pages for each processor.</summary>
    public static VirtualRange Windows => VirtualRange.FromStart(Dynamic.Start + Dynamic.Length, WindowBytes);

    /// <summary>The addresses that the last root entry decides about.</summary>
    public static VirtualRange LastRootEntry =>
        VirtualRange.FromStart(TMode.UpperHalfStart + (Bytes - BytesOfRootEntry), BytesOfRootEntry);

    private static ulong BytesOfRootEntry => 1UL << TMode.ShiftAt(TMode.RootLevel);

    private static ulong DynamicBytes => Bytes / 4 < MostDynamicBytes ? Bytes / 4 : MostDynamicBytes;

    /// <summary>Where physical addresses of <paramref name="bits"/> bits are shown, as far as the direct map reaches.</summary>
    public static VirtualRange DirectMapOf(int bits) =>
        VirtualRange.FromStart(TMode.UpperHalfStart, bits < 64 && 1UL << bits < DirectMap<TMode>.Limit ? 1UL << bits : DirectMap<TMode>.Limit);
}
