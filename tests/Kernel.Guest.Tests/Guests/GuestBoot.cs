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

    private static readonly ConcurrentDictionary<GuestMachine, Lazy<Task<GuestRun>>> _runs = new();

    /// <summary>The image that <c>dotnet build boot/Boot.X64.csproj -c Release -t:Image</c> leaves.</summary>
    public static string Image { get; } = Repository.Find(AppContext.BaseDirectory)?.Image
        ?? throw new InvalidOperationException("the tests stand outside the repository, so there is no image to boot");

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
                $"no image at {machine.Image}; build it with: dotnet build boot/Boot.X64.csproj -c Release -t:Image");
        }

        return await GuestRun.StartAsync(QemuCommand.For(machine), limit ?? _limit).ConfigureAwait(false);
    }
}
