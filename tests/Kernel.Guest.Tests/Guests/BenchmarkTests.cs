using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>What paging costs inside the guest, in instructions per 4 KiB page.</summary>
public sealed partial class BenchmarkTests
{
    private static GuestMachine Machine =>
        GuestConfiguration.Plain.Machine with { Scenario = GuestMachine.BenchScenario, CountInstructions = true };

    [Fact]
    public async Task The_benchmark_ends_well() =>
        Assert.Equal(ExitCode.AllPassed, (await GuestBoot.OnceAsync(Machine)).Verdict.ExitCode);

    [Fact]
    public async Task Guest_time_counts_instructions() => Assert.Equal(1.0, (await MeasureAsync())["calibration"], precision: 2);

    [Theory]
    [InlineData("map")]
    [InlineData("protect")]
    [InlineData("unmap")]
    public async Task A_range_costs_at_most_a_quarter_of_its_pages_one_by_one(string operation)
    {
        IReadOnlyDictionary<string, double> costs = await MeasureAsync();

        // A call, a loop and a store are not had for less than one instruction; a cost of nothing would be a broken clock.
        Assert.InRange(costs[$"{operation}-range"], 1, costs[$"{operation}-one-by-one"] / 4);
    }

    [Fact]
    public async Task The_same_instructions_are_counted_on_every_run()
    {
        GuestRun again = await GuestBoot.AgainAsync(Machine);

        Assert.Equal(await MeasureAsync(), CostsIn(again));
    }

    private static async Task<IReadOnlyDictionary<string, double>> MeasureAsync() => CostsIn(await GuestBoot.OnceAsync(Machine));

    private static Dictionary<string, double> CostsIn(GuestRun run) => run.Report.Comments
        .Select(static comment => BenchmarkPattern().Match(comment))
        .Where(static match => match.Success)
        .ToDictionary(
            static match => match.Groups["name"].Value,
            static match => double.Parse(match.Groups["cost"].ValueSpan, CultureInfo.InvariantCulture),
            StringComparer.Ordinal);

    [GeneratedRegex(@"^bench (?<name>\S+) (?<cost>[0-9]+(\.[0-9]+)?) \S+$")]
    private static partial Regex BenchmarkPattern();
}
