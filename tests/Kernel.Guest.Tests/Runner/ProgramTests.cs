using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

/// <summary>The tool as a process, with the stand-in for QEMU on its PATH.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData(FakeGuest.PassingReport + "exit 33", ExitCode.AllPassed, "passed   2 passed, 0 failed")]
    [InlineData("echo 'TAP version 14'; echo 1..1; echo 'not ok 1 - a'; exit 35", ExitCode.TestFailed, "failed   0 passed, 1 failed: 1 - a")]
    [InlineData("echo 'Bail out! panic: why'; exit 37", ExitCode.GuestPanicked, "failed   the guest panicked before its first test: panic: why")]
    [InlineData("exit 0", ExitCode.GuestReset, "failed   the guest reset the machine before its first test")]
    [InlineData("exec sleep 300", ExitCode.TimedOut, "failed   the guest did not end within 1 s")]
    [InlineData("echo no >&2; exit 1", ExitCode.NotStarted, "failed   QEMU ended with status 1: no")]
    [InlineData("echo 'TAP version 14'; exit 33", ExitCode.Incomplete, "failed   the guest ended without a complete report: no plan")]
    public async Task Each_end_of_a_guest_has_its_exit_code_and_message(string script, ExitCode expected, string message)
    {
        using FakeGuest guest = new(script);

        string limit = expected == ExitCode.TimedOut ? "1" : "60";
        (ExitCode code, string output, _) = await RunAsync(FakeGuest.ProgramFolder, "--image", guest.Image, "--timeout", limit);

        Assert.Equal(expected, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_starts_nothing()
    {
        (ExitCode code, string output, string errors) = await RunAsync(FakeGuest.ProgramFolder, "--arch", "arm");

        Assert.Equal((ExitCode.WrongOption, ""), (code, output));
        Assert.Contains("'arm' is none of x64 and x86", errors, StringComparison.Ordinal);
        Assert.Contains("--help lists the options", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_are_wrong_together_start_nothing()
    {
        string[] arguments = ["--arch", "x86", "--la57", "--memory", "65G"];
        (ExitCode code, string output, string errors) = await RunAsync(FakeGuest.ProgramFolder, arguments);

        Assert.Equal((ExitCode.WrongOption, ""), (code, output));
        Assert.Contains("five-level tables are for x64; --memory: an x86 processor addresses 64G", errors, StringComparison.Ordinal);
        Assert.Contains("--help lists the options", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_other_architecture_has_another_emulator()
    {
        using FakeGuest guest = new("echo \"# $emulator $all\"; " + FakeGuest.PassingReport + "exit 33");
        string[] arguments = ["--arch", "x86", "--no-invlpg", "--module", guest.Image, "--image", guest.Image];

        (ExitCode code, string output, _) = await RunAsync(FakeGuest.ProgramFolder, arguments);

        Assert.Equal(ExitCode.AllPassed, code);
        Assert.Contains("qemu-system-i386 -accel tcg", output, StringComparison.Ordinal);
        Assert.Contains($"-append run=suite invlpg=off -initrd {guest.Image}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("la57", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disc_that_cannot_be_made_is_a_failed_build()
    {
        using FakeGuest guest = new("exit 33");
        string searchPath = $"{Path.Combine(AppContext.BaseDirectory, "FakeGrub")}:{FakeGuest.ProgramFolder}";

        (ExitCode code, string output, _) = await RunAsync(searchPath, "--arch", "x86", "--loader", "grub", "--image", guest.Image);

        Assert.Equal(ExitCode.BuildFailed, code);
        Assert.Contains("no disc to boot from: grub-mkrescue ended with status 7: no room for", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_processor_is_a_wrong_option()
    {
        (ExitCode code, string output, _) = await RunAsync(FakeGuest.ProgramFolder, "--image", "any", "--cpu-model", "i4004");

        Assert.Equal(ExitCode.WrongOption, code);
        Assert.Contains("QEMU knows no processor 'i4004'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_serial_file_that_cannot_be_written_is_a_wrong_option()
    {
        using FakeGuest guest = new("exit 33");

        string[] arguments = ["--image", guest.Image, "--serial", "/nowhere/file"];
        (ExitCode code, string output, _) = await RunAsync(FakeGuest.ProgramFolder, arguments);

        Assert.Equal(ExitCode.WrongOption, code);
        Assert.Contains("--serial:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_tools_are_named_with_their_packages()
    {
        (ExitCode code, string output, _) = await RunAsync("/nowhere");

        Assert.Equal(ExitCode.ToolMissing, code);
        Assert.Contains("not on PATH: qemu-system-x86_64, ld.lld, nasm", output, StringComparison.Ordinal);
        Assert.Contains("apt-get install --no-install-recommends qemu-system-x86 lld nasm", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_disc_needs_what_makes_discs()
    {
        (ExitCode code, string output, _) = await RunAsync("/nowhere", "--arch", "x86", "--loader", "grub");

        Assert.Equal(ExitCode.ToolMissing, code);
        Assert.Contains("not on PATH: qemu-system-i386, lld-link, nasm, grub-mkrescue", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_image_is_named()
    {
        (ExitCode code, string output, _) = await RunAsync(FakeGuest.ProgramFolder, "--image", "/nowhere/kernel.elf");

        Assert.Equal(ExitCode.NotStarted, code);
        Assert.Contains("there is no image at /nowhere/kernel.elf", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_serial_line_is_copied_to_the_file()
    {
        using FakeGuest guest = new(FakeGuest.PassingReport + "exit 33");
        string file = guest.FileNamed("serial.txt");

        await RunAsync(FakeGuest.ProgramFolder, "--image", guest.Image, "--serial", file);

        Assert.Equal("TAP version 14\n1..2\nok 1 - first\nok 2 - second\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_machine_that_waits_says_how_to_reach_it()
    {
        using FakeGuest guest = new(FakeGuest.PassingReport + "exit 33");

        (_, string output, _) = await RunAsync(FakeGuest.ProgramFolder, "--image", guest.Image, "--gdb");

        Assert.Contains($"gdb {guest.Image} -ex 'set substitute-path", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_option()
    {
        (ExitCode code, string output, _) = await RunAsync("/nowhere", "--help");

        string[] options =
        [
            "--arch", "--memory", "--cpu-model", "--la57", "--paging", "--no-invlpg", "--loader", "--module", "--gdb", "--timeout", "--icount",
            "--serial", "--filter", "--scenario", "--no-build", "--image",
        ];
        Assert.Equal(ExitCode.AllPassed, code);
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    private static async Task<(ExitCode Code, string Output, string Errors)> RunAsync(string folder, params string[] arguments)
    {
        // The stand-in is a shell script and looks for sh and sleep beside itself.
        string searchPath = folder == "/nowhere" ? folder : $"{folder}:/usr/bin:/bin";
        IEnumerable<string> all = [typeof(Program).Assembly.Location, .. arguments];
        ProcessStartInfo start = new(Environment.ProcessPath!, all)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = searchPath;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return ((ExitCode)process.ExitCode, await output, await errors);
    }
}
