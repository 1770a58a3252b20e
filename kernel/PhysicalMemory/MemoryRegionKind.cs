namespace Kernel.PhysicalMemory;

/// <summary>What a part of physical memory is good for, from the least to the most restrictive: where two claims meet, the later one wins.</summary>
public enum MemoryRegionKind : byte
{
    /// <summary>Free memory. The only kind that allocators hand out.</summary>
    Usable,

    /// <summary>Memory with boot data in it: usable once the kernel has read what it needs.</summary>
    BootloaderReclaimable,

    /// <summary>Memory that the early allocator gave to the kernel: page tables, frame metadata.</summary>
    KernelData,

    /// <summary>Memory with files that the boot loader brought along.</summary>
    Modules,

    /// <summary>The kernel's own text and data.</summary>
    KernelImage,

    /// <summary>Memory with ACPI tables in it: usable once they have been read.</summary>
    AcpiReclaimable,

    /// <summary>Memory that the firmware keeps across sleep.</summary>
    AcpiNonVolatile,

    /// <summary>Pixels.</summary>
    FrameBuffer,

    /// <summary>Device registers.</summary>
    Mmio,

    /// <summary>Not the kernel's; what a boot protocol says that nobody can name counts as this.</summary>
    Reserved,

    /// <summary>Memory that does not keep what is written to it.</summary>
    Bad,
}
