using System;
using Kernel.Addresses;
using Kernel.Contracts;

namespace Kernel.Machine;

/// <summary>What the memory subsystem asks of the processor it runs on.</summary>
/// <remarks>
/// Implemented with assembly in the guest and by a simulated machine in the tests, whose TLB keeps a translation until it is
/// invalidated, as real ones do (Intel SDM volume 3A, 4.10; AMD64 APM volume 2, 5.5).
/// </remarks>
public interface IProcessor
{
    /// <summary>The number of the processor that executes this, from 0.</summary>
    static abstract uint Current { get; }

    /// <summary>Whether this processor takes maskable interrupts now (EFLAGS.IF).</summary>
    static abstract bool InterruptsEnabled { get; }

    /// <summary>What this processor's paging unit can do.</summary>
    static abstract PagingFeatures PagingFeatures { get; }

    /// <summary>The width of this processor's physical addresses in bits, 52 at most. An entry that names a higher one is malformed.</summary>
    static abstract int PhysicalAddressBits { get; }

    /// <summary>Up to how many pages cost less to forget one by one than by forgetting everything.</summary>
    /// <remarks>
    /// It weighs the instructions against the walks that refill an emptied TLB. A processor without INVLPG has only one way to
    /// forget a page, which is to forget everything: there it is 1. The same on every processor of a machine.
    /// </remarks>
    static abstract uint SingleInvalidationLimit { get; }

    /// <summary>The physical address of the root table in use (CR3 without its flags).</summary>
    static abstract PhysicalAddress TableRoot { get; }

    /// <summary>Stops this processor from taking maskable interrupts.</summary>
    static abstract void DisableInterrupts();

    /// <summary>Lets this processor take maskable interrupts again.</summary>
    [EnablesInterrupts]
    static abstract void EnableInterrupts();

    /// <summary>Tells the processor that it is in a waiting loop.</summary>
    /// <remarks>
    /// Interrupts may be disabled, and what is waited for may be held by a processor that waits for this one to forget
    /// translations: where there are several, this carries out what they have asked for.
    /// </remarks>
    static abstract void Pause();

    /// <summary>The pointer through which this processor touches an address, by the tables in use.</summary>
    static abstract unsafe void* PointerAt(VirtualAddress address);

    /// <summary>Uses the tables under <paramref name="root"/> from now on; forgets every translation that is not global.</summary>
    static abstract void LoadTableRoot(PhysicalAddress root);

    /// <summary>Forgets what this processor has cached for the page at <paramref name="address"/>, global or not, and its paging-structure caches.</summary>
    /// <remarks>Without INVLPG this forgets everything.</remarks>
    [Flushes]
    static abstract void InvalidatePage(VirtualAddress address);

    /// <summary>Forgets every translation that this processor has cached, global ones too.</summary>
    [Flushes]
    static abstract void InvalidateAll();

    /// <summary>Makes every other running processor forget what it has cached for these pages, and returns when all have.</summary>
    /// <param name="runs">
    /// Good until the call returns. Together they have at most <see cref="SingleInvalidationLimit"/> pages, each of which is one
    /// invalidation, whatever its size.
    /// </param>
    static abstract void InvalidateOnOtherProcessors(ReadOnlySpan<PageRun> runs);

    /// <summary>Makes every other running processor forget every translation, global ones too, and returns when all have.</summary>
    static abstract void InvalidateAllOnOtherProcessors();
}
