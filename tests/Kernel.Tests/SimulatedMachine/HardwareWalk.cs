using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>Follows an address through the tables in memory as a processor does. Shares no code with the kernel's walker.</summary>
/// <remarks>Intel SDM volume 3A, 4.3 to 4.7; AMD64 APM volume 2, 5.2 to 5.4.</remarks>
public readonly ref struct HardwareWalk(TestMachine machine, ProcessorCore processor)
{
    internal const ulong Present = 1 << 0;
    internal const ulong Writable = 1 << 1;
    internal const ulong User = 1 << 2;
    internal const ulong Accessed = 1 << 5;
    internal const ulong Dirty = 1 << 6;
    internal const ulong LargePage = 1 << 7;
    internal const ulong Global = 1 << 8;
    internal const ulong NoExecute = 1UL << 63;

    /// <summary>Translates, notes the access in the entries, and caches what it learned; or says why it cannot.</summary>
    public PageFaultCode? TryTranslate(VirtualAddress address, AccessKind kind, bool user, out CachedTranslation translation)
    {
        HardwarePaging paging = machine.Paging;
        CachedTable table = StartingTable(address, paging.Levels, out int level);
        translation = default;
        while (true)
        {
            PhysicalAddress slot = paging.SlotOf(table.Table, address, level);
            bool inRegister = paging.KeepsRootEntries && level == paging.Levels;
            ulong entry = inRegister ? processor.RootEntries[paging.IndexAt(address, level)] : machine.ReadEntry(slot);
            if ((entry & Present) == 0)
            {
                return CodeFor(paging, kind, user);
            }

            bool leaf = paging.IsLeaf(entry, level);
            if ((entry & paging.ReservedBits(level, leaf)) != 0)
            {
                return CodeFor(paging, kind, user) | PageFaultCode.Present | PageFaultCode.ReservedBit;
            }

            // An entry that is kept in a register has no rights to give or to take, and no place for a note.
            CachedTable rights = inRegister
                ? table with { Table = PhysicalAddress.FromValue(entry & paging.AddressBits) }
                : new CachedTable(
                    PhysicalAddress.FromValue(entry & paging.AddressBits),
                    table.Writable && (entry & Writable) != 0,
                    table.User && (entry & User) != 0,
                    table.Executable && (entry & NoExecute) == 0);

            if (!leaf)
            {
                Note(slot, entry, inRegister ? 0 : Accessed);
                level--;
                table = rights;
                processor.Caches.KeepTable(address, level, table);
                continue;
            }

            translation = new CachedTranslation(
                paging.FrameOf(entry, level),
                paging.ShiftAt(level),
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
            processor.Caches.Keep(address, translation);
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
        return allowed ? null : CodeFor(paging, kind, user) | PageFaultCode.Present;
    }

    // A fetch is told from a read only where something can forbid it (4.7, the I/D flag).
    private static PageFaultCode CodeFor(HardwarePaging paging, AccessKind kind, bool user) =>
        (user ? PageFaultCode.User : 0) | kind switch
        {
            AccessKind.Write => PageFaultCode.Write,
            AccessKind.Execute when paging.ForbidsExecution => PageFaultCode.InstructionFetch,
            _ => PageFaultCode.None,
        };

    // The walk begins as far down as a cached table allows, as on a real processor.
    private CachedTable StartingTable(VirtualAddress address, int levels, out int level)
    {
        for (level = 1; level < levels; level++)
        {
            if (processor.Caches.TryFindTable(address, level, out CachedTable cached))
            {
                return cached;
            }
        }

        return new CachedTable(processor.TableRoot, Writable: true, User: true, Executable: true);
    }

    private void Note(PhysicalAddress slot, ulong entry, ulong bits)
    {
        if ((entry & bits) != bits)
        {
            machine.WriteEntry(slot, entry | bits);
        }
    }
}
