using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kernel.Package.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of Kernel.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The sources of the package and what its build reads, without what was built of them.</summary>
    public static IEnumerable<string> FilesToPack() => Directory.EnumerateFiles(Root)
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "analyzers"), "*", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Root, path))
        .Where(path => !path.Split('/', '\\').Any(part => part is "bin" or "obj"));

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
