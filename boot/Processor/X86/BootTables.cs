using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>What the tables of <c>Entry.asm</c> show, until the kernel has its own.</summary>
internal static class BootTables
{
    /// <summary>Physical memory below this is shown at its own address: all that is left beside the kernel's gigabyte.</summary>
    public static PhysicalAddress IdentityEnd => PhysicalAddress.FromValue(0xC000_0000);

    /// <summary>Physical memory below this is shown where the kernel's direct map will be.</summary>
    public static PhysicalAddress DirectMapEnd => PhysicalAddress.FromValue(512ul << 20);
}
