using BenchmarkDotNet.Attributes;
using Kernel.Benchmarks.Paging;

namespace Kernel.Benchmarks.Running;

/// <summary>Changes of pages of 2 MiB, per page.</summary>
public class LargePageBenchmarks() : WorkloadBenchmarks(PageTree.LargePages)
{
    /// <summary>One run.</summary>
    [Benchmark(OperationsPerInvoke = PageTree.LargePages)]
    public void PerLargePage() => Current.Run();

    private protected override bool IsMine(Workload workload) => workload is PageWorkload;
}
