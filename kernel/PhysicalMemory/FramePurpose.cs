namespace Kernel.PhysicalMemory;

/// <summary>What frames are used for.</summary>
public enum FramePurpose : byte
{
    /// <summary>A page table of any level.</summary>
    PageTable,

    /// <summary>The kernel's own data.</summary>
    KernelData,

    /// <summary>A stack that the kernel runs on.</summary>
    KernelStack,

    /// <summary>A program's memory.</summary>
    UserData,

    /// <summary>Memory that the kernel reaches through the direct map only.</summary>
    DirectMapped,

    /// <summary>A buffer that a device reads or writes by itself.</summary>
    DeviceBuffer,
}
