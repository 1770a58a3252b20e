using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Mutants.Tests;

/// <summary>A copy of the sources that was built once, and that is built again after each edit.</summary>
/// <remarks>
/// What is built is one project: Kernel.sln contains it, so the solution is red whenever the project is, and a build of one takes
/// seconds. With the environment variable KERNEL_MUTANTS_TARGET the target is another one, such as Kernel.sln itself.
/// </remarks>
public abstract class ScratchCopy : IAsyncLifetime
{
    // Nothing but the kernel's sources has changed, and only the kernel's rules are asked.
    private static readonly string[] KernelOnly =
    [
        "--no-restore",
        "-maxCpuCount:1",
        "-property:BuildProjectReferences=false",
        "-property:EnableNETAnalyzers=false",
        "-property:EnforceCodeStyleInBuild=false",
    ];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"kernel-mutants-{Guid.NewGuid():N}");
    private readonly string? _target = Environment.GetEnvironmentVariable("KERNEL_MUTANTS_TARGET");
    private readonly string _project;

    private protected ScratchCopy(string project) => _project = project;

    /// <summary>The build of the copy without any edit.</summary>
    internal BuildResult Unmutated { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Repository.CopyTo(_folder);
        Unmutated = await BuildAsync(_target ?? _project);
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Builds with one edit, and takes the edit back.</summary>
    internal async Task<BuildResult> BuildWithAsync(Mutant mutant)
    {
        string path = Path.Combine(_folder, mutant.File);
        string? original = Repository.TextOf(_folder, mutant.File);
        await File.WriteAllTextAsync(path, mutant.ApplyTo(original));
        try
        {
            return _target is null ? await BuildAsync(_project, KernelOnly) : await BuildAsync(_target, "--no-restore");
        }
        finally
        {
            if (original is null)
            {
                File.Delete(path);
            }
            else
            {
                await File.WriteAllTextAsync(path, original);
            }
        }
    }

    private async Task<BuildResult> BuildAsync(string target, params string[] options)
    {
        ProcessStartInfo start = new("dotnet", ["build", target, "-nologo", "-nodeReuse:false", "-verbosity:quiet", .. options])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test host's own MSBuild must not show the build where its SDK is.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(Limit);
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new BuildResult(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet build {target} did not end within {Limit}.");
        }
    }
}

/// <summary>A copy of which the kernel's own project is built: the kernel as it runs hosted.</summary>
public sealed class KernelCopy() : ScratchCopy("kernel/Kernel.csproj");

/// <summary>A copy of which the 32-bit image's project is built: the kernel with all that it boots with.</summary>
public sealed class NarrowCopy() : ScratchCopy("boot/Boot.X86.csproj");
