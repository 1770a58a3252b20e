using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>One build of the image, as the .NET SDK's own build does it.</summary>
/// <param name="Succeeded">Whether the build ended well.</param>
/// <param name="Errors">The error lines, each once.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record KernelBuild(bool Succeeded, IReadOnlyList<string> Errors, TimeSpan Elapsed)
{
    private const int ShownTailLines = 20;

    /// <summary>Builds the image for <paramref name="architecture"/>; <paramref name="onProgress"/> sees each line of the build that says what it is at.</summary>
    public static async Task<KernelBuild> RunAsync(
        Repository repository, Architecture architecture, Action<string> onProgress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(onProgress);
        Stopwatch watch = Stopwatch.StartNew();
        ProcessStartInfo start = new(DotnetHost(), Arguments(repository.BootProject(architecture)))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = repository.Root,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        process.StandardInput.Close();
        List<string> lines = [];
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                lines.Add(line);
                if (line.Trim() is { Length: > 0 } progress)
                {
                    onProgress(progress);
                }
            }

            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new KernelBuild(process.ExitCode == 0, process.ExitCode == 0 ? [] : ErrorsIn(lines), watch.Elapsed);
    }

    /// <summary>The lines that say why: compiler and MSBuild errors, or the end of the output when there are none.</summary>
    public static IReadOnlyList<string> ErrorsIn(IReadOnlyList<string> lines)
    {
        List<string> errors =
        [
            .. lines.Select(static line => line.Trim())
                .Where(IsError)
                .Select(WithoutProject)
                .Distinct(StringComparer.Ordinal),
        ];
        return errors.Count > 0 ? errors : [.. lines.TakeLast(ShownTailLines)];
    }

    private static IReadOnlyList<string> Arguments(string project) =>
    [
        "build", project, "-t:Image", $"-p:Configuration={Repository.Configuration}",
        "-nologo", "-verbosity:minimal", "-terminalLogger:off",
    ];

    /// <summary>The host that runs this tool, so that no other SDK is picked up from PATH.</summary>
    private static string DotnetHost() =>
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    private static bool IsError(string line) =>
        line.Contains(": error ", StringComparison.Ordinal) || line.StartsWith("error ", StringComparison.Ordinal);

    /// <summary>MSBuild closes a line with the project in brackets; the file in front says enough.</summary>
    private static string WithoutProject(string line) =>
        line.EndsWith(".csproj]", StringComparison.Ordinal) && line.LastIndexOf(" [", StringComparison.Ordinal) is > 0 and int at
            ? line[..at]
            : line;
}
