using System;
using System.IO;

namespace Kernel.Runner;

/// <summary>Where things are in the working copy that this tool was built from.</summary>
public sealed class Repository
{
    private const string SolutionName = "Kernel.sln";

    private Repository(string root) => Root = root;

    /// <summary>The folder of Kernel.sln.</summary>
    public string Root { get; }

    /// <summary>The project of the bootable image for <paramref name="architecture"/>.</summary>
    public string BootProject(Architecture architecture) => Path.Combine(Root, "boot", architecture.Project);

    /// <summary>The image as the build leaves it, with symbols.</summary>
    public string Image(Architecture architecture) =>
        Path.Combine(Root, "boot", "bin", architecture.Name, Configuration, architecture.ImageName);

    /// <summary>What the analyzers had to say when the image's sources were compiled, in SARIF 2.1.</summary>
    public string Findings(Architecture architecture) =>
        Path.Combine(Root, "boot", "obj", architecture.Name, Configuration, "findings.sarif");

    /// <summary>The configuration in which the image is built.</summary>
    public const string Configuration = "Release";

    /// <summary>Looks for Kernel.sln upwards from <paramref name="start"/>; null when there is none.</summary>
    public static Repository? Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionName)))
            {
                return new Repository(folder.FullName);
            }
        }

        return null;
    }

    /// <summary><paramref name="path"/> as a reader in the current folder would write it, when that is shorter.</summary>
    public static string Shorten(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? relative : path;
    }
}
