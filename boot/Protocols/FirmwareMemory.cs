using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>The firmware's words for memory, which every boot protocol passes on (ACPI 6.5, table 15.5).</summary>
internal static class FirmwareMemory
{
    /// <summary>What a kind of the firmware's is to the kernel. A kind without a name is not for us.</summary>
    public static MemoryRegionKind KindOf(uint kind) => kind switch
    {
        1 => MemoryRegionKind.Usable,
        3 => MemoryRegionKind.AcpiReclaimable,
        4 => MemoryRegionKind.AcpiNonVolatile,
        5 => MemoryRegionKind.Bad,
        _ => MemoryRegionKind.Reserved,
    };
}
