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

    public static TheoryData<GuestConfiguration, string, string[]> Panics
    {
        get
        {
            (string Scenario, string[] Report)[] ends =
            [
                ("panic", ["Bail out! panic: a panic that was asked for 0x2a (expected nothing else), in FatalScenarios.Run"]),
                ("stack-overflow", ["# exception 8 (#DF double fault)", "Bail out! panic: exception #DF double fault"]),
                ("double-fault", ["# exception 8 (#DF double fault)", "Bail out! panic: exception #DF double fault"]),
                (
                    "page-fault",
                    ["# exception 14 (#PF page fault), error code 0x0", "read from an absent page by the kernel at 0xffffffff40000000"]
                ),
                ("divide-error", ["# exception 0 (#DE divide error)", "Bail out! panic: exception #DE divide error"]),
                ("no-such-end", ["(expected a name that exists), in FatalScenarios.Run"]),
            ];
            TheoryData<GuestConfiguration, string, string[]> cases = [];
            foreach (GuestConfiguration configuration in new[] { GuestConfiguration.Plain, GuestConfiguration.FiveLevel })
            {
                foreach ((string scenario, string[] report) in ends)
                {
                    cases.Add(configuration, scenario, report);
                }
            }

            return cases;
        }
    }

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
    [InlineData("double-fault")]
    [InlineData("page-fault")]
    [InlineData("divide-error")]
    public async Task An_exception_s_report_has_every_register(string scenario)
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.Plain.Machine with { Scenario = $"fatal:{scenario}" });

        string[] registers =
        [
            "rip", "rsp", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8 ", "r9 ", "r10", "r11", "r12", "r13", "r14", "r15",
            "cr0", "cr2", "cr3", "cr4",
        ];
        string[] missing = [.. registers.Where(register => !Regex.IsMatch(run.Output, $"{register} 0x[0-9a-f]{{16}}"))];
        Assert.Empty(missing);
    }

    [Fact]
    public async Task A_hang_is_ended_by_the_host()
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.Plain.Machine with { Scenario = "fatal:hang" }, _hangLimit);

        Assert.Contains("fatal scenario: hang", run.Report.Comments);
        Assert.Equal(ExitCode.TimedOut, run.Verdict.ExitCode);
    }

    [Fact]
    public async Task A_triple_fault_is_a_reset()
    {
        GuestRun run = await GuestBoot.AgainAsync(GuestConfiguration.Plain.Machine with { Scenario = "fatal:triple-fault" });

        Assert.Contains("fatal scenario: triple-fault", run.Report.Comments);
        Assert.Equal((ExitCode.GuestReset, 0), (run.Verdict.ExitCode, run.End.Status));
    }
}
