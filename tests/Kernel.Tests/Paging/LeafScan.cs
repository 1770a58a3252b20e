using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>A present leaf as it lies in memory, with the rights of all levels combined.</summary>
/// <param name="Address">The first address that it translates.</param>
/// <param name="Level">The level of the table that it is in.</param>
/// <param name="Entry">Its raw bits.</param>
/// <param name="Frames">The physical bytes that it shows.</param>
/// <param name="Writable">Whether every level allows writing.</param>
/// <param name="User">Whether every level allows ring 3.</param>
/// <param name="Executable">Whether no level forbids execution.</param>
public sealed record ScannedLeaf(
    VirtualAddress Address, int Level, ulong Entry, PhysicalRange Frames, bool Writable, bool User, bool Executable)
{
    /// <summary>The size of its page in bytes.</summary>
    public ulong Bytes => Frames.Length;
}

/// <summary>A table of a tree.</summary>
/// <param name="Address">The first address that it translates.</param>
/// <param name="Level">Its level.</param>
public readonly record struct ScannedTable(ulong Address, int Level);

/// <summary>Reads every table of a tree, entry by entry, without the kernel's code.</summary>
public sealed class LeafScan
{
    private readonly TestMachine _machine;
    private readonly PhysicalAddress _root;
    private readonly List<ScannedLeaf> _leaves = [];
    private readonly List<ScannedTable> _tables = [];

    private LeafScan(TestMachine machine, PhysicalAddress root)
    {
        _machine = machine;
        _root = root;
        CachedTable all = new(root, Writable: true, User: true, Executable: true);
        Scan(all, machine.Paging.Levels, 0);
    }

    /// <summary>Every present leaf of the tree under <paramref name="root"/>, from the lowest address up.</summary>
    public static List<ScannedLeaf> Of(TestMachine machine, PhysicalAddress root) => new LeafScan(machine, root)._leaves;

    /// <summary>Every present leaf of a machine's tree that is not a window of the recursive map.</summary>
    public static List<ScannedLeaf> Of<TMode, TMemory>(PagingMachine<TMode, TMemory> machine)
        where TMode : struct, IPagingMode
        where TMemory : struct, ISimulatedMemory
    {
        VirtualRange windows = PagingMachine<TMode, TMemory>.Windows;
        return [.. Of(machine.Machine, machine.Root.Frame.Start).Where(leaf => !windows.Contains(leaf.Address))];
    }

    /// <summary>Every table of the tree but the root.</summary>
    public static List<ScannedTable> TablesOf(TestMachine machine, PhysicalAddress root) => new LeafScan(machine, root)._tables;

    /// <summary>Where every present entry lies that points to a table, be it the root.</summary>
    public static List<PhysicalAddress> TableEntriesOf(TestMachine machine, PhysicalAddress root)
    {
        List<PhysicalAddress> entries = [];
        AddTableEntries(machine, root, machine.Paging.Levels, entries);
        return entries;

        void AddTableEntries(TestMachine machine, PhysicalAddress table, int level, List<PhysicalAddress> entries)
        {
            HardwarePaging paging = machine.Paging;
            for (int index = 0; index < paging.EntriesAt(level); index++)
            {
                PhysicalAddress slot = table + (ulong)(index * paging.EntryBytes);
                ulong entry = machine.ReadEntry(slot);
                if ((entry & HardwareWalk.Present) != 0 && !paging.IsLeaf(entry, level))
                {
                    entries.Add(slot);
                    PhysicalAddress below = PhysicalAddress.FromValue(entry & paging.AddressBits);
                    if (level > 2 && below != root)
                    {
                        AddTableEntries(machine, below, level - 1, entries);
                    }
                }
            }
        }
    }

    private void Scan(CachedTable table, int level, ulong address)
    {
        HardwarePaging paging = _machine.Paging;
        for (int index = 0; index < paging.EntriesAt(level); index++)
        {
            PhysicalAddress slot = table.Table + (ulong)(index * paging.EntryBytes);
            ulong entry = _machine.ReadEntry(slot);
            PhysicalAddress below = PhysicalAddress.FromValue(entry & paging.AddressBits);

            // An entry that leads back to the root is the tree's view of itself: everything in it is found on the way down.
            if ((entry & HardwareWalk.Present) == 0 || (level == paging.Levels && below == _root && !paging.IsLeaf(entry, level)))
            {
                continue;
            }

            ulong here = address | ((ulong)index << paging.ShiftAt(level));
            bool hasRights = !paging.KeepsRootEntries || level < paging.Levels;
            CachedTable rights = !hasRights ? table with { Table = below } : new CachedTable(
                below,
                table.Writable && (entry & HardwareWalk.Writable) != 0,
                table.User && (entry & HardwareWalk.User) != 0,
                table.Executable && (entry & HardwareWalk.NoExecute) == 0);
            if (paging.IsLeaf(entry, level))
            {
                PhysicalRange frames = PhysicalRange.FromStart(paging.FrameOf(entry, level), 1UL << paging.ShiftAt(level));
                VirtualAddress start = paging.Extend(here);
                _leaves.Add(new ScannedLeaf(start, level, entry, frames, rights.Writable, rights.User, rights.Executable));
            }
            else
            {
                _tables.Add(new ScannedTable(paging.Extend(here).Value, level - 1));
                Scan(rights, level - 1, here);
            }
        }
    }
}
