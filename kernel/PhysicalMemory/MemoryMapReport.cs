namespace Kernel.PhysicalMemory;

/// <summary>What was odd about a boot protocol's memory map.</summary>
/// <param name="emptyEntries">How many entries had no length.</param>
/// <param name="clippedEntries">How many entries reached beyond the physical width.</param>
/// <param name="faultyEntry">The index of the entry that made the map unusable, or -1.</param>
public readonly struct MemoryMapReport(int emptyEntries, int clippedEntries, int faultyEntry)
{
    /// <summary>How many entries had no length. They say nothing and were dropped.</summary>
    public int EmptyEntries { get; } = emptyEntries;

    /// <summary>How many entries lay, wholly or in part, where this processor has no addresses. That part was cut off.</summary>
    public int ClippedEntries { get; } = clippedEntries;

    /// <summary>The index of the entry that made the map unusable, or -1.</summary>
    public int FaultyEntry { get; } = faultyEntry;
}
