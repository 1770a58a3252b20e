using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>Addresses that tests map things at, the edges of the address space, and what the mode's hardware is like.</summary>
/// <remarks>Where the kernel's part begins is its own choice in modes of 32 bits: the last quarter. Elsewhere the sign bit decides.</remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public static class Places<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>The mode's own hardware, with everything switched on that the kernel uses.</summary>
    public static HardwarePaging Hardware { get; } = TMode.RootLevel.Number switch
    {
        2 => HardwarePaging.TwoLevel,
        3 => HardwarePaging.ThreeLevel,
        4 => HardwarePaging.FourLevel,
        _ => HardwarePaging.FiveLevel,
    };

    /// <summary>The levels that have leaves, from the lowest up.</summary>
    public static int[] LeafLevels { get; } = [.. Enumerable.Range(1, Hardware.Levels).Where(Hardware.HasLeavesAt)];

    /// <summary>The highest level that has leaves.</summary>
    public static int LargestLevel { get; } = LeafLevels[^1];

    /// <summary>The bytes below the kernel's part that there are addresses for.</summary>
    public static ulong LowerBytes { get; } =
        Hardware.ExtendsSign ? 1UL << (Hardware.VirtualAddressBits - 1) : 3UL << (Hardware.VirtualAddressBits - 2);

    /// <summary>The bytes of the kernel's part.</summary>
    public static ulong UpperBytes { get; } =
        Hardware.ExtendsSign ? LowerBytes : 1UL << (Hardware.VirtualAddressBits - 2);

    /// <summary>What follows the last address, as 64 bits.</summary>
    public static ulong End { get; } = Hardware.ExtendsSign ? 0 : 1UL << Hardware.VirtualAddressBits;

    /// <summary>A frame of the largest size that there are pages for, above 4 GiB where entries can hold such an address.</summary>
    public static ulong Frame { get; } = Hardware.AddressBits >> 32 == 0 ? 0x7180_0000UL : 0x0000_0071_8000_0000;

    /// <summary>A place below the kernel for any page; its index differs at every level.</summary>
    public static VirtualAddress Low { get; } =
        VirtualAddress.FromValue(Hardware.ExtendsSign ? 0x0000_1283_4000_0000UL : 0x4840_0000);

    /// <summary>A place in the kernel's part for any page.</summary>
    public static VirtualAddress High { get; } =
        VirtualAddress.FromValue(FirstOfUpperHalf.Value + (Hardware.ExtendsSign ? 0x0000_0283_C000_0000UL : 0x0840_0000));

    /// <summary>Everything below the kernel.</summary>
    public static VirtualRange LowerHalf => VirtualRange.FromStart(VirtualAddress.Zero, LowerBytes);

    /// <summary>All of the kernel's part.</summary>
    public static VirtualRange UpperHalf => VirtualRange.FromStart(FirstOfUpperHalf, UpperBytes);

    /// <summary>The bytes of a leaf at <paramref name="level"/>.</summary>
    public static ulong BytesAt(int level) => 1UL << Hardware.ShiftAt(level);

    /// <summary>The last page below the kernel whose leaf is at <paramref name="level"/>.</summary>
    public static VirtualAddress LastOfLowerHalf(int level) => VirtualAddress.FromValue(LowerBytes - BytesAt(level));

    /// <summary>The first page of the kernel's part.</summary>
    public static VirtualAddress FirstOfUpperHalf => VirtualAddress.FromValue(unchecked(End - UpperBytes));

    /// <summary>The last page of all whose leaf is at <paramref name="level"/>.</summary>
    public static VirtualAddress LastOfAll(int level) => VirtualAddress.FromValue(unchecked(End - BytesAt(level)));

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
