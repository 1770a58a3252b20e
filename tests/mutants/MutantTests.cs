using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Mutants.Tests;

/// <summary>Every edit alone turns the build red, with the rule that it breaks and nothing else.</summary>
public abstract class MutantTests(ScratchCopy scratch)
{
    [Fact]
    public void The_unmutated_copy_builds_clean()
    {
        Assert.True(scratch.Unmutated.ExitCode == 0, scratch.Unmutated.Output);
        Assert.Empty(scratch.Unmutated.Findings);
    }

    private protected async Task AssertStopsAsync(string name)
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

/// <summary>The kernel for 64 bits, under every edit of it.</summary>
public sealed class KernelMutantTests(KernelCopy scratch) : MutantTests(scratch), IClassFixture<KernelCopy>
{
    public static TheoryData<string> Names => [.. Repository.MutantNames.Where(static name => !Repository.Mutant(name).IsOfBoot)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_build_stops(string name) => AssertStopsAsync(name);
}

/// <summary>The image for 32 bits, under the edits that are about the width of addresses and those of what the kernel boots with.</summary>
public sealed class NarrowMutantTests(NarrowCopy scratch) : MutantTests(scratch), IClassFixture<NarrowCopy>
{
    public static TheoryData<string> Names => [.. Repository.MutantNames.Where(static name => name.StartsWith('2') || Repository.Mutant(name).IsOfBoot)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_build_for_32_bits_stops(string name) => AssertStopsAsync(name);
}
