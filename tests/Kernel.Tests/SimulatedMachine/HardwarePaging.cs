using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>How the paging units of a simulated machine are switched: what CR0, CR4, EFER and CPUID say on a real one.</summary>
/// <remarks>
/// Intel SDM volume 3A, 4.3 (two levels), 4.4 (three levels, PAE) and 4.5 (four and five). Written down from there a second time,
/// so that the kernel's own description of the modes has something to be compared with.
/// </remarks>
/// <param name="Levels">2; 3 with CR4.PAE; 4 with EFER.LMA too, or 5 with CR4.LA57.</param>
public sealed record HardwarePaging(int Levels)
{
    private const int WidestPse36Address = 40;

    /// <summary>Two levels with entries of 32 bits, everything switched on but PSE-36.</summary>
    public static HardwarePaging TwoLevel { get; } = new(2) { PhysicalAddressBits = 32 };

    /// <summary>Three levels, which is PAE, everything switched on.</summary>
    public static HardwarePaging ThreeLevel { get; } = new(3);

    /// <summary>Four levels, everything switched on.</summary>
    public static HardwarePaging FourLevel { get; } = new(4);

    /// <summary>Five levels, everything switched on.</summary>
    public static HardwarePaging FiveLevel { get; } = new(5);

    /// <summary>CR4.PSE: two-level tables have leaves of 4 MiB. Off, bit 7 of a directory entry means nothing. Other modes do not ask.</summary>
    public bool LargePages { get; init; } = true;

    /// <summary>PSE-36: bits 13 to 20 of a 4 MiB leaf are the address bits from 32 up; without it they are reserved.</summary>
    public bool WideLargePages { get; init; }

    /// <summary>Leaves of 1 GiB are allowed, where there are more than three levels.</summary>
    public bool GigabytePages { get; init; } = true;

    /// <summary>EFER.NXE: bit 63 forbids execution; off, it is reserved. Entries of 32 bits have no such bit.</summary>
    public bool NoExecute { get; init; } = true;

    /// <summary>CR4.PGE: bit 8 of a leaf keeps its translation when the root changes.</summary>
    public bool GlobalPages { get; init; } = true;

    /// <summary>CR0.WP: the kernel too must not write where the writable bit is clear.</summary>
    public bool WriteProtect { get; init; } = true;

    /// <summary>Physical address bits that this processor has; the entry bits above them are reserved.</summary>
    public int PhysicalAddressBits { get; init; } = PhysicalAddress.MaximumBits;

    /// <summary>The size of an entry in bytes.</summary>
    public int EntryBytes => Levels == 2 ? sizeof(uint) : sizeof(ulong);

    /// <summary>The virtual addresses that there are, in bits: all of them, or those below the sign extension.</summary>
    public int VirtualAddressBits => Levels <= 3 ? 32 : ShiftAt(Levels + 1);

    /// <summary>Whether addresses are wider than what is translated, so that the bits above must repeat the highest translated one.</summary>
    public bool ExtendsSign => Levels > 3;

    /// <summary>Whether the processor keeps the root's four entries in registers, which it fills when CR3 is loaded.</summary>
    public bool KeepsRootEntries => Levels == 3;

    /// <summary>Whether entries can forbid execution.</summary>
    public bool ForbidsExecution => NoExecute && Levels > 2;

    /// <summary>The address of a table in the entry that points to it, or of a frame in a leaf at level 1.</summary>
    public ulong AddressBits => Levels == 2 ? 0xFFFF_F000UL : 0x000F_FFFF_FFFF_F000;

    /// <summary>The bit that forbids execution; 0 where there is none.</summary>
    public ulong NoExecuteBit => ForbidsExecution ? HardwareWalk.NoExecute : 0;

    /// <summary>The same in the kernel's words.</summary>
    public PagingFeatures Features =>
        (ForbidsExecution ? PagingFeatures.NoExecute : 0)
        | (LargePages ? PagingFeatures.LargePages : 0)
        | (GigabytePages && Levels > 3 ? PagingFeatures.GigabytePages : 0)
        | (GlobalPages ? PagingFeatures.GlobalPages : 0);

