using System;
using System.Linq;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>64-bit arithmetic without a result ends the guest: in the processor where it divides 64 bits, in a routine where it does not.</summary>
public sealed class ArithmeticEndTests
{
    private const string Overflow = "Bail out! panic: an arithmetic overflow (expected none), in compiled C#";
    private const string ByZero = "Bail out! panic: a division by zero (expected none), in compiled C#";
    private const string DivideError = "Bail out! panic: exception #DE divide error, error code 0x0 (expected none), in ";

    [Theory]
    [InlineData("x64", "overflow", Overflow)]
    [InlineData("x64", "signed-overflow", Overflow)]
    [InlineData("x64", "division-by-zero", DivideError)]
    [InlineData("x64", "division-overflow", DivideError)]
    [InlineData("x86", "overflow", Overflow)]
    [InlineData("x86", "signed-overflow", Overflow)]
    [InlineData("x86", "division-by-zero", ByZero)]
    [InlineData("x86", "division-overflow", Overflow)]
    public async Task An_operation_without_a_result_is_a_panic(string name, string scenario, string report)
    {
        Architecture architecture = Architecture.All.Single(candidate => candidate.ToString() == name);
        GuestMachine machine = new() { Architecture = architecture, Image = GuestBoot.ImageFor(architecture) };

        GuestRun run = await GuestBoot.AgainAsync(machine with { Scenario = $"fatal:{scenario}" });

        Assert.Equal((ExitCode.GuestPanicked, GuestExit.Panicked), (run.Verdict.ExitCode, run.End.Status));
        Assert.Contains(report, run.Output, StringComparison.Ordinal);
    }
}
