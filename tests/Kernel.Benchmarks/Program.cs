using System;
using Kernel.Benchmarks;
using Kernel.Benchmarks.Analyzers;
using Kernel.Benchmarks.Running;

const int Success = 0;
const int Failed = 1;
const int WrongOption = 2;
const string Usage = """
    usage: dotnet run -c Release --project tests/Kernel.Benchmarks [-- OPTION]

      (no option)   measures every workload under BenchmarkDotNet
      --quick       prints one line "name,median_ns,min_ns" for every workload, in less than a minute
      --analyzers   compares what the rules cost with what the SDK's analyzers cost, per line of a generated kernel; fails if they cost more
      --kernel      compares a build of the kernel under all rules with one without analyzers; fails if it takes more than half as long again
      --help        prints this
    """;

try
{
    switch (args)
    {
        case []:
            return FullRun.Execute() ? Success : Failed;
        case ["--quick"]:
            QuickRun.Print(Workloads.All, Console.Out);
            return Success;
        case ["--analyzers"]:
            return AnalyzerComparison.Print(Console.Out) ? Success : Failed;
        case ["--kernel"]:
            return KernelBuild.Print(Console.Out) ? Success : Failed;
        case ["--help" or "-h"]:
            Console.WriteLine(Usage);
            return Success;
        default:
            Console.Error.WriteLine($"wrong options: {string.Join(' ', args)}");
            Console.Error.WriteLine(Usage);
            return WrongOption;
    }
}
catch (Exception failure) when (failure is WorkloadFailedException or ProgramFailedException)
{
    Console.Error.WriteLine(failure.Message);
    return Failed;
}
