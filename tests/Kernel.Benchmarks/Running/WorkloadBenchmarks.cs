using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;

namespace Kernel.Benchmarks.Running;

/// <summary>The workloads with one number of operations a run, which BenchmarkDotNet wants to know as a constant.</summary>
/// <param name="operations">That number.</param>
public abstract class WorkloadBenchmarks(int operations)
{
    private Workload? _current;

    /// <summary>The names of those workloads.</summary>
    public IEnumerable<string> Names => Mine.Select(workload => workload.Name);

    /// <summary>The one that is measured now.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    private protected Workload Current => _current ??= Mine.Single(workload => workload.Name == Name);

    private IEnumerable<Workload> Mine => Workloads.All.Where(workload => workload.Operations == operations && IsMine(workload));

    /// <summary>Restores the state that the workload begins with.</summary>
    [IterationSetup]
    public void Prepare() => Current.Prepare();

    /// <summary>Fails unless the workload has done what it is measured for.</summary>
    [IterationCleanup]
    public void Verify() => Current.Verify();

    private protected abstract bool IsMine(Workload workload);
}
