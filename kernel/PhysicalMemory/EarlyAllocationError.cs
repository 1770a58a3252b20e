using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>Why the early allocator gave nothing. Nothing has changed.</summary>
[MustUse]
public enum EarlyAllocationError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>No usable region within reach has so many frames in a row.</summary>
    OutOfFrames,

    /// <summary>The memory map's storage has no room to note what would be taken.</summary>
    MapFull,
}
