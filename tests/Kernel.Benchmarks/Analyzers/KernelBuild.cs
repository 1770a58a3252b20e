using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>Compares how long the kernel takes to build under the rules and without any analyzer. The SDK's own are off in both.</summary>
internal static class KernelBuild
{
    private const int Rounds = 3;
    private const double MostTimes = 1.5;

    /// <summary>Measures, and writes both times and their ratio. Returns whether the rules cost no more than they may.</summary>
    public static bool Print(TextWriter output)
    {
        // Everything else is built, and both builds have run once, before a clock starts.
        Build("true");
        Build("false");
        double with = double.MaxValue;
        double without = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            with = Math.Min(with, Build("true"));
            without = Math.Min(without, Build("false"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kernel with all rules        {with:F2} s, fastest of {Rounds} builds"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kernel without analyzers     {without:F2} s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio                        {with / without:F2}"));
        return with <= without * MostTimes;
    }

    private static double Build(string runAnalyzers)
    {
        string project = Path.Combine(Toolchain.Repository, "kernel", "Kernel.csproj");
        List<string> arguments =
        [
            "build", project, "-c", "Release", "--no-restore", "--no-incremental", "--no-dependencies", "-nologo", "-v", "q", "-p:RunAnalyzers=" + runAnalyzers,
            "-p:EnableNETAnalyzers=false", "-p:EnforceCodeStyleInBuild=false",
        ];
        long start = Stopwatch.GetTimestamp();
        (int exitCode, string output) = Programs.Run(Toolchain.Dotnet, [.. arguments]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return exitCode == 0 ? seconds : throw new ProgramFailedException(output);
    }
}
