namespace Kernel.PhysicalMemory;

/// <summary>What the buddy allocator knows about a frame. Changed under the allocator's lock.</summary>
internal enum FrameState : byte
{
    /// <summary>Not the allocator's: the kernel's image, a hole, memory that was never handed to it.</summary>
    Unmanaged,

    /// <summary>Not the allocator's yet: what the loader or the firmware placed there may still be needed.</summary>
    SetAside,

    /// <summary>The allocator's, but not the first frame of anything: the block or allocation that it is part of is described there.</summary>
    Inside,

    /// <summary>The first frame of a free block.</summary>
    Free,

    /// <summary>The first frame of an allocation.</summary>
    Allocated,
}
