using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The memory of this thread's <see cref="TestMachine"/>, as the kernel sees it. Touching anything outside, or out of reach, panics.</summary>
public readonly unsafe struct SimulatedMemory : ISimulatedMemory
{
    /// <inheritdoc/>
    public static PhysicalAddress ReachEnd => TestMachine.Current.ReachEnd;

    /// <inheritdoc/>
    public static bool HasWindows => false;

    /// <inheritdoc/>
    public static bool IsRecursive => false;

    /// <inheritdoc/>
    public static void* PointerTo(PhysicalAddress address)
    {
        void* pointer = TestMachine.Current.Memory.PointerTo(address);
        if (address >= ReachEnd)
        {
            Panic.Raise("physical address", address.Value, "an address within the kernel's reach", "SimulatedMemory.PointerTo");
        }

        return pointer;
    }

    /// <inheritdoc/>
    public static void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address) => PointerTo(table);

    /// <inheritdoc/>
    public static void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) => PointerTo(table);

    /// <inheritdoc/>
    public static void ForgetTable(PageTableLevel level, VirtualAddress address)
    {
        // A table is always at the same place of the array.
    }
}
