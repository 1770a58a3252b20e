using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>Why frames were not taken back. Nothing has changed.</summary>
[MustUse]
public enum FreeError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The frame never was the allocator's to give: a device's, the kernel's image, a hole.</summary>
    NotManaged,

    /// <summary>No allocation begins there: it has been freed already, or the frame lies inside of something.</summary>
    NotAllocated,

    /// <summary>An allocation begins there, of another size.</summary>
    WrongSize,

    /// <summary>Somebody else holds the frame too; let go of it with <see cref="FrameAllocator{TProcessor}.Release"/>.</summary>
    StillShared,
}
