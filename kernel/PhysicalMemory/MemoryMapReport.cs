namespace Kernel.PhysicalMemory;

/// <summary>What was odd about a boot protocol's memory map.</summary>
/// <param name="emptyEntries">How many entries had no length.</param>
/// <param name="clippedEntries">How many entries reached beyond the physical width.</param>
/// <param name="clippedUsableBytes">How many usable bytes that cost.</param>
/// <param name="faultyEntry">The index of the entry that made the map unusable, or -1.</param>
public readonly struct MemoryMapReport(int emptyEntries, int clippedEntries, ulong clippedUsableBytes, int faultyEntry)
{
    /// <summary>How many entries had no length. They say nothing and were dropped.</summary>
    public int EmptyEntries { get; } = emptyEntries;

    /// <summary>How many entries lay, wholly or in part, where this processor has no addresses. That part was cut off.</summary>
    public int ClippedEntries { get; } = clippedEntries;

    /// <summary>How many bytes of usable entries were cut off: memory that the machine has and that nobody can use. Overlapping entries count twice.</summary>
    public ulong ClippedUsableBytes { get; } = clippedUsableBytes;

    /// <summary>The index of the entry that made the map unusable, or -1.</summary>
    public int FaultyEntry { get; } = faultyEntry;
}
