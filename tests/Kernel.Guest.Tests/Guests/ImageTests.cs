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

    /// <summary>Long enough for a guest to say something, if it were one.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    /// <summary>The 32-bit image begins with a page of headers for tools; without what follows it is the next test's.</summary>
    public static TheoryData<GuestConfiguration, int> Cuts => new()
    {
        { GuestConfiguration.FourLevel, 0 },
        { GuestConfiguration.FourLevel, 64 },
        { GuestConfiguration.FourLevel, 4096 },
        { GuestConfiguration.TwoLevel, 0 },
        { GuestConfiguration.TwoLevel, 64 },
        { GuestConfiguration.TwoLevel, 65536 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_truncated_image_is_refused(GuestConfiguration on, int length)
    {
        byte[] whole = await File.ReadAllBytesAsync(on.Machine.Image);

        await AssertRefusedAsync(on, whole[..length]);
    }

    /// <summary>The note is: size of the name (4), size of the address, type 18, the name "Xen".</summary>
    [Fact]
    public async Task An_image_without_its_boot_note_is_refused() =>
        await AssertRefusedAsync(
            GuestConfiguration.FourLevel, await ImageWithoutAsync(GuestConfiguration.FourLevel, "\u0012\0\0\0Xen\0"u8.ToArray()));

    /// <summary>QEMU takes what it does not know for an old Linux and starts it somewhere; the host ends that.</summary>
    [Fact]
    public async Task An_image_without_its_Multiboot_header_never_says_a_word()
    {
        byte[] image = await ImageWithoutAsync(GuestConfiguration.TwoLevel, BitConverter.GetBytes(0x1BADB002));

        GuestRun run = await BootAsync(GuestConfiguration.TwoLevel, image, _silence);

        Assert.NotEqual(ExitCode.AllPassed, run.Verdict.ExitCode);
        Assert.Empty(run.Output);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_text_is_no_image(GuestConfiguration on) =>
        await AssertRefusedAsync(on, [.. Enumerable.Repeat((byte)'x', 8192)]);

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_missing_image_is_refused(GuestConfiguration on)
    {
        QemuCommand command = QemuCommand.For(on.Machine with { Image = Path.Combine(_folder, "none") });

        AssertRefused(await GuestRun.StartAsync(command, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_filter_selects_tests_by_their_description(GuestConfiguration on)
    {
        GuestRun all = await GuestBoot.OnceAsync(on.Machine);
        TapTest wanted = all.Report.Tests.Last(static test => test.Outcome == TapOutcome.Passed);

        GuestRun one = await GuestBoot.AgainAsync(on.Machine with { Filter = wanted.Description });

        Assert.Equal(ExitCode.AllPassed, one.Verdict.ExitCode);
        Assert.Contains(wanted.Description, one.Report.Tests.Select(static test => test.Description));
        Assert.All(one.Report.Tests, test => Assert.Contains(wanted.Description, test.Description, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_filter_that_fits_no_test_is_no_pass(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Filter = "no test is called so" });

        Assert.Equal((ExitCode.Incomplete, 0), (run.Verdict.ExitCode, run.Report.Plan));
    }

    private static async Task<byte[]> ImageWithoutAsync(GuestConfiguration on, byte[] mark)
    {
        byte[] image = await File.ReadAllBytesAsync(on.Machine.Image);
        int place = image.AsSpan().IndexOf(mark);
        Assert.True(place > 0, "what the loader looks for is in the image");
        image[place] = 0;
        return image;
    }

    private async Task<GuestRun> BootAsync(GuestConfiguration on, byte[] image, TimeSpan? limit = null)
    {
        string file = Path.Combine(_folder, on.Machine.Architecture.ImageName);
        await File.WriteAllBytesAsync(file, image);
        return await GuestBoot.AgainAsync(on.Machine with { Image = file }, limit);
    }

    private async Task AssertRefusedAsync(GuestConfiguration on, byte[] image) => AssertRefused(await BootAsync(on, image));

    private static void AssertRefused(GuestRun run)
    {
        Assert.Equal((ExitCode.NotStarted, 1), (run.Verdict.ExitCode, run.End.Status));
        Assert.NotEmpty(run.End.Errors);
        Assert.Contains(run.End.Errors, run.Verdict.Message, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}
