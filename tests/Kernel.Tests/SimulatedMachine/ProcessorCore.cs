using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>One processor of a simulated machine: its registers, its caches, and a count of what it was told to forget.</summary>
public sealed class ProcessorCore
{
    private readonly TestMachine _machine;

    internal ProcessorCore(TestMachine machine, uint number)
    {
        _machine = machine;
        Number = number;
        Caches = new TranslationCaches(machine);
    }

    /// <summary>Its number, from 0.</summary>
    public uint Number { get; }

    /// <summary>EFLAGS.IF.</summary>
    public bool InterruptsEnabled { get; set; }

    /// <summary>CR3.</summary>
    public PhysicalAddress TableRoot { get; private set; }

    /// <summary>What it has cached of the tables.</summary>
    public TranslationCaches Caches { get; }

    /// <summary>The root's entries where the mode keeps them in registers (PAE): as they were when CR3 was loaded.</summary>
    public IReadOnlyList<ulong> RootEntries { get; private set; } = [];

    /// <summary>How often it was told to forget one page.</summary>
    public int PageInvalidations { get; private set; }

    /// <summary>How often it was told to forget everything.</summary>
    public int FullInvalidations { get; private set; }

    /// <summary>How often the root was loaded.</summary>
    public int RootLoads { get; private set; }

    /// <summary>How often another processor made it forget pages, or everything.</summary>
    public int RemoteInvalidations { get; private set; }

    /// <summary>How often it forgot one page because another processor made it.</summary>
    public int RemotePageInvalidations { get; private set; }

    /// <summary>Counts from zero again: what comes is not to be mixed up with what came before.</summary>
    public void ResetCounts() =>
        (PageInvalidations, FullInvalidations, RootLoads, RemoteInvalidations, RemotePageInvalidations) = (0, 0, 0, 0, 0);

    /// <summary>How often it waited in a loop.</summary>
    public int Pauses { get; internal set; }

    /// <summary>Loads from an address.</summary>
    public AccessResult Read(VirtualAddress address, bool user = false) => Access(address, AccessKind.Read, user);

    /// <summary>Stores to an address.</summary>
    public AccessResult Write(VirtualAddress address, bool user = false) => Access(address, AccessKind.Write, user);

    /// <summary>Fetches an instruction from an address.</summary>
    public AccessResult Execute(VirtualAddress address, bool user = false) => Access(address, AccessKind.Execute, user);

    /// <summary>Uses an address, through the caches if they know it, however stale; else through the tables.</summary>
    public AccessResult Access(VirtualAddress address, AccessKind kind, bool user)
    {
        lock (_machine)
        {
            if (!_machine.Paging.IsCanonical(address))
            {
                return AccessResult.NotCanonical;
            }

            bool cached = Caches.TryFind(address, out CachedTranslation translation);
            PageFaultCode? fault = cached ? HardwareWalk.Refusal(_machine.Paging, translation, kind, user) : null;

            // A write through a translation whose leaf was clean goes back to the tables to set the dirty bit.
            if (fault is null && (!cached || (kind == AccessKind.Write && !translation.Dirty)))
            {
                fault = new HardwareWalk(_machine, this).TryTranslate(address, kind, user, out translation);
            }

            if (fault is { } code)
            {
                Caches.ForgetFaulted(address);
                return AccessResult.Faulted(code);
            }

            return AccessResult.At(translation.Start + (address.Value & ((1UL << translation.Shift) - 1)));
        }
    }

    /// <summary>Whether it still has a translation into the frame, or the frame as a table.</summary>
    public bool Remembers(Frame<Size4KiB> frame) =>
        Caches.Remembers(frame)
        || RootEntries.Any(entry => (entry & HardwareWalk.Present) != 0 && (entry & _machine.Paging.AddressBits) == frame.Start.Value);

    internal void LoadTableRoot(PhysicalAddress root)
    {
        lock (_machine)
        {
            if (!root.IsAlignedTo<Size4KiB>())
            {
                Panic.Raise("table root", root.Value, "a multiple of 4096", "ProcessorCore.LoadTableRoot");
            }

            if (_machine.Paging.Levels <= 3 && root.Value >> 32 != 0)
            {
                Panic.Raise("table root", root.Value, "32 bits, as CR3 has", "ProcessorCore.LoadTableRoot");
            }

            RootEntries = ReadRootEntries(root);
            TableRoot = root;
            RootLoads++;
            Caches.ForgetNotGlobal();
        }
    }

    // By a change of CR4, which fills the registers for root entries again as a load of CR3 does (4.4.1).
    private void ForgetAll()
    {
        RootEntries = ReadRootEntries(TableRoot);
        Caches.ForgetAll();
    }

    private ulong[] ReadRootEntries(PhysicalAddress root)
    {
        HardwarePaging paging = _machine.Paging;
        if (!paging.KeepsRootEntries)
        {
            return [];
        }

        ulong[] entries = new ulong[paging.EntriesAt(paging.Levels)];
        for (int index = 0; index < entries.Length; index++)
        {
            entries[index] = _machine.ReadEntry(root + (ulong)(index * paging.EntryBytes));
            bool present = (entries[index] & HardwareWalk.Present) != 0;
            if (present && (entries[index] & paging.ReservedBits(paging.Levels, leaf: false)) != 0)
            {
                // MOV to CR3 answers with a general protection fault.
                Panic.Raise("root entry", entries[index], "clear reserved bits", "ProcessorCore.LoadTableRoot");
            }
        }

        return entries;
    }

    internal void InvalidatePage(VirtualAddress address)
    {
        lock (_machine)
        {
            if (_machine.InvalidatesSinglePages)
            {
                PageInvalidations++;
                Caches.ForgetPage(address);
            }
            else
            {
                InvalidateAll();
            }
        }
    }

    internal void InvalidateAll()
    {
        lock (_machine)
        {
            FullInvalidations++;
            ForgetAll();
        }
    }

    internal void InvalidateFromAfar(ReadOnlySpan<PageRun> runs)
    {
        lock (_machine)
        {
            RemoteInvalidations++;
            foreach (ref readonly PageRun run in runs)
            {
                ForgetEach(run);
            }
        }
    }

    internal void InvalidateAllFromAfar()
    {
        lock (_machine)
        {
            RemoteInvalidations++;
            ForgetAll();
        }
    }

    private void ForgetEach(PageRun run)
    {
        for (uint page = 0; page < run.Count; page++)
        {
            RemotePageInvalidations++;
            if (_machine.InvalidatesSinglePages)
            {
                Caches.ForgetPage(run[page]);
            }
            else
            {
                ForgetAll();
            }
        }
    }
}
