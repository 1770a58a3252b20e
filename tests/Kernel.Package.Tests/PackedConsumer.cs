using System;
using System.IO;
using System.Reflection;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Package.Tests;

/// <summary>The package, packed once, and a project outside this repository that restores it from a folder and was built once.</summary>
public sealed class PackedConsumer : IAsyncLifetime
{
    private const string Prefix = "Consumer/";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"kernel-package-{Environment.ProcessId}");

    /// <summary>The packed file.</summary>
    internal string Package => Path.Combine(_folder, "packages", "Kernel.Memory.Analyzers.1.0.0.nupkg");

    /// <summary>The folder of the consumer's project.</summary>
    internal string Project => Path.Combine(_folder, "project");

    /// <summary>How its first build ended.</summary>
    internal (int ExitCode, string Output) FirstBuild { get; private set; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Project);
        Directory.CreateDirectory(Path.Combine(_folder, "vendor"));
        foreach (string name in typeof(PackedConsumer).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                using Stream from = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
                using FileStream to = File.Create(PlaceOf(name[Prefix.Length..]));
                await from.CopyToAsync(to);
            }
        }

        await PackAsync(Repository.Root, "packages");
        FirstBuild = await BuildAsync();
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Copies the sources of the package to where nothing was built, and returns the folder.</summary>
    internal string CopySources()
    {
        string copy = Path.Combine(_folder, "copy");
        foreach (string path in Repository.FilesToPack())
        {
            string target = Path.Combine(copy, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Repository.Root, path), target);
        }

        return copy;
    }

    /// <summary>Packs the rules of a checkout into a folder beside the project, and returns the file.</summary>
    internal async Task<string> PackAsync(string root, string to, params string[] options)
    {
        string target = Path.Combine(_folder, to);
        (int exitCode, string output) = await CommandLine.DotnetAsync(
            root,
            [
                "pack", "analyzers/Kernel.Memory.Analyzers/Kernel.Memory.Analyzers.csproj", "--configuration", "Release",
                "--output", target, "-nologo", "-verbosity:quiet", .. options,
            ]);
        Assert.True(exitCode == 0, output);
        return Path.Combine(target, Path.GetFileName(Package));
    }

    /// <summary>Builds the consumer.</summary>
    internal Task<(int ExitCode, string Output)> BuildAsync(params string[] options) =>
        CommandLine.DotnetAsync(Project, ["build", "--no-incremental", "-nologo", "-verbosity:quiet", .. options]);

    private string PlaceOf(string file) => file switch
    {
        "consumer.editorconfig" => Path.Combine(Project, ".editorconfig"),
        "Vendor.csproj" or "Vendor.cs" => Path.Combine(_folder, "vendor", file),
        _ => Path.Combine(Project, file),
    };
}
