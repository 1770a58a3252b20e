using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>Writes page tables into a simulated machine by hand, entry by entry, for tests of the machine itself.</summary>
/// <remarks>Tables lie one after the other from the start of memory; the root is the first.</remarks>
internal sealed class TableWriter
{
    private readonly TestMachine _machine;
    private ulong _next;

    public TableWriter(TestMachine machine)
    {
        _machine = machine;
        Root = NewTable();
    }

    /// <summary>Present, writable, for ring 3.</summary>
    public const ulong All = HardwareWalk.Present | HardwareWalk.Writable | HardwareWalk.User;

    /// <summary>The root table.</summary>
    public PhysicalAddress Root { get; }

    /// <summary>Sets the entry for an address at a level, making the tables above it, which allow everything.</summary>
    /// <returns>Where the entry is.</returns>
    public PhysicalAddress Set(VirtualAddress address, int level, ulong entry)
    {
        PhysicalAddress table = Root;
        for (int above = Paging.Levels; above > level; above--)
        {
            PhysicalAddress slot = Paging.SlotOf(table, address, above);
            if ((_machine.ReadEntry(slot) & HardwareWalk.Present) == 0)
            {
                bool onlyPresent = Paging.KeepsRootEntries && above == Paging.Levels;
                _machine.WriteEntry(slot, NewTable().Value | (onlyPresent ? HardwareWalk.Present : All));
            }

            table = Make.Physical(_machine.ReadEntry(slot) & Paging.AddressBits);
        }

        PhysicalAddress last = Paging.SlotOf(table, address, level);
        _machine.WriteEntry(last, entry);
        return last;
    }

    /// <summary>Where the entry for an address at a level is; the tables above it must exist.</summary>
    public PhysicalAddress SlotAt(VirtualAddress address, int level)
    {
        PhysicalAddress table = Root;
        for (int above = Paging.Levels; above > level; above--)
        {
            table = Make.Physical(_machine.ReadEntry(Paging.SlotOf(table, address, above)) & Paging.AddressBits);
        }

        return Paging.SlotOf(table, address, level);
    }

    private HardwarePaging Paging => _machine.Paging;

    private PhysicalAddress NewTable()
    {
        PhysicalAddress table = _machine.Memory.Range.Start + _next;
        _machine.Memory.Bytes(PhysicalRange.FromStart(table, 4096)).Clear();
        _next += 4096;
        return table;
    }
}
