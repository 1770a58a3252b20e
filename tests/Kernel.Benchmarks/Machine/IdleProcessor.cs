using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Benchmarks.Machine;

/// <summary>A processor whose interrupts are off and whose caches are empty: flushes are not part of what is measured.</summary>
internal readonly struct IdleProcessor : IProcessor
{
    public static uint Current => 0;

    public static bool InterruptsEnabled => false;

    public static PagingFeatures PagingFeatures => PagingFeatures.NoExecute | PagingFeatures.GigabytePages | PagingFeatures.GlobalPages;

    public static int PhysicalAddressBits => PhysicalAddress.MaximumBits;

    public static uint SingleInvalidationLimit => 64;

    public static PhysicalAddress TableRoot => default;

    public static void DisableInterrupts()
    {
    }

    public static void EnableInterrupts()
    {
    }

    public static void Pause()
    {
    }

    public static unsafe void* PointerAt(VirtualAddress address) => address.ToPointer();

    public static void LoadTableRoot(PhysicalAddress root)
    {
    }

    public static void InvalidatePage(VirtualAddress address)
    {
    }

    public static void InvalidateAll()
    {
    }

    public static void InvalidateOnOtherProcessors(ReadOnlySpan<PageRun> runs)
    {
    }

    public static void InvalidateAllOnOtherProcessors()
    {
    }
}
