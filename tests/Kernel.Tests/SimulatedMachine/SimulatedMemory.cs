using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The memory of this thread's <see cref="TestMachine"/>, as the kernel sees it. Touching anything outside panics.</summary>
public readonly unsafe struct SimulatedMemory : IPhysicalMemory
{
    /// <inheritdoc/>
    public static void* PointerTo(PhysicalAddress address) => TestMachine.Current.Memory.PointerTo(address);
}
