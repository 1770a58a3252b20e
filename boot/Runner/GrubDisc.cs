using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>A disc from which a BIOS starts GRUB, and GRUB the image of a <see cref="GuestMachine"/>; deleted when disposed.</summary>
/// <remarks>The guest's command line is written on the disc, so a disc is for one machine.</remarks>
public sealed class GrubDisc : IDisposable
{
    /// <summary>The BIOS half of GRUB; named, so that a host with others too makes the same disc.</summary>
    private const string Platform = "/usr/lib/grub/i386-pc";

    /// <summary>All that <see cref="Menu"/> uses, and the drivers of the disc and of the screen.</summary>
    private const string GrubModules = "normal boot multiboot iso9660 biosdisk all_video vbe";

    private readonly string _folder;

    private GrubDisc(string folder) => _folder = folder;

    /// <summary>What making a disc takes.</summary>
    public static IReadOnlyList<Toolbox.Tool> Tools { get; } =
    [
        new("grub-mkrescue", "grub-common"), new($"{Platform}/multiboot.mod", "grub-pc-bin"), new("xorriso", "xorriso"),
    ];

    /// <summary>The disc, an ISO 9660 file.</summary>
    public string FileName => Path.Combine(_folder, "disc.iso");

    /// <summary>Why there is no disc; empty when there is one.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>Makes a disc in a folder of its own for temporary files; <see cref="Errors"/> says whether that went well.</summary>
    public static async Task<GrubDisc> MakeAsync(GuestMachine machine, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        GrubDisc disc = new(Directory.CreateTempSubdirectory("kernel-disc-").FullName);
        try
        {
            await disc.BurnAsync(disc.LayOut(machine), cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            disc.Errors = error.Message;
        }
        catch
        {
            disc.Dispose();
            throw;
        }

        return disc;
    }

    /// <summary>What GRUB is told to do for <paramref name="machine"/>: a script of its own shell.</summary>
    public static string Menu(GuestMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        string[] lines =
        [
            "insmod all_video",
            $"multiboot /boot/kernel {string.Join(' ', machine.GuestWords.Select(Quote))}",
            .. machine.Modules.Files.Select(static (file, index) => $"module /boot/{ModuleName(index)} {Quote(file)}"),
            "boot",
        ];
        return string.Concat(lines.Select(static line => $"{line}\n"));
    }

    /// <summary>Deletes the disc.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string ModuleName(int index) => $"module{index}";

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Puts the files together as they shall lie on the disc; returns their folder.</summary>
    private string LayOut(GuestMachine machine)
    {
        string tree = Path.Combine(_folder, "tree");
        string boot = Directory.CreateDirectory(Path.Combine(tree, "boot")).FullName;
        string grub = Directory.CreateDirectory(Path.Combine(boot, "grub")).FullName;
        File.Copy(machine.Image, Path.Combine(boot, "kernel"));
        foreach ((int index, string file) in machine.Modules.Files.Index())
        {
            File.Copy(file, Path.Combine(boot, ModuleName(index)));
        }

        File.WriteAllText(Path.Combine(grub, "grub.cfg"), Menu(machine));
        return tree;
    }

    private async Task BurnAsync(string tree, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--directory", Platform, "--install-modules", GrubModules, "--fonts=", "--locales=", "--themes=", "--output", FileName, tree,
        ];
        ProcessStartInfo start = new(Tools[0].Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("grub-mkrescue did not start");
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            string said = $"{await output.ConfigureAwait(false)}{await errors.ConfigureAwait(false)}".Trim();
            Errors = process.ExitCode == 0 && File.Exists(FileName) ? "" : $"grub-mkrescue ended with status {process.ExitCode}: {said}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
