using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Kernel.Analyzers.RuleIndex;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The samples of the pages compile; all rules together report the bad ones exactly where they say so, and the good ones nowhere.</summary>
public class PageSampleTests
{
    private const string Bad = "Bad code";
    private const string Good = "Good code";

    public static TheoryData<string, string, int> Samples
    {
        get
        {
            TheoryData<string, string, int> samples = [];
            foreach (string id in RuleCatalogue.Rules().Select(rule => rule.Id).Distinct())
            {
                foreach (string heading in (string[])[Bad, Good])
                {
                    // A page without a sample has a test too, which fails.
                    for (int number = 0; number == 0 || number < PageSample.Of(id, heading).Count; number++)
                    {
                        samples.Add(id, heading, number);
                    }
                }
            }

            return samples;
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public async Task It_shows_what_it_says(string id, string heading, int number)
    {
        PageSample sample = PageSample.Of(id, heading)[number];
        ImmutableArray<Diagnostic> found = await SampleAnalysis.RunAsync(
            sample.Options,
            sample.Language == "text" ? sample.Text : string.Empty,
            ("/kernel/Sample.cs", sample.Source),
            ("/kernel/SampleKernel.cs", PageSample.Machine));

        Assert.Equal(heading == Bad, sample.Said.Any());
        Assert.All(sample.Said, said => Assert.Equal(id, said.Id));
        if (sample.Language == "ini")
        {
            // An option has no place in a source: its name is in the message.
            Assert.Equal(
                sample.Said.Select(said => (id, sample.Text.Split('\n')[said.Line].Split(" = ")[0])).Order(),
                found.Select(finding => (finding.Id, finding.GetMessage().Split('\'', ' ')[1])).Order());
            return;
        }

        string[] lines = sample.Lines;
        Assert.Equal(
            sample.Said.Select(said => $"{said.Id} {lines[said.Line]}").Order(),
            found.Select(finding => $"{finding.Id} {lines[finding.Location.GetLineSpan().StartLinePosition.Line]}").Distinct().Order());
    }

    [Theory]
    [InlineData("64")]
    [InlineData("32, 64")]
    public async Task The_machine_of_the_samples_keeps_every_rule(string pointerBits) => Assert.Empty(await SampleAnalysis.RunAsync(
        $"[*.cs]\nkernel_memory.freestanding = true\nkernel_memory.pointer_bits = {pointerBits}\n",
        vocabulary: string.Empty,
        ("/kernel/SampleKernel.cs", PageSample.Machine)));
}
