using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kernel.Mutants.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder of Kernel.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The names of all mutants: those of their files.</summary>
    public static IReadOnlyList<string> MutantNames { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Root, "tests", "mutants", "edits"), "*.mutant")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads the mutant of that name.</summary>
    public static Mutant Mutant(string name) =>
        Tests.Mutant.Parse(File.ReadAllText(Path.Combine(Root, "tests", "mutants", "edits", $"{name}.mutant")));

    /// <summary>The text of a file below a folder; null where there is none.</summary>
    public static string? TextOf(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Copies every source, and nothing that a build made.</summary>
    public static void CopyTo(string target) => Copy(new DirectoryInfo(Root), Directory.CreateDirectory(target));

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (FileInfo file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }

        foreach (DirectoryInfo folder in from.EnumerateDirectories().Where(folder => !Skipped.Contains(folder.Name)))
        {
            Copy(folder, to.CreateSubdirectory(folder.Name));
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kernel.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has a Kernel.sln.");
    }
}
