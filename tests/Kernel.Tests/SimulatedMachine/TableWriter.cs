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
        for (int above = _machine.Paging.Levels; above > level; above--)
        {
            PhysicalAddress slot = SlotOf(table, address, above);
            if ((_machine.Memory.Read64(slot) & HardwareWalk.Present) == 0)
            {
                _machine.Memory.Write64(slot, NewTable().Value | All);
            }

            table = Make.Physical(_machine.Memory.Read64(slot) & HardwareWalk.AddressBits);
        }

        PhysicalAddress last = SlotOf(table, address, level);
        _machine.Memory.Write64(last, entry);
        return last;
    }

    private static PhysicalAddress SlotOf(PhysicalAddress table, VirtualAddress address, int level) =>
        table + (((address.Value >> HardwarePaging.ShiftAt(level)) & 511) * 8);

    private PhysicalAddress NewTable()
    {
        PhysicalAddress table = _machine.Memory.Range.Start + _next;
        _machine.Memory.Bytes(PhysicalRange.FromStart(table, 4096)).Clear();
        _next += 4096;
        return table;
    }
}
