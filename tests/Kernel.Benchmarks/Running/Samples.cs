using System.Collections.Generic;
using System.Diagnostics;

namespace Kernel.Benchmarks.Running;

/// <summary>How long one workload took each time, per operation.</summary>
/// <param name="workload">The workload.</param>
internal sealed class Samples(Workload workload)
{
    // In ascending order.
    private readonly List<double> _nanoseconds = [];

    public string Name => workload.Name;

    /// <summary>The middle sample, in nanoseconds per operation.</summary>
    public double Median => _nanoseconds[_nanoseconds.Count / 2];

    /// <summary>The fastest sample, in nanoseconds per operation.</summary>
    public double Minimum => _nanoseconds[0];

    /// <summary>Takes a sample and verifies it.</summary>
    /// <param name="keep">False while the caches and the compiler warm up.</param>
    public void Take(bool keep)
    {
        workload.Prepare();
        long start = Stopwatch.GetTimestamp();
        workload.Run();
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / workload.Operations;
        workload.Verify();
        if (keep)
        {
            int place = _nanoseconds.BinarySearch(nanoseconds);
            _nanoseconds.Insert(place < 0 ? ~place : place, nanoseconds);
        }
    }
}
