using Kernel.Addresses;

namespace Kernel.PhysicalMemory;

/// <summary>A stretch of physical memory in a <see cref="MemoryMap"/>: whole 4 KiB frames, all good for the same.</summary>
public readonly struct MemoryRegion
{
    internal MemoryRegion(PhysicalRange range, MemoryRegionKind kind)
    {
        Range = range;
        Kind = kind;
    }

    /// <summary>The bytes it covers.</summary>
    public PhysicalRange Range { get; }

    /// <summary>What they are good for.</summary>
    public MemoryRegionKind Kind { get; }

    /// <summary>Whether it is ordinary memory that may be mapped write-back, whoever uses it.</summary>
    /// <remarks>The firmware's own (<see cref="MemoryRegionKind.AcpiNonVolatile"/>) is left to whoever needs it.</remarks>
    public bool IsMemory => Kind <= MemoryRegionKind.AcpiReclaimable;
}
