using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading.Tasks;
using Kernel.Runner;

namespace Kernel.Guest.Tests.Guests;

/// <summary>Boots guests; each machine once per process, however many tests look at what it reported.</summary>
internal static class GuestBoot
{
    /// <summary>Time for a guest that should end by itself, with room for a slow and busy host.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(120);

    private static readonly Repository _repository = Repository.Find(AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("the tests stand outside the repository, so there is no image to boot");

    private static readonly ConcurrentDictionary<GuestMachine, Lazy<Task<GuestRun>>> _runs = new();

    /// <summary>The image that <c>dotnet build boot/Boot.X64.csproj -c Release -t:Image</c> leaves, or its sibling.</summary>
    public static string ImageFor(Architecture architecture) => _repository.Image(architecture);

    /// <summary>What <paramref name="machine"/> reported when it was booted in this process.</summary>
    public static Task<GuestRun> OnceAsync(GuestMachine machine) =>
        _runs.GetOrAdd(machine, static machine => new Lazy<Task<GuestRun>>(() => AgainAsync(machine, _limit))).Value;

    /// <summary>Boots <paramref name="machine"/>.</summary>
    /// <exception cref="FileNotFoundException">Its image has not been built.</exception>
    public static async Task<GuestRun> AgainAsync(GuestMachine machine, TimeSpan? limit = null)
    {
        if (!File.Exists(machine.Image))
        {
            throw new FileNotFoundException(
                $"no image at {machine.Image}; build it with: dotnet build boot/{machine.Architecture.Project} -c Release -t:Image");
        }

        using GrubDisc? disc = machine.Loader == Loader.Grub ? await GrubDisc.MakeAsync(machine).ConfigureAwait(false) : null;
        return disc is { Errors.Length: > 0 }
            ? throw new InvalidOperationException(disc.Errors)
            : await GuestRun.StartAsync(QemuCommand.For(machine, disc?.FileName), limit ?? _limit).ConfigureAwait(false);
    }
}
