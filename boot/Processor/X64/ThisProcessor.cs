using Kernel.Addresses;
using Kernel.Machine;

namespace Boot.Processor;

/// <summary>The processor that the guest runs on. There is one; its number is 0.</summary>
internal readonly struct ThisProcessor : IProcessor
{
    private const ulong InterruptFlag = 1 << 9;
    private const ulong RootMask = 0x000F_FFFF_FFFF_F000;

    /// <inheritdoc/>
    public static uint Current => 0;

    /// <inheritdoc/>
    public static bool InterruptsEnabled => (Instructions.ReadFlags() & InterruptFlag) != 0;

    /// <inheritdoc/>
    public static PagingFeatures PagingFeatures => ProcessorFeatures.Paging;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => ProcessorFeatures.PhysicalAddressBits;

    /// <inheritdoc/>
    public static PhysicalAddress TableRoot => PhysicalAddress.FromValue(Instructions.ReadCr3() & RootMask);

    /// <inheritdoc/>
    public static void DisableInterrupts() => Instructions.DisableInterrupts();

    /// <inheritdoc/>
    public static void EnableInterrupts() => Instructions.EnableInterrupts();

    /// <inheritdoc/>
    public static void Pause() => Instructions.Pause();

    /// <inheritdoc/>
    public static void LoadTableRoot(PhysicalAddress root) => Instructions.WriteCr3(root.Value);

    /// <inheritdoc/>
    public static void InvalidatePage(VirtualAddress address) => Instructions.InvalidatePage(address.Value);

    /// <inheritdoc/>
    public static void InvalidateAll()
    {
        // A change of CR4.PGE forgets everything, global translations included (Intel SDM volume 3A, 4.10.4.1). Before it is
        // first set there are no global translations, and the root written anew does.
        ulong flags = Instructions.ReadCr4();
        if ((flags & ControlRegisters.Cr4GlobalPages) == 0)
        {
            Instructions.WriteCr3(Instructions.ReadCr3());
            return;
        }

        Instructions.WriteCr4(flags & ~ControlRegisters.Cr4GlobalPages);
        Instructions.WriteCr4(flags);
    }

    /// <inheritdoc/>
    public static void InvalidateOnOtherProcessors(VirtualRange range)
    {
        // No other processor was started.
    }

    /// <inheritdoc/>
    public static void InvalidateAllOnOtherProcessors()
    {
        // No other processor was started.
    }
}
