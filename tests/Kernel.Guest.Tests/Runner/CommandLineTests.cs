using System;
using System.CommandLine;
using System.Linq;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_options_the_suite_runs_on_the_default_machine()
    {
        RunnerOptions options = Read();

        Assert.Equal(new GuestMachine { Image = "" }, options.Machine);
        Assert.Equal(TimeSpan.FromSeconds(60), options.TimeLimit);
        Assert.Equal((null, false, null), (options.Image, options.SkipBuild, options.SerialFile));
    }

    [Fact]
    public void Every_option_arrives()
    {
        RunnerOptions options = Read(
            "--arch", "x64", "--memory", "1G", "--cpu-model", "qemu64,smep=off", "--la57", "--timeout", "2m", "--icount",
            "--serial", "out.txt", "--filter", "kernel text", "--scenario", "fatal:double-fault", "--image", "other.elf");

        GuestMachine expected = new()
        {
            Image = "other.elf",
            Memory = new MemorySize(1UL << 30),
            CpuModel = "qemu64,smep=off",
            FiveLevelPaging = true,
            CountInstructions = true,
            Scenario = "fatal:double-fault",
            Filter = "kernel text",
        };
        Assert.Equal(expected, options.Machine);
        Assert.Equal((TimeSpan.FromMinutes(2), "out.txt", "other.elf"), (options.TimeLimit, options.SerialFile, options.Image));
    }

    [Fact]
    public void Every_option_of_the_other_architecture_arrives()
    {
        RunnerOptions options = Read(
            "--arch", "x86", "--paging", "pae", "--no-invlpg", "--loader", "grub", "--module", FakeGuest.AnyFile, "--module", FakeGuest.OtherFile);

        GuestMachine expected = new()
        {
            Architecture = Architecture.X86,
            Image = "",
            Loader = Loader.Grub,
            Modules = new FileList([FakeGuest.AnyFile, FakeGuest.OtherFile]),
            Paging = PagingChoice.Pae,
            WithoutInvlpg = true,
        };
        Assert.Equal(expected, options.Machine);
    }

    [Fact]
    public void What_is_usual_can_be_asked_for() =>
        Assert.Equal(PagingChoice.TwoLevel, Read("--arch", "x86", "--paging", "two-level").Machine.Paging);

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("3m", 180)]
    public void A_time_limit_is_in_seconds_or_minutes(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read("--timeout", text).TimeLimit);

    [Fact]
    public void Whoever_debugs_has_time() => Assert.Null(Read("--gdb").TimeLimit);

    [Fact]
    public void Whoever_debugs_may_set_a_limit() =>
        Assert.Equal(TimeSpan.FromSeconds(5), Read("--gdb", "--timeout", "5").TimeLimit);

    [Fact]
    public void A_benchmark_counts_instructions() => Assert.True(Read("--scenario", "bench").Machine.CountInstructions);

    [Fact]
    public void A_foreign_image_is_not_built() => Assert.True(Read("--image", "other.elf").SkipBuild);

    [Theory]
    [InlineData("--arch: 'arm' is none of x64 and x86", "--arch", "arm")]
    [InlineData("--arch: 'X86' is none of x64 and x86", "--arch", "X86")]
    [InlineData("--paging: 'PAE' is none of two-level and pae", "--paging", "PAE")]
    [InlineData("--paging", "--paging")]
    [InlineData("--loader: 'lilo' is none of qemu and grub", "--loader", "lilo")]
    [InlineData("--module: there is no file '/nowhere/file'", "--module", "/nowhere/file")]
    [InlineData("--module", "--module")]
    [InlineData("'4M' is no size between 32M and 1024G", "--memory", "4M")]
    [InlineData("'much' is no size", "--memory", "much")]
    [InlineData("'0' is no time above zero", "--timeout", "0")]
    [InlineData("'-1' is no time", "--timeout=-1")]
    [InlineData("'soon' is no time", "--timeout", "soon")]
    [InlineData("'999999' is no time", "--timeout", "999999")]
    [InlineData("--cpu-model: a model's name is needed", "--cpu-model", "")]
    [InlineData("is chosen with --la57", "--cpu-model", "max,la57=on")]
    [InlineData("--filter: a filter is printable ASCII without '+'", "--filter", "a+b")]
    [InlineData("--filter: a filter is printable ASCII", "--filter", "")]
    [InlineData("'fatal' is none of suite, bench and fatal:NAME", "--scenario", "fatal")]
    [InlineData("'suite filter=x' is none of", "--scenario", "suite filter=x")]
    [InlineData("--memory", "--memory")]
    [InlineData("--bogus", "--bogus")]
    [InlineData("extra", "extra")]
    public void A_wrong_option_is_named_with_what_would_be_right(string expected, params string[] arguments)
    {
        ParseResult parsed = new CommandLine().Parse(arguments);

        Assert.Contains(parsed.Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));
    }

    private static RunnerOptions Read(params string[] arguments)
    {
        CommandLine commandLine = new();
        ParseResult parsed = commandLine.Parse(arguments);
        Assert.Empty(parsed.Errors.Select(static error => error.Message));
        return commandLine.Interpret(parsed);
    }
}
