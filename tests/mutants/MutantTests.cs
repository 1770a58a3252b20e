using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Mutants.Tests;

/// <summary>Every edit alone turns the build red, with the rule that it breaks and nothing else.</summary>
public class MutantTests(ScratchCopy scratch) : IClassFixture<ScratchCopy>
{
    public static TheoryData<string> Names => [.. Repository.MutantNames];

    /// <summary>Those that are about the width of addresses.</summary>
    public static TheoryData<string> WidthNames => [.. Repository.MutantNames.Where(static name => name.StartsWith('2'))];

    [Theory]
    [InlineData(ScratchCopy.KernelProject)]
    [InlineData(ScratchCopy.NarrowProject)]
    public void The_unmutated_copy_builds_clean(string project)
    {
        BuildResult result = scratch.Unmutated(project);
        Assert.True(result.ExitCode == 0, result.Output);
        Assert.Empty(result.Findings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_build_stops(string name) => AssertStopsAsync(name, ScratchCopy.KernelProject);

    [Theory]
    [MemberData(nameof(WidthNames))]
    public Task The_build_for_32_bits_stops(string name) => AssertStopsAsync(name, ScratchCopy.NarrowProject);

    private async Task AssertStopsAsync(string name, string project)
    {
        Mutant mutant = Repository.Mutant(name);
        Assert.True(scratch.Unmutated(project).ExitCode == 0, "The unmutated copy does not build.");
        BuildResult result = await scratch.BuildWithAsync(mutant, project);
        Assert.True(result.ExitCode != 0, $"The build is green though the edit is to {mutant.Title}.");
        Assert.True(
            result.Findings.SequenceEqual(mutant.Rules.Order()),
            $"Expected {string.Join(", ", mutant.Rules)} when the edit is to {mutant.Title}, but the build says:\n{result.Output}");
    }
}
