using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>What QEMU and the guest make of images and command lines that are not what they should be.</summary>
public sealed class ImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kernel-image-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(4096)]
    public async Task A_truncated_image_is_refused(int length)
    {
        byte[] whole = await File.ReadAllBytesAsync(GuestBoot.ImageFor(Architecture.X64));

        await AssertRefusedAsync(whole[..length]);
    }

    [Fact]
    public async Task An_image_without_its_boot_note_is_refused()
    {
        byte[] image = await File.ReadAllBytesAsync(GuestBoot.ImageFor(Architecture.X64));

        // The note: size of the name (4), size of the address, type 18, the name "Xen".
        int name = image.AsSpan().IndexOf("\u0012\0\0\0Xen\0"u8);
        Assert.True(name > 0, "the image has a PVH note");
        image[name] = 0;

        await AssertRefusedAsync(image);
    }

    [Fact]
    public async Task A_text_is_no_image() => await AssertRefusedAsync([.. Enumerable.Repeat((byte)'x', 8192)]);

    [Fact]
    public async Task A_missing_image_is_refused()
    {
        QemuCommand command = QemuCommand.For(new GuestMachine { Image = Path.Combine(_folder, "none") });

        AssertRefused(await GuestRun.StartAsync(command, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_filter_selects_tests_by_their_description()
    {
        GuestRun all = await GuestBoot.OnceAsync(GuestConfiguration.Plain.Machine);
        TapTest wanted = all.Report.Tests[^1];

        GuestRun one = await GuestBoot.AgainAsync(GuestConfiguration.Plain.Machine with { Filter = wanted.Description });

        Assert.Equal(ExitCode.AllPassed, one.Verdict.ExitCode);
        Assert.Contains(wanted.Description, one.Report.Tests.Select(static test => test.Description));
        Assert.All(one.Report.Tests, test => Assert.Contains(wanted.Description, test.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_filter_that_fits_no_test_is_no_pass()
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.Plain.Machine with { Filter = "no test is called so" });

        Assert.Equal((ExitCode.Incomplete, 0), (run.Verdict.ExitCode, run.Report.Plan));
    }

    private async Task AssertRefusedAsync(byte[] image)
    {
        string file = Path.Combine(_folder, "kernel.elf");
        await File.WriteAllBytesAsync(file, image);

        AssertRefused(await GuestBoot.AgainAsync(new GuestMachine { Image = file }));
    }

    private static void AssertRefused(GuestRun run)
    {
        Assert.Equal((ExitCode.NotStarted, 1), (run.Verdict.ExitCode, run.End.Status));
        Assert.NotEmpty(run.End.Errors);
        Assert.Contains(run.End.Errors, run.Verdict.Message, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}
