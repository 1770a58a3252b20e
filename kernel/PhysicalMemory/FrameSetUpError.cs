using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>Why the frame allocator could not be set up. The early allocator has everything that it had before.</summary>
[MustUse]
public enum FrameSetUpError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The early allocator cannot reach enough memory in a row for the metadata.</summary>
    OutOfFrames,

    /// <summary>The memory map's storage has no room to note where the metadata is.</summary>
    MapFull,

    /// <summary>There is usable memory at or above 16 TiB, where frame numbers no longer fit the metadata.</summary>
    TooMuchMemory,
}
