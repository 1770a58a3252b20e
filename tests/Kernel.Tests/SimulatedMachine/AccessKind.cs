namespace Kernel.Tests.SimulatedMachine;

/// <summary>What a program does with an address.</summary>
public enum AccessKind
{
    /// <summary>Loads from it.</summary>
    Read,

    /// <summary>Stores to it.</summary>
    Write,

    /// <summary>Fetches an instruction from it.</summary>
    Execute,
}
