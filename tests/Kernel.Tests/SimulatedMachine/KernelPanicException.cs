using System;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>A kernel panic, as a test sees it.</summary>
public sealed class KernelPanicException(PanicReport report)
    : Exception($"panic: {report.Found} {report.Value:x} (expected {report.Expected}), in {report.Where}")
{
    /// <summary>What was true.</summary>
    public string Found { get; } = report.Found;

    /// <summary>The value that was wrong.</summary>
    public ulong Value { get; } = report.Value;

    /// <summary>What had to be true.</summary>
    public string Expected { get; } = report.Expected;

    /// <summary>The type and member that found it.</summary>
    public string Where { get; } = report.Where;
}
