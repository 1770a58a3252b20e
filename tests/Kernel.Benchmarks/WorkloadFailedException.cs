using System;

namespace Kernel.Benchmarks;

/// <summary>A workload was refused an operation, or did not do what it is measured for: its time would mean nothing.</summary>
/// <param name="name">The workload's name.</param>
internal sealed class WorkloadFailedException(string name)
    : Exception($"The workload '{name}' did not do what it is measured for.");
