using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>Why no frames were allocated. Nothing has changed.</summary>
[MustUse]
public enum AllocationError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>There is no free block of that size, or no free run of that length, alignment and bound.</summary>
    OutOfFrames,

    /// <summary>The kernel must reach the frames, and there is no such block or run where it does; so many frames are free out of its reach.</summary>
    OutOfReachableFrames,

    /// <summary>The order is negative or above <see cref="BuddyAllocator.MaximumOrder"/>.</summary>
    NoSuchOrder,

    /// <summary>No frames were asked for.</summary>
    ZeroFrames,

    /// <summary>The alignment is not a power of two of at least 4096 bytes.</summary>
    NotAnAlignment,
}
