using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>Addresses that tests map things at, and the edges of the address space.</summary>
/// <typeparam name="TMode">The paging mode.</typeparam>
public static class Places<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>The size of a half in bytes.</summary>
    public static ulong HalfBytes => 1UL << (HardwarePaging.ShiftAt(TMode.RootLevel.Number + 1) - 1);

    /// <summary>A multiple of 1 GiB somewhere in the lower half; its index differs at every level.</summary>
    public static VirtualAddress Low => VirtualAddress.FromValue(0x0000_1283_4000_0000);

    /// <summary>A multiple of 1 GiB somewhere in the upper half.</summary>
    public static VirtualAddress High => VirtualAddress.FromValue(unchecked(0UL - HalfBytes) + 0x0000_0283_C000_0000);

    /// <summary>All of the lower half.</summary>
    public static VirtualRange LowerHalf => VirtualRange.FromStart(VirtualAddress.Zero, HalfBytes);

    /// <summary>All of the upper half.</summary>
    public static VirtualRange UpperHalf =>
        VirtualRange.FromStart(VirtualAddress.FromValue(unchecked(0UL - HalfBytes)), HalfBytes);

    /// <summary>The bytes of a leaf at <paramref name="level"/>.</summary>
    public static ulong BytesAt(int level) => 1UL << HardwarePaging.ShiftAt(level);

    /// <summary>The last page of the lower half whose leaf is at <paramref name="level"/>.</summary>
    public static VirtualAddress LastOfLowerHalf(int level) => VirtualAddress.FromValue(HalfBytes - BytesAt(level));

    /// <summary>The first page of the upper half.</summary>
    public static VirtualAddress FirstOfUpperHalf => UpperHalf.Start;

    /// <summary>The last page of all whose leaf is at <paramref name="level"/>.</summary>
    public static VirtualAddress LastOfAll(int level) => VirtualAddress.FromValue(unchecked(0UL - BytesAt(level)));

    /// <summary>One of the edges by name, for theories.</summary>
    public static VirtualAddress Named(string place, int level) => place switch
    {
        nameof(VirtualAddress.Zero) => VirtualAddress.Zero,
        nameof(Low) => Low,
        nameof(High) => High,
        nameof(LastOfLowerHalf) => LastOfLowerHalf(level),
        nameof(FirstOfUpperHalf) => FirstOfUpperHalf,
        _ => LastOfAll(level),
    };
}
