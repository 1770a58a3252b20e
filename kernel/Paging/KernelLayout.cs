using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What the kernel's half of the address space is used for. The same in every address space.</summary>
/// <remarks>
/// <code>
/// | direct map             | dynamic        | not used      | kernel image     |
/// upper half start         + a quarter of all addresses       top root entry
/// </code>
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public static class KernelLayout<TMode>
    where TMode : struct, IPagingMode
{
    private static ulong BytesOfRootEntry => 1UL << TMode.ShiftAt(TMode.RootLevel);

    /// <summary>Where the kernel maps what comes and goes: one root entry's worth.</summary>
    public static VirtualRange Dynamic => VirtualRange.FromStart(TMode.UpperHalfStart + DirectMap<TMode>.Limit, BytesOfRootEntry);

    /// <summary>The last root entry, which holds the kernel's image.</summary>
    public static VirtualRange Image =>
        VirtualRange.FromStart(VirtualAddress.FromValue(0UL - BytesOfRootEntry), BytesOfRootEntry);

    /// <summary>Where physical addresses of <paramref name="bits"/> bits are shown, as far as the direct map reaches.</summary>
    public static VirtualRange DirectMapOf(int bits)
    {
        ulong bytes = bits < TMode.VirtualAddressBits - 2 ? 1UL << bits : DirectMap<TMode>.Limit;
        return VirtualRange.FromStart(TMode.UpperHalfStart, bytes);
    }
}
