using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>The stacks of the exceptions that can come while the stack pointer is good for nothing, each with a guard page below it.</summary>
/// <remarks>
/// The processor switches to them by their number in the interrupt stack table (AMD64 APM volume 2, 8.9.4; Intel SDM volume 3A,
/// 6.14.5), and starts each at its top every time. One each, so that none of the three overwrites the frame of another.
/// </remarks>
internal static class FaultStacks
{
    /// <summary>How many there are. They are numbered from 1: 0 in an interrupt gate says "stay on this stack".</summary>
    public const byte Count = 3;

    private const ulong GuardBytes = Size4KiB.Bytes;
    private const ulong StackBytes = 16 * 1024;

    /// <summary>The number of the stack that a vector is handled on; 0 for the stack that it interrupts.</summary>
    public static byte NumberFor(int vector) => vector switch
    {
        (int)ExceptionVector.DoubleFault => 1,
        (int)ExceptionVector.NonMaskable => 2,
        (int)ExceptionVector.MachineCheck => 3,
        _ => 0,
    };

    /// <summary>The page below a stack, to be left absent.</summary>
    public static VirtualRange GuardOf(int number) =>
        VirtualRange.FromStart(LinkerSymbols.FaultStacks.Start + ((ulong)(number - 1) * (GuardBytes + StackBytes)), GuardBytes);

    /// <summary>A stack.</summary>
    public static VirtualRange StackOf(int number) => VirtualRange.FromStart(GuardOf(number).Start + GuardBytes, StackBytes);

    /// <summary>Whether an address lies in one of the guard pages.</summary>
    public static bool IsGuard(VirtualAddress address)
    {
        for (int number = 1; number <= Count; number++)
        {
            if (GuardOf(number).Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
