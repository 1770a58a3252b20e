using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>A present leaf as it lies in memory, with the rights of all levels combined.</summary>
/// <param name="Address">The first address that it translates.</param>
/// <param name="Level">The level of the table that it is in.</param>
/// <param name="Entry">Its raw bits.</param>
/// <param name="Writable">Whether every level allows writing.</param>
/// <param name="User">Whether every level allows ring 3.</param>
/// <param name="Executable">Whether no level forbids execution.</param>
public sealed record ScannedLeaf(VirtualAddress Address, int Level, ulong Entry, bool Writable, bool User, bool Executable)
{
    /// <summary>The size of its page in bytes.</summary>
    public ulong Bytes => 1UL << HardwarePaging.ShiftAt(Level);

    /// <summary>The physical bytes that it shows.</summary>
    public PhysicalRange Frames =>
        PhysicalRange.FromStart(PhysicalAddress.FromValue(Entry & HardwareWalk.AddressBits & ~(Bytes - 1)), Bytes);
}

/// <summary>Reads every table of a tree, entry by entry, without the kernel's code.</summary>
public static class LeafScan
{
    /// <summary>Every present leaf, from the lowest address up.</summary>
    public static List<ScannedLeaf> Of<TMode>(PagingMachine<TMode> machine) where TMode : struct, IPagingMode =>
        Of(machine.Machine, machine.Root.Frame.Start, TMode.RootLevel.Number);

    /// <summary>Every present leaf of the tree under <paramref name="root"/>.</summary>
    public static List<ScannedLeaf> Of(TestMachine machine, PhysicalAddress root, int levels)
    {
        List<ScannedLeaf> leaves = [];
        Scan(machine, root, levels, levels, new ScannedLeaf(VirtualAddress.Zero, levels, 0, true, true, true), leaves, null);
        return leaves;
    }

    /// <summary>Every table of the tree but the root: the first address that it translates, and its level.</summary>
    public static List<(ulong Address, int Level)> TablesOf(TestMachine machine, PhysicalAddress root, int levels)
    {
        List<(ulong Address, int Level)> tables = [];
        Scan(machine, root, levels, levels, new ScannedLeaf(VirtualAddress.Zero, levels, 0, true, true, true), null, tables);
        return tables;
    }

    private static void Scan(
        TestMachine machine, PhysicalAddress table, int level, int levels, ScannedLeaf above,
        List<ScannedLeaf>? leaves, List<(ulong Address, int Level)>? tables)
    {
        int unused = 64 - HardwarePaging.ShiftAt(levels + 1);
        for (ulong index = 0; index < 512; index++)
        {
            ulong entry = machine.Memory.Read64(table + (index * sizeof(ulong)));
            if ((entry & HardwareWalk.Present) == 0)
            {
                continue;
            }

            ulong raw = above.Address.Value | (index << HardwarePaging.ShiftAt(level));
            ScannedLeaf here = new(
                VirtualAddress.FromValue(unchecked((ulong)((long)(raw << unused) >> unused))),
                level,
                entry,
                above.Writable && (entry & HardwareWalk.Writable) != 0,
                above.User && (entry & HardwareWalk.User) != 0,
                above.Executable && (entry & HardwareWalk.NoExecute) == 0);
            if (level == 1 || (entry & HardwareWalk.LargePage) != 0)
            {
                leaves?.Add(here);
            }
            else
            {
                tables?.Add((here.Address.Value, level - 1));
                PhysicalAddress below = PhysicalAddress.FromValue(entry & HardwareWalk.AddressBits);
                Scan(machine, below, level - 1, levels, here, leaves, tables);
            }
        }
    }
}
