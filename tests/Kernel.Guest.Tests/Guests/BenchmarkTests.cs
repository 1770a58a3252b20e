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
    public static TheoryData<GuestConfiguration, string> EachOperation => GuestConfiguration.EachImageWith("map", "protect", "unmap");

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task The_benchmark_ends_well(GuestConfiguration on) =>
        Assert.Equal(ExitCode.AllPassed, (await GuestBoot.OnceAsync(Measuring(on))).Verdict.ExitCode);

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task Guest_time_counts_instructions(GuestConfiguration on) =>
        Assert.Equal(1.0, (await MeasureAsync(on))["calibration"], precision: 2);

    [Theory]
    [MemberData(nameof(EachOperation))]
    public async Task A_range_costs_at_most_a_quarter_of_its_pages_one_by_one(GuestConfiguration on, string operation)
    {
        IReadOnlyDictionary<string, double> costs = await MeasureAsync(on);

        // A call, a loop and a store are not had for less than one instruction; a cost of nothing would be a broken clock.
        Assert.InRange(costs[$"{operation}-range"], 1, costs[$"{operation}-one-by-one"] / 4);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task The_same_instructions_are_counted_on_every_run(GuestConfiguration on)
    {
        GuestRun again = await GuestBoot.AgainAsync(Measuring(on));

        Assert.Equal(await MeasureAsync(on), CostsIn(again));
    }

    private static GuestMachine Measuring(GuestConfiguration on) =>
        on.Machine with { Scenario = GuestMachine.BenchScenario, CountInstructions = true };

    private static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(GuestConfiguration on) =>
        CostsIn(await GuestBoot.OnceAsync(Measuring(on)));

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
