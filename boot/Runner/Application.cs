using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>The work in reading order: tools, build, image, boot, verdict.</summary>
public sealed class Application(RunnerOptions options, Presentation presentation)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Does it, and says with which code the process should end.</summary>
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        if (MissingTools() is { Count: > 0 } missing)
        {
            presentation.Refuse(
                $"not on PATH: {string.Join(", ", missing.Select(static tool => tool.Program))}",
                "on Debian: apt-get install --no-install-recommends "
                + $"{string.Join(' ', missing.Select(static tool => tool.Package))} (boot/run.sh does it for root)");
            return ExitCode.ToolMissing;
        }

        Architecture architecture = options.Machine.Architecture;
        string model = options.Machine.CpuModel.Split(',')[0];
        IReadOnlySet<string> models = await Toolbox.ListCpuModelsAsync(architecture.Emulator).ConfigureAwait(false);
        if (models.Count > 0 && !models.Contains(model))
        {
            presentation.Refuse(
                $"--cpu-model: QEMU knows no processor '{model}'",
                $"'{architecture.Emulator.Program} -cpu help' lists those it knows; the default is max");
            return ExitCode.WrongOption;
        }

        Repository? repository = Repository.Find(AppContext.BaseDirectory);
        if (repository is null && options.Image is null)
        {
            presentation.Refuse("this tool stands outside its repository: nothing to build", "name an image with --image");
            return ExitCode.WrongOption;
        }

        if (!options.SkipBuild && await BuildAsync(repository!, cancellation).ConfigureAwait(false) is { } failure)
        {
            return failure;
        }

        FileInfo image = new(options.Image ?? repository!.Image(architecture));
        if (!image.Exists)
        {
            presentation.Refuse($"there is no image at {image.FullName}", "leave --no-build and --image away to build it");
            return ExitCode.NotStarted;
        }

        presentation.Image(image);
        string? sources = architecture.HasSourceLines ? repository?.Root ?? Environment.CurrentDirectory : null;
        string debuggerLine = QemuCommand.DebuggerLine(Repository.Shorten(image.FullName), sources);
        return await BootAsync(options.Machine with { Image = image.FullName }, debuggerLine, cancellation).ConfigureAwait(false);
    }

    private IReadOnlyList<Toolbox.Tool> MissingTools()
    {
        Architecture architecture = options.Machine.Architecture;
        List<Toolbox.Tool> needed = [architecture.Emulator];
        if (!options.SkipBuild)
        {
            needed.AddRange([architecture.Linker, Toolbox.Assembler]);
        }

        if (options.Machine.Loader == Loader.Grub)
        {
            needed.AddRange(GrubDisc.Tools);
        }

        return Toolbox.Missing(needed);
    }

    private async Task<ExitCode?> BuildAsync(Repository repository, CancellationToken cancellation)
    {
        Architecture architecture = options.Machine.Architecture;
        KernelBuild build = await presentation.DuringAsync(
            "build",
            $"compiling the kernel and its image for {architecture}",
            onProgress => KernelBuild.RunAsync(repository, architecture, onProgress, cancellation)).ConfigureAwait(false);
        if (build.Succeeded)
        {
            presentation.Built(build.Elapsed, Findings.Read(repository.Findings(architecture)));
            return null;
        }

        presentation.BuildErrors(build.Errors);
        presentation.Refuse("the kernel was not built", "the errors above say why; analyzers/docs has a page for each KMEM rule");
        return ExitCode.BuildFailed;
    }

    private async Task<ExitCode> BootAsync(GuestMachine machine, string debuggerLine, CancellationToken cancellation)
    {
        using GrubDisc? disc = machine.Loader == Loader.Grub
            ? await GrubDisc.MakeAsync(machine, cancellation).ConfigureAwait(false)
            : null;
        if (disc is { Errors.Length: > 0 })
        {
            presentation.Refuse($"no disc to boot from: {disc.Errors}", "--loader qemu boots the image without one");
            return ExitCode.BuildFailed;
        }

        FileStream? copy;
        try
        {
            copy = options.SerialFile is { } path ? File.Create(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            presentation.Refuse($"--serial: {error.Message}", "name a file that can be written");
            return ExitCode.WrongOption;
        }

        await using (copy)
        {
            if (machine.WaitForDebugger)
            {
                presentation.WaitingForDebugger(debuggerLine);
            }

            QemuCommand command = QemuCommand.For(machine, disc?.FileName);
            GuestRun run = await presentation.DuringAsync(
                "boot",
                Presentation.Describe(machine, options.TimeLimit),
                onProgress => GuestRun.StartAsync(command, options.TimeLimit, Show(onProgress), copy, cancellation))
                .ConfigureAwait(false);
            GuestVerdict verdict = run.Verdict;
            presentation.Conclude(verdict, run.End.Elapsed, _watch.Elapsed);
            return verdict.ExitCode;
        }
    }

    private Action<TapLine> Show(Action<string> onProgress) => line =>
    {
        presentation.Line(line);
        onProgress(presentation.Progress(line));
    };
}
