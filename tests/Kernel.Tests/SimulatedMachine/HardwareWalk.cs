using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>Follows an address through the tables in memory as a processor does. Shares no code with the kernel's walker.</summary>
/// <remarks>Intel SDM volume 3A, 4.5 and 4.6; AMD64 APM volume 2, 5.3 and 5.4.</remarks>
public readonly ref struct HardwareWalk(TestMachine machine, TranslationCaches caches, PhysicalAddress root)
{
    internal const ulong Present = 1 << 0;
    internal const ulong Writable = 1 << 1;
    internal const ulong User = 1 << 2;
    internal const ulong Accessed = 1 << 5;
    internal const ulong Dirty = 1 << 6;
    internal const ulong LargePage = 1 << 7;
    internal const ulong Global = 1 << 8;
    internal const ulong NoExecute = 1UL << 63;
    internal const ulong AddressBits = 0x000F_FFFF_FFFF_F000;

    /// <summary>Translates, notes the access in the entries, and caches what it learned; or says why it cannot.</summary>
    public PageFaultCode? TryTranslate(VirtualAddress address, AccessKind kind, bool user, out CachedTranslation translation)
    {
        HardwarePaging paging = machine.Paging;
        CachedTable table = StartingTable(address, paging.Levels, out int level);
        translation = default;
        while (true)
        {
            PhysicalAddress slot = table.Table + (((address.Value >> HardwarePaging.ShiftAt(level)) & 511) * sizeof(ulong));
            ulong entry = machine.Memory.Read64(slot);
            if ((entry & Present) == 0)
            {
                return CodeFor(kind, user);
            }

            bool leaf = level == 1 || (entry & LargePage) != 0;
            if ((entry & paging.ReservedBits(level, leaf)) != 0)
            {
                return CodeFor(kind, user) | PageFaultCode.Present | PageFaultCode.ReservedBit;
            }

            CachedTable rights = new(
                PhysicalAddress.FromValue(entry & AddressBits),
                table.Writable && (entry & Writable) != 0,
                table.User && (entry & User) != 0,
                table.Executable && (entry & NoExecute) == 0);

            if (!leaf)
            {
                Note(slot, entry, Accessed);
                level--;
                table = rights;
                caches.KeepTable(address, level, table);
                continue;
            }

            ulong offsetBits = (1UL << HardwarePaging.ShiftAt(level)) - 1;
            translation = new CachedTranslation(
                PhysicalAddress.FromValue(entry & AddressBits & ~offsetBits),
                HardwarePaging.ShiftAt(level),
                rights.Writable,
                rights.User,
                rights.Executable,
                paging.GlobalPages && (entry & Global) != 0,
                (entry & Dirty) != 0 || kind == AccessKind.Write);
            if (Refusal(paging, translation, kind, user) is { } refusal)
            {
                return refusal;
            }

            Note(slot, entry, kind == AccessKind.Write ? Accessed | Dirty : Accessed);
            caches.Keep(address, translation);
            return null;
        }
    }

    /// <summary>The fault with which those rights answer such an access, or null if they allow it.</summary>
    public static PageFaultCode? Refusal(HardwarePaging paging, CachedTranslation translation, AccessKind kind, bool user)
    {
        bool allowed = (translation.User || !user) && kind switch
        {
            AccessKind.Write => translation.Writable || (!user && !paging.WriteProtect),
            AccessKind.Execute => translation.Executable,
            _ => true,
        };
        return allowed ? null : CodeFor(kind, user) | PageFaultCode.Present;
    }

    private static PageFaultCode CodeFor(AccessKind kind, bool user) =>
        (user ? PageFaultCode.User : 0) | kind switch
        {
            AccessKind.Write => PageFaultCode.Write,
            AccessKind.Execute => PageFaultCode.InstructionFetch,
            _ => PageFaultCode.None,
        };

    // The walk begins as far down as a cached table allows, as on a real processor.
    private CachedTable StartingTable(VirtualAddress address, int levels, out int level)
    {
        for (level = 1; level < levels; level++)
        {
            if (caches.TryFindTable(address, level, out CachedTable cached))
            {
                return cached;
            }
        }

        return new CachedTable(root, Writable: true, User: true, Executable: true);
    }

    private void Note(PhysicalAddress slot, ulong entry, ulong bits)
    {
        if ((entry & bits) != bits)
        {
            machine.Memory.Write64(slot, entry | bits);
        }
    }
}
