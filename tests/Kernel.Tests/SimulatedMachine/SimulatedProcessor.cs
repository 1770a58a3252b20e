using System;
using System.Threading;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The processor that this thread's <see cref="TestMachine"/> runs on now, as the kernel sees it.</summary>
public readonly struct SimulatedProcessor : IProcessor
{
    private static ProcessorCore Core => TestMachine.Current.Processor;

    /// <inheritdoc/>
    public static uint Current => Core.Number;

    /// <inheritdoc/>
    public static bool InterruptsEnabled => Core.InterruptsEnabled;

    /// <inheritdoc/>
    public static PagingFeatures PagingFeatures => TestMachine.Current.Paging.Features;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => TestMachine.Current.Paging.PhysicalAddressBits;

    /// <inheritdoc/>
    public static uint SingleInvalidationLimit => TestMachine.Current.SingleInvalidationLimit;

    /// <inheritdoc/>
    public static PhysicalAddress TableRoot => Core.TableRoot;

    /// <inheritdoc/>
    public static void DisableInterrupts() => Core.InterruptsEnabled = false;

    /// <inheritdoc/>
    public static void EnableInterrupts() => Core.InterruptsEnabled = true;

    /// <inheritdoc/>
    public static void Pause()
    {
        Core.Pauses++;
        Thread.Yield();
    }

    /// <inheritdoc/>
    /// <remarks>Through the processor's caches, however stale they are. An access that faults is the end of the test.</remarks>
    public static unsafe void* PointerAt(VirtualAddress address)
    {
        AccessResult access = Core.Write(address);
        if (!access.Succeeded)
        {
            throw new InvalidOperationException($"The kernel touched 0x{address.Value:x}, and the processor answered {access}.");
        }

        return TestMachine.Current.Memory.PointerTo(access.Address);
    }

    /// <inheritdoc/>
    public static void LoadTableRoot(PhysicalAddress root) => Core.LoadTableRoot(root);

    /// <inheritdoc/>
    public static void InvalidatePage(VirtualAddress address) => Core.InvalidatePage(address);

    /// <inheritdoc/>
    public static void InvalidateAll() => Core.InvalidateAll();

    /// <inheritdoc/>
    public static void InvalidateOnOtherProcessors(ReadOnlySpan<PageRun> runs)
    {
        foreach (ProcessorCore other in TestMachine.Current.Processors)
        {
            if (other != Core)
            {
                other.InvalidateFromAfar(runs);
            }
        }
    }

    /// <inheritdoc/>
    public static void InvalidateAllOnOtherProcessors()
    {
        foreach (ProcessorCore other in TestMachine.Current.Processors)
        {
            if (other != Core)
            {
                other.InvalidateAllFromAfar();
            }
        }
    }
}
