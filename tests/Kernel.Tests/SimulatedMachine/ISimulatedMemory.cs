using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>A way to touch the memory of the thread's machine, for tests that run over every way that there is.</summary>
public interface ISimulatedMemory : IPhysicalMemory
{
    /// <summary>Whether tables are touched at addresses that the tree itself translates, through its last root entry.</summary>
    static abstract bool IsRecursive { get; }
}
