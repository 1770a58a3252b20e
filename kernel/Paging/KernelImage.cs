using Kernel.Addresses;

namespace Kernel.Paging;

/// <summary>Where the kernel itself lies: three parts with different rights, at one distance between physical and virtual.</summary>
/// <param name="start">The virtual address of the first byte of <paramref name="text"/>.</param>
/// <param name="text">Its code. The bounds of all parts are multiples of 4 KiB, and the parts follow in this order.</param>
/// <param name="readOnlyData">Its constants.</param>
/// <param name="data">Its variables and stacks.</param>
public readonly struct KernelImage(VirtualAddress start, PhysicalRange text, PhysicalRange readOnlyData, PhysicalRange data)
{
    private readonly VirtualAddress _start = start;

    /// <summary>Its code.</summary>
    public PhysicalRange Text { get; } = text;

    /// <summary>Its constants.</summary>
    public PhysicalRange ReadOnlyData { get; } = readOnlyData;

    /// <summary>Its variables and stacks.</summary>
    public PhysicalRange Data { get; } = data;

    /// <summary>All of it.</summary>
    public PhysicalRange Whole => PhysicalRange.Between(Text.Start, Data.End);

    /// <summary>The part of it that nobody may write, through whatever mapping.</summary>
    public PhysicalRange ReadOnly => PhysicalRange.Between(Text.Start, ReadOnlyData.End);

    /// <summary>Where the kernel sees a part of itself.</summary>
    public VirtualRange AddressesOf(PhysicalRange part) => VirtualRange.FromStart(_start + (part.Start - Text.Start), part.Length);
}
