using BenchmarkDotNet.Attributes;
using Kernel.Benchmarks.Paging;

namespace Kernel.Benchmarks.Running;

/// <summary>Translations, per address.</summary>
public class LookupBenchmarks() : WorkloadBenchmarks(Lookups.Count)
{
    /// <summary>One run.</summary>
    [Benchmark(OperationsPerInvoke = Lookups.Count)]
    public void PerAddress() => Current.Run();

    private protected override bool IsMine(Workload workload) => workload is PageWorkload;
}
