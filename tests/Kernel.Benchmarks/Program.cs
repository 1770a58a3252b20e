using System;
using Kernel.Benchmarks;
ArenaMemory.Soil();
(string, int, Action, Action)[] all = [
 ("map", PagingWorkload.Pages, PagingWorkload.StartEmpty, PagingWorkload.MapOneByOne),
 ("translate", PagingWorkload.Lookups, PagingWorkload.StartMapped, () => PagingWorkload.TranslateRandom()),
 ("protect", PagingWorkload.Pages, PagingWorkload.StartMapped, PagingWorkload.ProtectOneByOne),
 ("unmap", PagingWorkload.Pages, PagingWorkload.StartMapped, PagingWorkload.UnmapOneByOne),
 ("map-large", PagingWorkload.LargePages, PagingWorkload.StartEmpty, PagingWorkload.MapLarge),
 ("map-range", PagingWorkload.Pages, PagingWorkload.StartEmpty, PagingWorkload.MapRange),
 ("protect-range", PagingWorkload.Pages, PagingWorkload.StartMapped, PagingWorkload.ProtectRange),
 ("unmap-range", PagingWorkload.Pages, PagingWorkload.StartMapped, PagingWorkload.UnmapRange),
];
foreach (var (name, n, setup, run) in all) {
  double[] t = new double[60];
  for (int i = 0; i < t.Length; i++) { setup(); long a = System.Diagnostics.Stopwatch.GetTimestamp(); run(); t[i] = System.Diagnostics.Stopwatch.GetElapsedTime(a).TotalNanoseconds / n; if (i==10) System.Threading.Thread.Sleep(200);}
  var r = t[20..]; Array.Sort(r);
  Console.WriteLine($"{name},{r[r.Length/2]:F2},{r[0]:F2}");
}
