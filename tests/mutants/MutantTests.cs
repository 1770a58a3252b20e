using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Mutants.Tests;

/// <summary>Every edit alone turns the build red, with the rule that it breaks and nothing else.</summary>
public class MutantTests(ScratchCopy scratch) : IClassFixture<ScratchCopy>
{
    public static TheoryData<string> Names => [.. Repository.MutantNames];

    [Fact]
    public void The_unmutated_copy_builds_clean()
    {
        Assert.True(scratch.Unmutated.ExitCode == 0, scratch.Unmutated.Output);
        Assert.Empty(scratch.Unmutated.Findings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_build_stops(string name)
    {
        Mutant mutant = Repository.Mutant(name);
        Assert.True(scratch.Unmutated.ExitCode == 0, "The unmutated copy does not build.");
        BuildResult result = await scratch.BuildWithAsync(mutant);
        Assert.True(result.ExitCode != 0, $"The build is green though the edit is to {mutant.Title}.");
        Assert.True(
            result.Findings.SequenceEqual(mutant.Rules.Order()),
            $"Expected {string.Join(", ", mutant.Rules)} when the edit is to {mutant.Title}, but the build says:\n{result.Output}");
    }
}
