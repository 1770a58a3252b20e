using System;

namespace Kernel.Machine;

/// <summary>What a paging unit can do beyond its mode, as CPUID tells it.</summary>
[Flags]
public enum PagingFeatures
{
    /// <summary>Nothing beyond the mode.</summary>
    None = 0,

    /// <summary>Entries can forbid execution (EFER.NXE is set).</summary>
    NoExecute = 1 << 0,

    /// <summary>Leaves of 1 GiB (CPUID 80000001h, EDX bit 26).</summary>
    GigabytePages = 1 << 1,

    /// <summary>Translations can survive a change of the root (CR4.PGE is set).</summary>
    GlobalPages = 1 << 2,

    /// <summary>Leaves of 4 MiB in tables of 32-bit entries (CR4.PSE is set). Tables of 64-bit entries have theirs without asking.</summary>
    LargePages = 1 << 3,

    /// <summary>Everything that some processor can do.</summary>
    All = NoExecute | GigabytePages | GlobalPages | LargePages,
}
