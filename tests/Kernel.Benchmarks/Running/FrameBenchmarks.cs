using BenchmarkDotNet.Attributes;
using Kernel.Benchmarks.Frames;

namespace Kernel.Benchmarks.Running;

/// <summary>Allocations with their frees, per block.</summary>
public class FrameBenchmarks() : WorkloadBenchmarks(FrameWorkload.Blocks)
{
    /// <summary>One run.</summary>
    [Benchmark(OperationsPerInvoke = FrameWorkload.Blocks)]
    public void PerBlock() => Current.Run();

    private protected override bool IsMine(Workload workload) => workload is FrameWorkload;
}
