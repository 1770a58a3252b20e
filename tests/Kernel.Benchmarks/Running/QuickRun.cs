using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Kernel.Benchmarks.Running;

/// <summary>Measures all workloads in less than a minute, without a child process or a report.</summary>
/// <remarks>
/// One sample of each in turn, so that a busy moment of the machine spoils one sample of several workloads and not all of one.
/// Every sample is verified.
/// </remarks>
internal sealed class QuickRun
{
    private const int WarmUpRounds = 3;
    private const int FewestRounds = 30;
    private const int MostRounds = 100;
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(25);

    private readonly List<Samples> _all = [];

    /// <summary>Measures the workloads and writes one line <c>name,median_ns,min_ns</c> for each, per operation.</summary>
    public static void Print(IEnumerable<Workload> workloads, TextWriter output)
    {
        QuickRun run = new();
        foreach (Workload workload in workloads)
        {
            run._all.Add(new Samples(workload));
        }

        run.Measure();
        foreach (Samples samples in run._all)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{samples.Name},{samples.Median:F2},{samples.Minimum:F2}"));
        }
    }

    private void Measure()
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        for (int round = 0; round < WarmUpRounds + MostRounds; round++)
        {
            if (round >= WarmUpRounds + FewestRounds && elapsed.Elapsed > s_enough)
            {
                return;
            }

            foreach (Samples samples in _all)
            {
                samples.Take(keep: round >= WarmUpRounds);
            }
        }
    }
}
