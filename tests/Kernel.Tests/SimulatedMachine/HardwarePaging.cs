using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>How the paging units of a simulated machine are switched: what CR0, CR4, EFER and CPUID say on a real one.</summary>
/// <param name="Levels">4, or 5 with CR4.LA57.</param>
public sealed record HardwarePaging(int Levels)
{
    /// <summary>Four levels, everything switched on.</summary>
    public static HardwarePaging FourLevel { get; } = new(4);

    /// <summary>Five levels, everything switched on.</summary>
    public static HardwarePaging FiveLevel { get; } = new(5);

    /// <summary>Leaves of 1 GiB are allowed.</summary>
    public bool GigabytePages { get; init; } = true;

    /// <summary>EFER.NXE: bit 63 forbids execution; off, it is reserved.</summary>
    public bool NoExecute { get; init; } = true;

    /// <summary>CR4.PGE: bit 8 of a leaf keeps its translation when the root changes.</summary>
    public bool GlobalPages { get; init; } = true;

    /// <summary>CR0.WP: the kernel too must not write where the writable bit is clear.</summary>
    public bool WriteProtect { get; init; } = true;

    /// <summary>Physical address bits that this processor has; the entry bits above them are reserved.</summary>
    public int PhysicalAddressBits { get; init; } = PhysicalAddress.MaximumBits;

    /// <summary>The same in the kernel's words.</summary>
    public PagingFeatures Features =>
        (NoExecute ? PagingFeatures.NoExecute : 0)
        | (GigabytePages ? PagingFeatures.GigabytePages : 0)
        | (GlobalPages ? PagingFeatures.GlobalPages : 0);

    /// <summary>The address bits below those that select an entry at that level.</summary>
    public static int ShiftAt(int level) => 12 + (9 * (level - 1));

    /// <summary>Whether bits 63 down to the highest translated one are all equal.</summary>
    public bool IsCanonical(VirtualAddress address)
    {
        long signed = unchecked((long)address.Value);
        int above = 64 - ShiftAt(Levels + 1);
        return (signed << above) >> above == signed;
    }

    /// <summary>The bits that must be clear in a present entry at that level.</summary>
    public ulong ReservedBits(int level, bool leaf)
    {
        ulong reserved = (1UL << 52) - (1UL << PhysicalAddressBits);
        if (!NoExecute)
        {
            reserved |= 1UL << 63;
        }

        bool mayBeLarge = level == 2 || (level == 3 && GigabytePages);
        if (level > 1 && !mayBeLarge)
        {
            reserved |= HardwareWalk.LargePage;
        }

        if (leaf && level > 1)
        {
            reserved |= (1UL << Math.Min(ShiftAt(level), PhysicalAddressBits)) - (1UL << 13);
        }

        return reserved;
    }
}
