using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Synchronization;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>A simulated machine: memory and processors, for one test. Used with <c>using</c>.</summary>
/// <remarks>
/// The kernel's seams are static, so the machine belongs to the thread that made it: tests that run side by side do not meet.
/// A test with threads of its own lets each of them <see cref="Enter"/>.
/// </remarks>
public sealed class TestMachine : IDisposable
{
    [ThreadStatic]
    private static TestMachine? t_current;

    [ThreadStatic]
    private static ProcessorCore? t_processor;

    private readonly TestMachine? _outerMachine = t_current;
    private readonly ProcessorCore? _outerProcessor = t_processor;

    /// <summary>A machine that starts on processor 0 with interrupts disabled, as after a reset.</summary>
    /// <param name="memoryBytes">The size of its memory, a multiple of 4096.</param>
    /// <param name="processors">How many processors it has.</param>
    /// <param name="memoryStart">The physical address where its memory begins, a multiple of 4096.</param>
    public TestMachine(ulong memoryBytes = 1 << 20, int processors = 1, ulong memoryStart = 0)
    {
        Memory = new MemoryArray(PhysicalRange.FromStart(PhysicalAddress.FromValue(memoryStart), memoryBytes));
        Processors = [.. Enumerable.Range(0, processors).Select(number => new ProcessorCore(this, (uint)number))];
        t_current = this;
        t_processor = Processors[0];
    }

    /// <summary>This thread's machine.</summary>
    public static TestMachine Current => t_current ?? throw new InvalidOperationException("This thread has no simulated machine.");

    /// <summary>Its memory.</summary>
    public MemoryArray Memory { get; }

    /// <summary>Its processors.</summary>
    public IReadOnlyList<ProcessorCore> Processors { get; }

    /// <summary>The processor that this thread runs on.</summary>
    public ProcessorCore Processor => t_processor!;

    /// <summary>How its paging units are switched.</summary>
    public HardwarePaging Paging { get; set; } = HardwarePaging.FourLevel;

    /// <summary>Up to how many pages the kernel is told to invalidate one by one.</summary>
    public uint SingleInvalidationLimit { get; set; } = 64;

    /// <summary>Whether the processors have INVLPG. Without it, to forget a page is to forget everything.</summary>
    public bool InvalidatesSinglePages { get; set; } = true;

    /// <summary>What the kernel can touch directly ends here: all of the memory, unless a test says otherwise.</summary>
    public PhysicalAddress ReachEnd { get; set; } = PhysicalAddress.FromValue(1UL << PhysicalAddress.MaximumBits);

    /// <summary>Proof that interrupts are disabled on the current processor, which this makes true first.</summary>
    public InterruptsDisabled Token
    {
        get
        {
            Processor.InterruptsEnabled = false;
            return InterruptsDisabled.InTrustedContext<SimulatedProcessor>();
        }
    }

    /// <summary>Lets this thread run on processor <paramref name="number"/> of this machine from now on.</summary>
    public ProcessorCore Enter(int number)
    {
        t_current = this;
        return t_processor = Processors[number];
    }

    /// <summary>Reads an entry of a table, of the size that entries have in the mode.</summary>
    public ulong ReadEntry(PhysicalAddress slot) => Paging.EntryBytes == sizeof(uint) ? Memory.Read32(slot) : Memory.Read64(slot);

    /// <summary>Writes an entry of a table; what does not fit into one is a mistake of the test.</summary>
    public void WriteEntry(PhysicalAddress slot, ulong entry)
    {
        if (Paging.EntryBytes == sizeof(uint))
        {
            Memory.Write32(slot, checked((uint)entry));
        }
        else
        {
            Memory.Write64(slot, entry);
        }
    }

    /// <summary>Addresses at which the kernel looks at frames whoever has them; it does not matter what processors remember there.</summary>
    public VirtualRange Windows { get; set; }

    /// <summary>Lets every processor count from zero.</summary>
    public void ResetCounts()
    {
        foreach (ProcessorCore processor in Processors)
        {
            processor.ResetCounts();
        }
    }

    /// <summary>Whether any processor still remembers a translation into the frame, or the frame as a table.</summary>
    public bool AnyProcessorRemembers(Frame<Size4KiB> frame)
    {
        lock (this)
        {
            return Processors.Any(processor => processor.Remembers(frame));
        }
    }

    /// <summary>Gives the memory back; the thread has the machine again that it had before.</summary>
    public void Dispose()
    {
        Memory.Dispose();
        t_current = _outerMachine;
        t_processor = _outerProcessor;
    }
}
