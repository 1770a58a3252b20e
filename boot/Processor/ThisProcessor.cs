using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Boot.Processor;

/// <summary>The processor that the guest runs on. There is one; its number is 0.</summary>
internal readonly struct ThisProcessor : IProcessor
{
    private const nuint InterruptFlag = 1 << 9;
    private const nuint RootFlags = 0xFFF;

    // Where emptying a TLB of some thousand entries and filling it again costs about as much.
    private const uint MostSingleInvalidations = 64;

    /// <summary>How many times everything but global translations was forgotten by writing the root anew: for want of a finer way, or to have its entries copied.</summary>
    public static uint RootReloads { get; private set; }

    /// <inheritdoc/>
    public static uint Current => 0;

    /// <inheritdoc/>
    public static bool InterruptsEnabled => (Instructions.ReadFlags() & InterruptFlag) != 0;

    /// <inheritdoc/>
    public static PagingFeatures PagingFeatures => ProcessorFeatures.Paging;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => ProcessorFeatures.PhysicalAddressBits;

    /// <inheritdoc/>
    public static uint SingleInvalidationLimit => ProcessorFeatures.InvalidatesSinglePages ? MostSingleInvalidations : 1;

    /// <inheritdoc/>
    public static PhysicalAddress TableRoot => PhysicalAddress.FromValue(Instructions.ReadCr3() & ~RootFlags);

    /// <inheritdoc/>
    public static void DisableInterrupts() => Instructions.DisableInterrupts();

    /// <inheritdoc/>
    public static void EnableInterrupts() => Instructions.EnableInterrupts();

    /// <inheritdoc/>
    public static void Pause() => Instructions.Pause();

    /// <inheritdoc/>
    public static unsafe void* PointerAt(VirtualAddress address) => address.ToPointer();

    /// <inheritdoc/>
    public static void LoadTableRoot(PhysicalAddress root)
    {
        DescriptorTables.FollowTableRoot(root);
        Instructions.WriteCr3(CheckedNarrowing.ToNative(root));
    }

    /// <inheritdoc/>
    public static unsafe void InvalidatePage(VirtualAddress address)
    {
        if (ProcessorFeatures.InvalidatesSinglePages)
        {
            Instructions.InvalidatePage(address.ToPointer());
        }
        else
        {
            ReloadRoot();
        }
    }

    /// <inheritdoc/>
    public static void InvalidateAll()
    {
        // A change of CR4.PGE forgets everything, global translations included (Intel SDM volume 3A, 4.10.4.1). Before it is
        // first set there are no global translations, and the root written anew does.
        nuint flags = Instructions.ReadCr4();
        if ((flags & ControlRegisters.Cr4GlobalPages) == 0)
        {
            ReloadRoot();
            return;
        }

        Instructions.WriteCr4(flags & ~ControlRegisters.Cr4GlobalPages);
        if (ProcessorFeatures.CopiesRootEntries)
        {
            // Intel's processors copy them when CR4.PGE changes too, but only a new root does it everywhere.
            ReloadRoot();
        }

        Instructions.WriteCr4(flags);
    }

    /// <inheritdoc/>
    public static void InvalidateOnOtherProcessors(ReadOnlySpan<PageRun> runs)
    {
        // No other processor was started.
    }

    /// <inheritdoc/>
    public static void InvalidateAllOnOtherProcessors()
    {
        // No other processor was started.
    }

    private static void ReloadRoot()
    {
        RootReloads++;
        Instructions.WriteCr3(Instructions.ReadCr3());
    }
}
