using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The memory of this thread's machine, touched only where the tree in use shows it, through the processor's caches.</summary>
/// <remarks>
/// A table that was replaced and not forgotten is still found at its old frame: what is written there is lost, and what is read
/// there is another's. A window that was not invalidated shows the frame before.
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public readonly unsafe struct SimulatedRecursiveMemory<TMode> : ISimulatedMemory
    where TMode : struct, IPagingMode
{
    /// <inheritdoc/>
    public static bool IsRecursive => true;

    /// <inheritdoc/>
    public static bool HasWindows => RecursiveMap<TMode, SimulatedProcessor>.HasWindows;

    /// <inheritdoc/>
    public static PhysicalAddress ReachEnd => RecursiveMap<TMode, SimulatedProcessor>.ReachEnd;

    /// <inheritdoc/>
    public static void* PointerTo(PhysicalAddress address) => RecursiveMap<TMode, SimulatedProcessor>.PointerTo(address);

    /// <inheritdoc/>
    public static void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address) =>
        RecursiveMap<TMode, SimulatedProcessor>.PointerToTable(table, level, address);

    /// <inheritdoc/>
    public static void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) =>
        RecursiveMap<TMode, SimulatedProcessor>.PointerToNewTable(table, level);

    /// <inheritdoc/>
    public static void ForgetTable(PageTableLevel level, VirtualAddress address) =>
        RecursiveMap<TMode, SimulatedProcessor>.ForgetTable(level, address);
}
