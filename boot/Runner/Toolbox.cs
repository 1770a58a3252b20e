using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>The programs of others that the work needs.</summary>
public static class Toolbox
{
    /// <summary>A program and the Debian package that brings it.</summary>
    /// <param name="Program">The name on PATH; or, for what is no program, the path of a file of the package.</param>
    /// <param name="Package">The package.</param>
    public sealed record Tool(string Program, string Package);

    /// <summary>What assembles the image's stubs.</summary>
    public static Tool Assembler { get; } = new("nasm", "nasm");

    /// <summary>
    /// The file that <paramref name="program"/> names on <paramref name="searchPath"/> (PATH's syntax), or null.
    /// </summary>
    public static string? Find(string program, string? searchPath)
    {
        foreach (string folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, program);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Those of <paramref name="tools"/> that are not on PATH.</summary>
    public static IReadOnlyList<Tool> Missing(IEnumerable<Tool> tools)
    {
        string? searchPath = Environment.GetEnvironmentVariable("PATH");
        return [.. tools.Where(tool => Find(tool.Program, searchPath) is null)];
    }

    /// <summary>The processor models that the installed <paramref name="emulator"/> knows; empty when it does not say.</summary>
    public static async Task<IReadOnlySet<string>> ListCpuModelsAsync(Tool emulator)
    {
        ArgumentNullException.ThrowIfNull(emulator);
        ProcessStartInfo start = new(emulator.Program, ["-cpu", "help"]) { RedirectStandardOutput = true };
        using Process? process = Process.Start(start);
        if (process is null)
        {
            return new HashSet<string>();
        }

        string text = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return ParseCpuModels(text);
    }

    /// <summary>
    /// Reads the list that <c>-cpu help</c> prints: lines of <c>x86 name description</c> up to the first empty one.
    /// </summary>
    public static IReadOnlySet<string> ParseCpuModels(string help)
    {
        ArgumentNullException.ThrowIfNull(help);
        return help.Split('\n')
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words.Length >= 2 && words[0] == "x86")
            .Select(static words => words[1])
            .ToHashSet(StringComparer.Ordinal);
    }
}
