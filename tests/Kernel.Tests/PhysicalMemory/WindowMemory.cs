using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>The memory of this thread's machine as a kernel sees it that reaches nothing at any time and everything through windows.</summary>
public readonly unsafe struct WindowMemory : IPhysicalMemory
{
    /// <inheritdoc/>
    public static PhysicalAddress ReachEnd => PhysicalAddress.Zero;

    /// <inheritdoc/>
    public static bool HasWindows => true;

    /// <inheritdoc/>
    public static void* PointerTo(PhysicalAddress address) => TestMachine.Current.Memory.PointerTo(address);

    /// <inheritdoc/>
    public static void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address) => PointerTo(table);

    /// <inheritdoc/>
    public static void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) => PointerTo(table);

    /// <inheritdoc/>
    public static void ForgetTable(PageTableLevel level, VirtualAddress address)
    {
        // Every frame is always at the same place of the array.
    }
}