    private int IndexBits => Levels == 2 ? 10 : 9;

    // One root entry of PAE covers 1 GiB as anywhere, but four of them make 4 GiB.
    private bool IsShortRoot(int level) => KeepsRootEntries && level == Levels;

    /// <summary>The address bits below those that select an entry at that level.</summary>
    public int ShiftAt(int level) => 12 + (IndexBits * (level - 1));

    /// <summary>How many entries a table at that level has.</summary>
    public int EntriesAt(int level) => IsShortRoot(level) ? 4 : 1 << IndexBits;

    /// <summary>The entry of a table at that level that decides about an address.</summary>
    public int IndexAt(VirtualAddress address, int level) => (int)(address.Value >> ShiftAt(level)) & (EntriesAt(level) - 1);

    /// <summary>Where that entry lies.</summary>
    public PhysicalAddress SlotOf(PhysicalAddress table, VirtualAddress address, int level) =>
        table + (ulong)(IndexAt(address, level) * EntryBytes);

    /// <summary>Whether the processor has leaves at that level.</summary>
    public bool HasLeavesAt(int level) => level switch
    {
        1 => true,
        2 => LargePages || Levels > 2,
        3 => GigabytePages && Levels > 3,
        _ => false,
    };

    /// <summary>Whether the processor takes a present entry at that level for a leaf, be it a malformed one.</summary>
    public bool IsLeaf(ulong entry, int level) =>
        level == 1 || ((entry & HardwareWalk.LargePage) != 0 && !IsShortRoot(level) && (LargePages || Levels > 2));

    /// <summary>The first byte that a leaf maps.</summary>
    public PhysicalAddress FrameOf(ulong entry, int level)
    {
        ulong frame = entry & AddressBits & ~((1UL << ShiftAt(level)) - 1);
        ulong wide = Levels == 2 && level == 2 && WideLargePages ? ((entry >> 13) & 0xFF) << 32 : 0;
        return PhysicalAddress.FromValue(frame | wide);
    }

    /// <summary>The address whose translated bits those are.</summary>
    public VirtualAddress Extend(ulong translated)
    {
        int above = ExtendsSign ? 64 - VirtualAddressBits : 0;
        return VirtualAddress.FromValue(unchecked((ulong)((long)(translated << above) >> above)));
    }

    /// <summary>Whether there is such an address: bits 63 down to the highest translated one are all equal, or there are only 32.</summary>
    public bool IsCanonical(VirtualAddress address)
    {
        ulong translated = address.Value & ((1UL << VirtualAddressBits) - 1);
        return Extend(translated) == address;
    }

    /// <summary>The bits that must be clear in a present entry at that level.</summary>
    public ulong ReservedBits(int level, bool leaf) => Levels == 2 ? ShortReservedBits(level, leaf) : LongReservedBits(level, leaf);

    // Table 4-4: the address bits from 32 up to M lie in bits 13 to M - 20, M being the physical width but 40 at most.
    private ulong ShortReservedBits(int level, bool leaf)
    {
        int width = WideLargePages ? Math.Clamp(PhysicalAddressBits, 32, WidestPse36Address) : 32;
        return leaf && level == 2 ? (1UL << ShiftAt(2)) - (1UL << (width - 19)) : 0;
    }

    private ulong LongReservedBits(int level, bool leaf)
    {
        // Table 4-8: a root entry of PAE has no rights, no notes and no size.
        ulong reserved = IsShortRoot(level) ? 0x1E6 | (1UL << 63) : 0;

        // Bits 52 to 62 are software's, except in PAE (tables 4-8 to 4-11).
        reserved |= (1UL << (KeepsRootEntries ? 63 : 52)) - (1UL << PhysicalAddressBits);
        reserved |= NoExecute ? 0 : 1UL << 63;
        if (!HasLeavesAt(level))
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
