using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>The tests inside the guest, each as a test here, on every configuration.</summary>
public sealed class GuestSuiteTests
{
    /// <summary>
    /// Each test of each configuration. The guests are booted to find out; a guest that reports nothing has no cases here.
    /// </summary>
    public static TheoryData<GuestConfiguration, GuestTestCase> EachGuestTest
    {
        get
        {
            TheoryData<GuestConfiguration, GuestTestCase> cases = [];
            foreach (GuestConfiguration configuration in GuestConfiguration.All)
            {
                foreach (TapTest test in TestsOf(configuration).Where(static test => test.Outcome != TapOutcome.Skipped))
                {
                    cases.Add(configuration, new GuestTestCase(test));
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(EachGuestTest))]
    public async Task In_the_guest(GuestConfiguration on, GuestTestCase test)
    {
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);
        TapTest found = Assert.Single(run.Report.Tests, candidate => candidate.Number == test.Number);

        Assert.Equal(test.ToString(), found.ToString());
        Assert.True(
            found.Outcome == TapOutcome.Passed,
            string.Join(Environment.NewLine, found.Details.Prepend($"not ok {found}")));
    }

    /// <summary>Here a broken boot shows, whatever the theory above has found.</summary>
    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task The_guest_reports_a_complete_passing_plan(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);

        Assert.True(run.Verdict.ExitCode == ExitCode.AllPassed, $"{run.Verdict.Message}{Environment.NewLine}{run.Output}");
    }

    /// <summary>A test that is lost must not go unnoticed.</summary>
    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task Every_configuration_of_an_image_knows_the_same_tests_and_runs_at_least_sixty(GuestConfiguration on)
    {
        GuestRun plain = await GuestBoot.OnceAsync(on.Plain.Machine);
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);

        Assert.InRange(run.Report.Passed, 60, int.MaxValue);
        Assert.Equal(Names(plain), Names(run));
        Assert.All(Skipped(run), static test => Assert.NotEmpty(test.Reason));
    }

    /// <summary>Nor must one that is skipped everywhere.</summary>
    [Fact]
    public async Task Every_test_passes_on_some_configuration()
    {
        HashSet<string> passed = new(StringComparer.Ordinal);
        HashSet<string> skipped = new(StringComparer.Ordinal);
        foreach (GuestConfiguration configuration in GuestConfiguration.All)
        {
            GuestRun run = await GuestBoot.OnceAsync(configuration.Machine);
            passed.UnionWith(run.Report.Tests.Where(static test => test.Outcome == TapOutcome.Passed).Select(SubjectOf));
            skipped.UnionWith(Skipped(run).Select(SubjectOf));
        }

        Assert.Empty(skipped.Except(passed));
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task No_two_tests_of_a_guest_have_the_same_description(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);

        string[] descriptions = [.. run.Report.Tests.Select(static test => test.Description)];
        Assert.Equal(descriptions.Distinct(), descriptions);
    }

    /// <summary>What a test is about, however it reaches the tables.</summary>
    private static string SubjectOf(TapTest test) => test.Description.Split(", through the ")[0];

    private static IEnumerable<TapTest> Skipped(GuestRun run) =>
        run.Report.Tests.Where(static test => test.Outcome == TapOutcome.Skipped);

    private static IEnumerable<string> Names(GuestRun run) => run.Report.Tests.Select(static test => test.ToString());

    private static IReadOnlyList<TapTest> TestsOf(GuestConfiguration configuration)
    {
        try
        {
            return GuestBoot.OnceAsync(configuration.Machine).GetAwaiter().GetResult().Report.Tests;
        }
        catch (Exception error) when (error is FileNotFoundException or InvalidOperationException)
        {
            // No image, or no disc with it: the tests that boot say so, each in its own name.
            return [];
        }
    }
}
