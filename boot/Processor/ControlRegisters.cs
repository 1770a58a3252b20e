using Kernel.Machine;

namespace Boot.Processor;

/// <summary>Protections that are switched on once the kernel runs on its own tables (AMD64 APM volume 2, 3.1; Intel SDM volume 3A, 2.5).</summary>
internal static class ControlRegisters
{
    /// <summary>CR0: the kernel too respects read-only pages.</summary>
    public const nuint Cr0WriteProtect = 1 << 16;

    /// <summary>CR4: a page of 4 MiB exists in two-level tables. The 64-bit modes do not ask.</summary>
    public const nuint Cr4PageSizeExtensions = 1 << 4;

    /// <summary>CR4: entries have eight bytes (PAE). Always set with 64-bit addresses; with 32 it means three levels.</summary>
    public const nuint Cr4PhysicalAddressExtension = 1 << 5;

    /// <summary>CR4: a machine check is an exception. Clear, it shuts the processor down without a word.</summary>
    public const nuint Cr4MachineCheck = 1 << 6;

    /// <summary>CR4: translations may survive a change of the root.</summary>
    public const nuint Cr4GlobalPages = 1 << 7;

    /// <summary>CR4: ring 3 may not read descriptor-table addresses.</summary>
    public const nuint Cr4UserInstructionPrevention = 1 << 11;

    /// <summary>CR4: five levels.</summary>
    public const nuint Cr4FiveLevels = 1 << 12;

    /// <summary>CR4: the kernel may not execute user pages.</summary>
    public const nuint Cr4ExecutionPrevention = 1 << 20;

    /// <summary>CR4: the kernel may not touch user pages by accident.</summary>
    public const nuint Cr4AccessPrevention = 1 << 21;

    /// <summary>The model-specific register of extended features.</summary>
    public const uint EferMsr = 0xC000_0080;

    /// <summary>EFER: entries can forbid execution.</summary>
    public const ulong EferNoExecute = 1 << 11;

    private const uint PageAttributeTableMsr = 0x277;

    // Index = PAT, PCD, PWT: WB, WC, UC-, UC, WB, WP, UC-, WT. The lower half keeps what PCD and PWT mean at reset,
    // but for WC in place of WT, which moves to the last entry.
    private const ulong PageAttributeTable = 0x04_07_05_06_00_07_01_06;

    /// <summary>Whether the processor translates with five levels.</summary>
    public static bool UsesFiveLevels => (Instructions.ReadCr4() & Cr4FiveLevels) != 0;

    /// <summary>Whether entries have eight bytes.</summary>
    public static bool UsesPhysicalAddressExtension => (Instructions.ReadCr4() & Cr4PhysicalAddressExtension) != 0;

    /// <summary>Whether entries of eight bytes can forbid execution; the boot code has seen to it where the processor has NX.</summary>
    public static bool UsesNoExecute =>
        ProcessorFeatures.HasNoExecute && (Instructions.ReadMsr(EferMsr) & EferNoExecute) != 0;

    /// <summary>Whether root entries of two-level tables can be pages of 4 MiB.</summary>
    public static bool UsesPageSizeExtensions => (Instructions.ReadCr4() & Cr4PageSizeExtensions) != 0;

    /// <summary>Programs the cache types that entries can name. No mapping made before may use another type than write-back.</summary>
    public static void SetCacheTypes()
    {
        Instructions.WriteBackCaches();
        Instructions.WriteMsr(PageAttributeTableMsr, PageAttributeTable);
        Instructions.WriteBackCaches();
    }

    /// <summary>The cache types that entries can name, as programmed.</summary>
    public static ulong CacheTypes => Instructions.ReadMsr(PageAttributeTableMsr);

    /// <summary>Switches on every protection that the processor has, and what <see cref="ProcessorFeatures.Paging"/> promises.</summary>
    public static void Protect()
    {
        PagingFeatures paging = ProcessorFeatures.Paging;
        Instructions.WriteCr0(Instructions.ReadCr0() | Cr0WriteProtect);
        Instructions.WriteCr4(Instructions.ReadCr4()
            | ((paging & PagingFeatures.GlobalPages) != 0 ? Cr4GlobalPages : 0)
            | (ProcessorFeatures.HasMachineCheck ? Cr4MachineCheck : 0)
            | (ProcessorFeatures.HasExecutionPrevention ? Cr4ExecutionPrevention : 0)
            | (ProcessorFeatures.HasAccessPrevention ? Cr4AccessPrevention : 0)
            | (ProcessorFeatures.HasUserInstructionPrevention ? Cr4UserInstructionPrevention : 0));
    }
}
