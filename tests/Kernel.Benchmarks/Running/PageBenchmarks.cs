using BenchmarkDotNet.Attributes;
using Kernel.Benchmarks.Paging;

namespace Kernel.Benchmarks.Running;

/// <summary>Changes of pages of 4 KiB, per page.</summary>
public class PageBenchmarks() : WorkloadBenchmarks(PageTree.Pages)
{
    /// <summary>One run.</summary>
    [Benchmark(OperationsPerInvoke = PageTree.Pages)]
    public void PerPage() => Current.Run();

    private protected override bool IsMine(Workload workload) => workload is PageWorkload;
}
