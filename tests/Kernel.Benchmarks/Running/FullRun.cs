using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Kernel.Benchmarks.Running;

/// <summary>Measures all workloads under BenchmarkDotNet.</summary>
/// <remarks>
/// In this process: the project's runtime settings, without tiers, are part of what is measured. An iteration is one run of a
/// workload from a fresh state.
/// </remarks>
internal static class FullRun
{
    private const int WarmUps = 5;
    private const int Iterations = 50;

    /// <summary>Returns whether every workload was measured.</summary>
    public static bool Execute()
    {
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default
                .WithToolchain(InProcessEmitToolchain.Instance)
                .WithInvocationCount(1)
                .WithUnrollFactor(1)
                .WithWarmupCount(WarmUps)
                .WithIterationCount(Iterations))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Median, StatisticColumn.Min)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithOptions(ConfigOptions.JoinSummary);
        Summary[] summaries = BenchmarkRunner.Run(
            [typeof(PageBenchmarks), typeof(LargePageBenchmarks), typeof(LookupBenchmarks), typeof(FrameBenchmarks)], config);
        return summaries.Length > 0
            && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
    }
}
