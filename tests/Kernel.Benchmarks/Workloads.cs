using System.Collections.Generic;
using Kernel.Benchmarks.Frames;
using Kernel.Benchmarks.Paging;

namespace Kernel.Benchmarks;

/// <summary>Everything that is measured, in the order of reports.</summary>
internal static class Workloads
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new MapPages(),
        new TranslatePages("translate", Lookups.Random()),
        new TranslatePages("translate-consecutive", Lookups.Consecutive()),
        new ProtectPages(),
        new UnmapPages(),
        new MapLargePages(),
        new MapPageRange(),
        new ProtectPageRange(),
        new UnmapPageRange(),
        new FramePairs(),
        new FrameBatches("frames-lifo", lastFirst: true),
        new FrameBatches("frames-fifo", lastFirst: false),
        new MixedOrders(),
    ];
}
