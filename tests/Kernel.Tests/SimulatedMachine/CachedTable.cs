using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>What a paging-structure cache keeps: where the table of a level is, with the rights of all levels above combined.</summary>
public readonly record struct CachedTable(PhysicalAddress Table, bool Writable, bool User, bool Executable);
