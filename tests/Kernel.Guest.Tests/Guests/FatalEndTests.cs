using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>Guests that are told to end badly: each end is recognised, and its report says what happened.</summary>
public sealed class FatalEndTests
{
    /// <summary>Long enough to reach the hang on a busy host.</summary>
    private static readonly TimeSpan _hangLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] _wideRegisters =
    [
        "rip", "rsp", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8 ", "r9 ", "r10", "r11", "r12", "r13", "r14", "r15",
        "cr0", "cr2", "cr3", "cr4",
    ];

    private static readonly string[] _narrowRegisters =
        ["eip", "esp", "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "cr0", "cr2", "cr3", "cr4"];

    public static TheoryData<GuestConfiguration, string, string[]> Panics
    {
        get
        {
            (string Scenario, string[] Report)[] ends =
            [
                ("panic", ["Bail out! panic: a panic that was asked for 0x2a (expected nothing else), in FatalScenarios.Run"]),
                ("stack-overflow", ["# exception 8 (#DF double fault)", "Bail out! panic: exception #DF double fault"]),
                ("double-fault", ["# exception 8 (#DF double fault)", "Bail out! panic: exception #DF double fault"]),
                ("page-fault", ["# exception 14 (#PF page fault), error code 0x0", "read from an absent page by the kernel at 0x"]),
                ("divide-error", ["# exception 0 (#DE divide error)", "Bail out! panic: exception #DE divide error"]),
                ("narrowing", ["Bail out! panic: value 0x100000000 (expected at most 32 bits), in CheckedNarrowing.ToUInt32"]),
                ("no-such-end", ["(expected a name that exists), in FatalScenarios.Run"]),
            ];
            TheoryData<GuestConfiguration, string, string[]> cases = [];
            GuestConfiguration[] modes =
                [GuestConfiguration.FourLevel, GuestConfiguration.FiveLevel, GuestConfiguration.TwoLevel, GuestConfiguration.ThreeLevel];
            foreach (GuestConfiguration mode in modes)
            {
                foreach ((string scenario, string[] report) in ends)
                {
                    cases.Add(mode, scenario, report);
                }
            }

            return cases;
        }
    }

    /// <summary>Processors that lack what the kernel cannot do without, and what each guest says.</summary>
    public static TheoryData<GuestConfiguration, string, string> Refusals => new()
    {
        { GuestConfiguration.FourLevel, "486", "this processor has no long mode (64 bits)" },
        { GuestConfiguration.FourLevel, "qemu64,nx=off", "this processor has no NX (no-execute pages)" },
        { GuestConfiguration.FourLevel, "qemu64,sse2=off", "this processor has no SSE2" },
        { GuestConfiguration.TwoLevel, "base", "this processor has no CPUID leaf 1" },
        { GuestConfiguration.TwoLevel, "486", "this processor has no TSC (time stamp counter)" },
        { GuestConfiguration.TwoLevel, "pentium", "this processor has no CMOV" },
        { GuestConfiguration.TwoLevel, "pentium2", "this processor has no SSE" },
        { GuestConfiguration.TwoLevel, "pentium3", "this processor has no SSE2" },
        { GuestConfiguration.TwoLevel, "qemu32,pse=off", "this processor has no PSE (4 MiB pages)" },
    };

    [Theory]
    [MemberData(nameof(Panics))]
    public async Task A_panic_is_reported_in_full(GuestConfiguration on, string scenario, string[] report)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = $"fatal:{scenario}" });

        Assert.Equal((ExitCode.GuestPanicked, GuestExit.Panicked), (run.Verdict.ExitCode, run.End.Status));
        Assert.All(report, text => Assert.Contains(text, run.Output, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(run.Report.BailOut!, run.Verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_processor_that_lacks_too_much_is_refused_by_the_name_of_what_it_lacks(
        GuestConfiguration on, string model, string reason)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { CpuModel = model });

        Assert.Equal((ExitCode.GuestPanicked, GuestExit.Panicked), (run.Verdict.ExitCode, run.End.Status));
        Assert.Contains($"{reason}, which the kernel needs, in ", run.Verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_levels_that_the_processor_lacks_are_refused()
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.ThreeLevel.Machine with { CpuModel = "qemu32,pae=off" });

        Assert.Equal((ExitCode.GuestPanicked, GuestExit.Panicked), (run.Verdict.ExitCode, run.End.Status));
        Assert.Contains("no PAE (three-level page tables), which paging=pae asks for, in ", run.Verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paging=paex")]
    [InlineData("paging=pa")]
    [InlineData("paging=")]
    public async Task Page_tables_of_an_unknown_name_are_refused(string word)
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.TwoLevel.Machine with { Scenario = $"suite {word}" });

        Assert.Equal((ExitCode.GuestPanicked, GuestExit.Panicked), (run.Verdict.ExitCode, run.End.Status));
        Assert.Contains("does not know what paging= on the command line asks for", run.Verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_page_fault_s_report_has_the_address_in_its_full_width(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = "fatal:page-fault" });

        string address = on.Machine.Architecture == Architecture.X64 ? "0xffffffff40000000" : "0x40000000";
        Assert.Contains($"read from an absent page by the kernel at {address}", run.Report.Comments);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachMode), MemberType = typeof(GuestConfiguration))]
    public async Task An_overflow_of_the_stack_is_called_by_its_name(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = "fatal:stack-overflow" });

        Assert.Contains(run.Report.Comments, static comment => comment.StartsWith("the stack has overflowed: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("double-fault")]
    [InlineData("page-fault")]
    [InlineData("divide-error")]
    public async Task An_exception_s_report_has_every_register(string scenario)
    {
        await AssertRegistersAsync(GuestConfiguration.FourLevel, scenario, _wideRegisters, digits: 16);
        await AssertRegistersAsync(GuestConfiguration.TwoLevel, scenario, _narrowRegisters, digits: 8);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_hang_is_ended_by_the_host(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = "fatal:hang" }, _hangLimit);

        Assert.Contains("fatal scenario: hang", run.Report.Comments);
        Assert.Equal(ExitCode.TimedOut, run.Verdict.ExitCode);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_triple_fault_is_a_reset(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = "fatal:triple-fault" });

        Assert.Contains("fatal scenario: triple-fault", run.Report.Comments);
        Assert.Equal((ExitCode.GuestReset, 0), (run.Verdict.ExitCode, run.End.Status));
    }

    private static async Task AssertRegistersAsync(GuestConfiguration on, string scenario, string[] registers, int digits)
    {
        GuestRun run = await GuestBoot.AgainAsync(on.Machine with { Scenario = $"fatal:{scenario}" });

        string[] missing = [.. registers.Where(register => !Regex.IsMatch(run.Output, $"{register} 0x[0-9a-f]{{{digits}}}\\b"))];
        Assert.Empty(missing);
    }
}
