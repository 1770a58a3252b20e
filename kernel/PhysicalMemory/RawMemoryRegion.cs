using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>An entry of the memory map as the boot protocol has it: nothing about it has been checked.</summary>
/// <param name="start">The first byte's address.</param>
/// <param name="length">The size in bytes.</param>
/// <param name="kind">What the entry says about the bytes.</param>
public readonly struct RawMemoryRegion([AddressValue] ulong start, ulong length, MemoryRegionKind kind)
{
    /// <summary>The first byte's address.</summary>
    [AddressValue]
    public ulong Start { get; } = start;

    /// <summary>The size in bytes.</summary>
    public ulong Length { get; } = length;

    /// <summary>What the entry says about the bytes.</summary>
    public MemoryRegionKind Kind { get; } = kind;

    /// <summary>Whether the bytes pass 2^64, which no memory does. Ending there exactly is no wrap.</summary>
    public bool Wraps => Length != 0 && unchecked(Start + (Length - 1)) < Start;

    /// <summary>How many of the bytes lie at or above <paramref name="limit"/>. They do not wrap.</summary>
    internal ulong LengthFrom([AddressValue] ulong limit)
    {
        ulong below = limit > Start ? limit - Start : 0;
        return Length > below ? Length - below : 0;
    }
}
