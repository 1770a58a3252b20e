using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

/// <summary>What is said when the output is no terminal.</summary>
public sealed class PresentationTests
{
    private readonly StringWriter _written = new(CultureInfo.InvariantCulture);
    private readonly Presentation _presentation;

    public PresentationTests() => _presentation = Presentation.On(_written, redirected: true);

    [Theory]
    [InlineData("ok 1 - a page", "ok         1  a page")]
    [InlineData("ok 2 - a page # SKIP why", "skipped    2  a page (why)")]
    [InlineData("not ok 3 - a page", "not ok     3  a page")]
    [InlineData("# memory 0x1000-0x5fff usable 20 KiB", "memory   0x0000000000001000-0x0000000000005fff  usable             20 KiB")]
    [InlineData("# memory of another kind", "         memory of another kind")]
    [InlineData("# a comment", "         a comment")]
    [InlineData("Bail out! panic: why", "panic    panic: why")]
    [InlineData("noise", "         noise")]
    [InlineData("ok 4 - [red]markup[/] is text", "ok         4  [red]markup[/] is text")]
    [InlineData("# \u001b[31m is shown", "         \\x1b[31m is shown")]
    public void A_line_of_the_guest_is_one_line(string line, string expected)
    {
        TapReader reader = new(_presentation.Line);
        reader.Feed(Encoding.UTF8.GetBytes(line + "\n"));

        Assert.Equal(expected + Environment.NewLine, _written.ToString());
    }

    [Theory]
    [InlineData("TAP version 14")]
    [InlineData("1..3")]
    [InlineData("")]
    public void What_only_machines_care_for_is_not_said(string line)
    {
        _presentation.Line(TapLine.Parse(line));

        Assert.Empty(_written.ToString());
    }

    [Fact]
    public void A_long_line_is_not_folded()
    {
        string text = new('x', 5000);
        _presentation.Line(TapLine.Parse($"# {text}"));

        Assert.Equal($"         {text}{Environment.NewLine}", _written.ToString());
    }

    [Fact]
    public async Task Work_without_a_terminal_is_announced_by_a_line()
    {
        int result = await _presentation.DuringAsync("build", "compiling", onProgress =>
        {
            onProgress("not shown");
            return Task.FromResult(7);
        });

        Assert.Equal(7, result);
        Assert.Equal($"build    compiling{Environment.NewLine}", _written.ToString());
    }

    [Theory]
    [InlineData(2, 0, 0, "built    under 2 rules, 0 findings, 1.5 s")]
    [InlineData(2, 3, 1, "built    under 2 rules, 2 findings, 1 suppressed, 1.5 s")]
    public void The_rules_in_force_and_their_findings_are_told(int rules, int reported, int suppressed, string expected)
    {
        _presentation.Built(TimeSpan.FromSeconds(1.5), new Findings(new string[rules], reported, suppressed));

        Assert.Equal(expected + Environment.NewLine, _written.ToString());
    }

    [Fact]
    public void A_missing_log_is_not_taken_for_no_findings()
    {
        _presentation.Built(TimeSpan.FromSeconds(1), null);

        Assert.Equal($"built    the compiler left no log of its rules, 1.0 s{Environment.NewLine}", _written.ToString());
    }

    [Fact]
    public void A_failure_is_told_with_its_advice()
    {
        GuestVerdict verdict = new(ExitCode.TimedOut, "it hung", "wait");
        _presentation.Conclude(verdict, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

        string[] expected = ["failed   it hung; guest 2.0 s, all 3.0 s", "         wait", ""];
        Assert.Equal(expected, _written.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void The_machine_is_described_in_one_line()
    {
        GuestMachine machine = new() { Image = "k", FiveLevelPaging = true, CountInstructions = true };

        Assert.Equal(
            "booting x64, cpu max (five-level), 512M, counting instructions, no time limit",
            Presentation.Describe(machine, null));
    }

    [Theory]
    [InlineData(0, "booting x86, cpu max (two-level, no INVLPG), 512M, from a disc with GRUB, at most 60.0 s")]
    [InlineData(1, "booting x86, cpu max (two-level, no INVLPG), 512M, 1 module, from a disc with GRUB, at most 60.0 s")]
    [InlineData(2, "booting x86, cpu max (two-level, no INVLPG), 512M, 2 modules, from a disc with GRUB, at most 60.0 s")]
    public void What_is_special_about_the_machine_is_told(int modules, string expected)
    {
        GuestMachine machine = new()
        {
            Architecture = Architecture.X86,
            Image = "k",
            Loader = Loader.Grub,
            Modules = new FileList(new string[modules]),
            WithoutInvlpg = true,
        };

        Assert.Equal(expected, Presentation.Describe(machine, TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(PagingChoice.Usual, "booting x86, cpu max (two-level), 512M, no time limit")]
    [InlineData(PagingChoice.TwoLevel, "booting x86, cpu max (two-level), 512M, no time limit")]
    [InlineData(PagingChoice.Pae, "booting x86, cpu max (three-level, PAE), 512M, no time limit")]
    public void The_page_tables_are_told(PagingChoice paging, string expected) => Assert.Equal(
        expected, Presentation.Describe(new GuestMachine { Architecture = Architecture.X86, Image = "k", Paging = paging }, null));

    [Fact]
    public void The_spinner_counts_the_tests_once_the_plan_is_known()
    {
        TapReader reader = new(line =>
        {
            _presentation.Line(line);
            _written.WriteLine($"[{_presentation.Progress(line)}]");
        });
        reader.Feed("TAP version 14\n1..2\nok 1 - a\n"u8);

        Assert.Equal(
            ["[booting]", "[booting]", "ok         1  a", "[test 1 of 2]"],
            _written.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
