using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>What a translation lookaside buffer keeps of a leaf, with the rights of all levels combined.</summary>
/// <param name="Start">The frame's first byte.</param>
/// <param name="Shift">The base-2 logarithm of the page size.</param>
/// <param name="Writable">Whether every level allowed writing.</param>
/// <param name="User">Whether every level allowed ring 3.</param>
/// <param name="Executable">Whether no level forbade execution.</param>
/// <param name="Global">Whether it survives a change of the root.</param>
/// <param name="Dirty">Whether the leaf's dirty bit was set when it was cached.</param>
public readonly record struct CachedTranslation(
    PhysicalAddress Start, int Shift, bool Writable, bool User, bool Executable, bool Global, bool Dirty);
