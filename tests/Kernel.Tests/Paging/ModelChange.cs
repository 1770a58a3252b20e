namespace Kernel.Tests.Paging;

/// <summary>Where an operation of a random run was, and whether it was done or refused.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Done">Whether it was done.</param>
public readonly record struct ModelChange(ulong Start, ulong Length, bool Done);
