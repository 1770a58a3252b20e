namespace Kernel.PhysicalMemory;

/// <summary>What frames are used for. <see cref="FramePurposes.NeedsReach"/> says which of them the kernel must be able to touch.</summary>
public enum FramePurpose : byte
{
    /// <summary>A page table of any level that the kernel edits at its physical address.</summary>
    PageTable,

    /// <summary>A page table of any level that the kernel edits where its own tree shows it: through a recursive entry.</summary>
    SelfMappedTable,

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
