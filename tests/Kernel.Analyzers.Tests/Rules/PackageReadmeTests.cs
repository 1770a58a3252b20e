using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kernel.Analyzers.RuleIndex;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>What the package shows to whoever sees it for the first time is what it does.</summary>
public partial class PackageReadmeTests
{
    [Fact]
    public async Task Its_example_says_what_the_readme_prints()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(PackageProfiles.Folder, "README.md"));
        Match example = Example().Match(readme);
        ImmutableArray<Diagnostic> found = await SampleAnalysis.RunAsync(
            options: string.Empty, vocabulary: string.Empty, ("/Tables.cs", example.Groups["source"].Value));

        // Long lines are folded, with two blanks before the rest.
        string[] printed = example.Groups["output"].Value.TrimEnd().Replace("\n  ", " ", StringComparison.Ordinal).Split('\n');
        Assert.Equal(printed, found.OrderBy(finding => finding.Location.SourceSpan.Start).Select(Print));
    }

    private static string Print(Diagnostic finding)
    {
        LinePosition start = finding.Location.GetLineSpan().StartLinePosition;
        return $"Tables.cs({start.Line + 1},{start.Character + 1}): error {finding.Id}: {finding.GetMessage()}";
    }

    [GeneratedRegex("^```csharp\n(?<source>.*?)^```$.*?^```text\n(?<output>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
