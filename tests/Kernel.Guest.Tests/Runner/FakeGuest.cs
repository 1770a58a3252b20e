using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Runner;

namespace Kernel.Guest.Tests.Runner;

/// <summary>A guest whose behaviour is a shell script, started through the stand-in for QEMU.</summary>
internal sealed class FakeGuest : IDisposable
{
    private static int _count;

    /// <summary>Prints a complete report of two passing tests.</summary>
    public const string PassingReport = "echo 'TAP version 14'; echo '1..2'; echo 'ok 1 - first'; echo 'ok 2 - second'; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("kernel-run-").FullName;

    public FakeGuest(string script)
    {
        Image = Path.Combine(_folder, $"image-{Interlocked.Increment(ref _count)}");
        File.WriteAllText(Image, script, new UTF8Encoding(false));
    }

    public static string ProgramFolder { get; } = Path.Combine(AppContext.BaseDirectory, "FakeQemu");

    /// <summary>A file that exists, for options that only name one.</summary>
    public static string AnyFile { get; } = Path.Combine(ProgramFolder, Architecture.X64.Emulator.Program);

    /// <summary>Another one.</summary>
    public static string OtherFile { get; } = Path.Combine(ProgramFolder, Architecture.X86.Emulator.Program);

    public string Image { get; }

    public QemuCommand Command => QemuCommand.For(new GuestMachine { Image = Image }, program: AnyFile);

    public string FileNamed(string name) => Path.Combine(_folder, name);

    public static async Task<GuestRun> RunAsync(string script, TimeSpan? limit = null)
    {
        using FakeGuest guest = new(script);
        return await GuestRun.StartAsync(guest.Command, limit ?? TimeSpan.FromSeconds(60));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
