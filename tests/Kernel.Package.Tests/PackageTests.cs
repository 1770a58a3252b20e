using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using Xunit;

namespace Kernel.Package.Tests;

/// <summary>The package as someone uses it who has never seen this repository: with the SDK that is installed, which is SDK 10.</summary>
public sealed partial class PackageTests(PackedConsumer consumer) : IClassFixture<PackedConsumer>
{
    [Fact]
    public void Every_mistake_stops_the_build_with_its_rule_and_nothing_else_is_reported()
    {
        Assert.Equal(1, consumer.FirstBuild.ExitCode);
        Assert.Equal(SeededIn("Mistakes.cs"), FindingsIn(consumer.FirstBuild.Output));
    }

    [Fact]
    public void The_log_has_a_page_for_each_rule_and_the_places_that_explain_a_finding()
    {
        using JsonDocument log = JsonDocument.Parse(File.ReadAllText(Path.Combine(consumer.Project, "findings.sarif")));
        JsonElement run = log.RootElement.GetProperty("runs")[0];
        string[] pages = [.. PackedFiles().Where(name => name.StartsWith("analyzers/docs/KMEM", StringComparison.Ordinal))];
        string[] links =
        [
            .. run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
                .Where(rule => rule.GetProperty("id").GetString()!.StartsWith("KMEM", StringComparison.Ordinal))
                .Select(rule => rule.GetProperty("helpUri").GetString()!),
        ];
        Assert.Equal(pages.Order(), links.Order());

        JsonElement linked = run.GetProperty("results").EnumerateArray().Single(result => result.GetProperty("ruleId").GetString() == "KMEM101");
        Assert.NotEqual(0, linked.GetProperty("relatedLocations").GetArrayLength());
    }

    [Fact]
    public async Task The_formatter_applies_a_fix()
    {
        string path = Path.Combine(consumer.Project, "Mistakes.cs");
        string original = await File.ReadAllTextAsync(path);
        try
        {
            (int exitCode, string output) = await CommandLine.DotnetAsync(
                consumer.Project, "format", "analyzers", "--diagnostics", "KMEM205", "--severity", "error", "--no-restore");
            Assert.True(exitCode == 0, output);
            Assert.Equal(
                original.Replace("address & ~0xFFFu;", "address & ~0xFFFUL;", StringComparison.Ordinal), await File.ReadAllTextAsync(path));
        }
        finally
        {
            await File.WriteAllTextAsync(path, original);
        }
    }

    [Fact]
    public async Task The_audit_profile_warns_and_does_not_stop_the_build()
    {
        (int exitCode, string output) = await consumer.BuildAsync("-property:KernelMemoryProfile=audit", "-property:TreatWarningsAsErrors=false");
        Assert.True(exitCode == 0, output);
        Assert.Equal(SeededIn("Mistakes.cs"), FindingsIn(output));
    }

    [Fact]
    public async Task A_profile_that_does_not_exist_is_an_error()
    {
        (int exitCode, string output) = await consumer.BuildAsync("-property:KernelMemoryProfile=strikt");
        Assert.Equal(1, exitCode);
        Assert.Contains("KernelMemoryProfile is 'strikt'; it can be strict, recommended, audit or none.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_brings_everything_and_nothing_to_reference_at_run_time()
    {
        string[] files = [.. PackedFiles()];
        Assert.Superset(
            new HashSet<string>(
            [
                "LICENSE", "README.md", "analyzers/dotnet/cs/Kernel.Analyzers.dll", "analyzers/dotnet/cs/Kernel.Analyzers.CodeFixes.dll",
                "build/Kernel.Memory.Analyzers.props", "build/Kernel.Memory.Analyzers.targets", "contracts/LockContracts.g.cs",
                "profiles/strict.globalconfig", "profiles/recommended.globalconfig", "profiles/audit.globalconfig",
            ]),
            files.ToHashSet());
        Assert.DoesNotContain(files, name => name.StartsWith("lib/", StringComparison.Ordinal));

        using ZipArchive package = ZipFile.OpenRead(consumer.Package);
        using Stream nuspec = package.GetEntry("Kernel.Memory.Analyzers.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().First();
        Assert.Equal("true", metadata.Elements().Single(element => element.Name.LocalName == "developmentDependency").Value);
        Assert.DoesNotContain(metadata.Elements(), element => element.Name.LocalName == "dependencies");
    }

    [Fact]
    public async Task Packed_again_it_is_the_same_file() =>
        Assert.Equal(await File.ReadAllBytesAsync(consumer.Package), await File.ReadAllBytesAsync(await consumer.PackAsync("again")));

    private IEnumerable<string> PackedFiles()
    {
        using ZipArchive package = ZipFile.OpenRead(consumer.Package);
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    // Each mistake says in a comment which rule it breaks.
    private string[] SeededIn(string file) =>
    [
        .. File.ReadLines(Path.Combine(consumer.Project, file))
            .Select((line, index) => (Rule: Seed().Match(line).Groups["rule"].Value, Line: index + 1))
            .Where(seed => seed.Rule.Length > 0)
            .Select(seed => $"{file}({seed.Line}): {seed.Rule}")
            .Order(StringComparer.Ordinal),
    ];

    private static string[] FindingsIn(string output) =>
    [
        .. Finding().Matches(output)
            .Select(match => $"{match.Groups["file"].Value}({match.Groups["line"].Value}): {match.Groups["rule"].Value}")
            .Distinct().Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("// (?<rule>KMEM[0-9]{3})$")]
    private static partial Regex Seed();

    [GeneratedRegex(@"(?<file>[A-Za-z0-9.]+)\((?<line>[0-9]+),[0-9]+\): (error|warning) (?<rule>[A-Z]+[0-9]+)\b")]
    private static partial Regex Finding();
}
