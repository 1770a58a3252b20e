using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>Compares what the rules cost with what the SDK's own analyzers cost, on the same source in the same compiler.</summary>
/// <remarks>
/// The compiler runs one analyzer after the other, so that the time of each is its own. Each set runs a few times, in turn with the
/// other, and its fastest run counts: what else the machine does only ever adds.
/// </remarks>
internal static class AnalyzerComparison
{
    private const int FewestLines = 100_000;
    private const int Rounds = 3;
    private const int Shown = 10;
    private const double MicrosecondsInSecond = 1_000_000;

    /// <summary>Measures, and writes the time per line of each set, their ratio and the most expensive rules. Returns whether the rules cost no more.</summary>
    public static bool Print(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("generated-kernel").FullName;
        try
        {
            string source = Path.Combine(folder, "source.rsp");
            int lines = WriteSource(folder, source);
            AnalyzerReport? net = null;
            AnalyzerReport? own = null;
            for (int round = 0; round < Rounds; round++)
            {
                net = Faster(net, Run(source, folder, [.. Toolchain.NetAnalyzers.Select(Analyzer), $"-analyzerconfig:\"{Toolchain.NetRules}\""]));
                own = Faster(own, Run(source, folder, [.. Toolchain.OwnAnalyzers.Select(Analyzer)]));
            }

            Write(output, lines, net!, own!);
            return own!.Seconds <= net!.Seconds && own.Failures == 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(TextWriter output, int lines, AnalyzerReport net, AnalyzerReport own)
    {
        WriteLine(output, $"{lines} generated lines, fastest of {Rounds} runs with one thread");
        WriteLine(output, $"NetAnalyzers, default rules  {net.Seconds:F3} s  {net.Seconds * MicrosecondsInSecond / lines:F2} us/line");
        WriteLine(output, $"Kernel.Analyzers             {own.Seconds:F3} s  {own.Seconds * MicrosecondsInSecond / lines:F2} us/line");
        WriteLine(output, $"ratio                        {own.Seconds / net.Seconds:F2}");
        WriteLine(output, $"reported {own.Findings}, threw {own.Failures}");
        foreach ((string analyzer, double seconds) in own.Analyzers.Take(Shown))
        {
            WriteLine(output, $"{seconds,9:F3}  {analyzer}");
        }
    }

    private static void WriteLine(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static AnalyzerReport Faster(AnalyzerReport? known, AnalyzerReport run) => known is null || run.Seconds < known.Seconds ? run : known;

    private static string Analyzer(string path) => $"-analyzer:\"{path}\"";

    private static int WriteSource(string folder, string response)
    {
        List<string> arguments =
        [
            "-nologo", "-nostdlib+", "-target:library", "-unsafe", "-langversion:latest", "-nullable:enable", "-parallel-", "-reportanalyzer",
            "-nowarn:CS1591,CS0649", $"-out:\"{Path.Combine(folder, "generated.dll")}\"",
            .. Toolchain.References.Select(static reference => $"-reference:\"{reference}\""),
            .. Toolchain.Contracts.Select(static contract => $"\"{contract}\""),
        ];
        int lines = 0;
        int number = 0;
        foreach (string file in GeneratedKernel.Files(FewestLines))
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"Part{number++}.cs"));
            File.WriteAllText(path, file);
            lines += GeneratedKernel.LinesIn(file);
            arguments.Add($"\"{path}\"");
        }

        File.WriteAllLines(response, arguments);
        return lines;
    }

    private static AnalyzerReport Run(string source, string folder, IReadOnlyList<string> analyzers)
    {
        string response = Path.Combine(folder, "analyzers.rsp");
        File.WriteAllLines(response, analyzers);
        return AnalyzerReport.Read(Programs.OutputOf(Toolchain.Dotnet, Toolchain.Compiler, "-noconfig", $"@{source}", $"@{response}"));
    }
}
