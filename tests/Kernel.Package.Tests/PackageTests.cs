using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using Xunit;

namespace Kernel.Package.Tests;

/// <summary>The package as someone uses it who has never seen this repository: with the SDK that is installed, which is SDK 10.</summary>
public sealed partial class PackageTests(PackedConsumer consumer) : IClassFixture<PackedConsumer>
{
    private const string Rules = "analyzers/dotnet/cs/Kernel.Analyzers.dll";

    /// <summary>The rules that say in further places what led to a mistake of the consumer.</summary>
    private static readonly string[] RulesWithFurtherPlaces =
    [
        "KMEM101", "KMEM102", "KMEM103", "KMEM104", "KMEM105", "KMEM201", "KMEM202", "KMEM203", "KMEM204", "KMEM205", "KMEM208", "KMEM304", "KMEM402",
    ];

    /// <summary>What the fixes make of the mistakes that have one; the others stay as they are.</summary>
    private static readonly (string Mistake, string Mended)[] s_mended =
    [
        ("Vendor.Pool.Take();\n        Frames.Link", "Vendor.Pool.Take();\n        Frames.Clear(frame);\n        Frames.Link"),
        ("Frames.Free(frame); // KMEM104\n        Processor.InvalidatePage(page);", "Processor.InvalidatePage(page);\n        Frames.Free(frame); // KMEM104"),
        ("(uint)pointer; // KMEM201", "PromisesACheck((ulong)pointer); // KMEM201"),
        ("(uint)address.Value; // KMEM202", "PromisesACheck(address.Value); // KMEM202"),
        ("(ulong)(frames * 4096)", "(ulong)frames * 4096"),
        ("address & ~0xFFFu", "address & ~0xFFFUL"),
        ("Unsafe.As<ulong, PhysicalAddress>(ref raw)", "new PhysicalAddress(raw)"),
        ("start.Value + size <= limit", "start.Value <= limit && size <= limit - start.Value"),
        ("        s_lock.Acquire(); // KMEM305", "        using Guard guard = s_lock.Acquire(); // KMEM305"),
        ("public struct Kept", "public ref struct Kept"),
        ("Frames.Unmap(3)", "Frames.Unmap(3).Now()"),
        ("while ((*s_status & 1)", "while ((Volatile.Read(ref *s_status) & 1)"),
    ];

    [Fact]
    public void Every_mistake_stops_the_build_with_its_rule_and_nothing_else_is_reported()
    {
        Assert.Equal(1, consumer.FirstBuild.ExitCode);
        Assert.Equal(Seeds(), FindingsIn(consumer.FirstBuild.Output));
    }

    [Fact]
    public void Every_rule_has_a_mistake_and_a_look_alike()
    {
        string[] rules = [.. PackedPages().Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];
        Assert.NotEmpty(rules);
        Assert.Equal(rules, Marks(Seed()).Select(mark => mark.Rule).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(rules, Marks(LookAlike()).Select(mark => mark.Rule).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_log_has_a_page_for_each_rule_and_the_places_that_explain_a_finding()
    {
        using JsonDocument log = JsonDocument.Parse(File.ReadAllText(Path.Combine(consumer.Project, "findings.sarif")));
        JsonElement run = log.RootElement.GetProperty("runs")[0];
        JsonElement[] rules = [.. run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()];
        JsonElement[] results =
        [
            .. run.GetProperty("results").EnumerateArray()
                .Where(result => result.GetProperty("ruleId").GetString()!.StartsWith("KMEM", StringComparison.Ordinal)),
        ];

        Assert.Equal(Seeds().Length, results.Length);
        Assert.All(results, result => Assert.Equal(
            $"analyzers/docs/{result.GetProperty("ruleId").GetString()}.md",
            rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("helpUri").GetString()));
        Assert.Equal(RulesWithFurtherPlaces, results
            .Where(result => result.TryGetProperty("relatedLocations", out JsonElement places) && places.GetArrayLength() > 0)
            .Select(result => result.GetProperty("ruleId").GetString()!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_formatter_applies_the_fixes()
    {
        string path = Path.Combine(consumer.Project, "Mistakes.cs");
        string original = await File.ReadAllTextAsync(path);
        string expected = original;
        foreach ((string mistake, string mended) in s_mended)
        {
            Assert.Contains(mistake, expected, StringComparison.Ordinal);
            expected = expected.Replace(mistake, mended, StringComparison.Ordinal);
        }

        try
        {
            (int exitCode, string output) = await CommandLine.DotnetAsync(
                consumer.Project,
                [
                    "format", "analyzers", "--severity", "error", "--no-restore", "--diagnostics",
                    .. PackedPages().Select(Path.GetFileNameWithoutExtension).OfType<string>(),
                ]);
            Assert.True(exitCode == 0, output);
            Assert.Equal(expected, await File.ReadAllTextAsync(path));
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
        Assert.Equal(Seeds(), FindingsIn(output));
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
                "LICENSE", "README.md", Rules, "analyzers/dotnet/cs/Kernel.Analyzers.CodeFixes.dll",
                "build/Kernel.Memory.Analyzers.props", "build/Kernel.Memory.Analyzers.targets",
                "profiles/strict.globalconfig", "profiles/recommended.globalconfig", "profiles/audit.globalconfig",
                .. FilesOf("analyzers/Contracts").Select(file => $"contracts/{Path.GetFileNameWithoutExtension(file)}.g.cs"),
                .. FilesOf("analyzers/docs").Select(file => $"analyzers/docs/{file}"),
            ]),
            files.ToHashSet());
        Assert.Equal(2, files.Count(name => name.StartsWith("analyzers/dotnet/", StringComparison.Ordinal)));
        Assert.DoesNotContain(files, name => name.StartsWith("lib/", StringComparison.Ordinal));

        XElement metadata = XDocument.Parse(ReadPacked(consumer.Package, "Kernel.Memory.Analyzers.nuspec")).Root!.Elements().First();
        Assert.Equal("true", metadata.Elements().Single(element => element.Name.LocalName == "developmentDependency").Value);
        Assert.DoesNotContain(metadata.Elements(), element => element.Name.LocalName == "dependencies");
    }

    [Fact]
    public async Task Packed_from_sources_elsewhere_it_is_the_same_file_and_with_a_home_its_links_lead_there()
    {
        string copy = consumer.CopySources();
        Assert.Equal(await File.ReadAllBytesAsync(consumer.Package), await File.ReadAllBytesAsync(await consumer.PackAsync(copy, "elsewhere")));

        string home = await consumer.PackAsync(copy, "home", "-property:RepositoryUrl=https://example.org/kernel");
        Assert.Contains("https://example.org/kernel/blob/HEAD/analyzers/docs/", ReadPacked(home, Rules), StringComparison.Ordinal);
        Assert.Contains("url=\"https://example.org/kernel\"", ReadPacked(home, "Kernel.Memory.Analyzers.nuspec"), StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_nothing_about_the_machine_that_packed_it()
    {
        Assert.DoesNotContain(PackedFiles(), name => name.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase));
        Assert.All(PackedFiles(), name =>
        {
            string content = ReadPacked(consumer.Package, name);
            Assert.DoesNotContain(Repository.Root, content, StringComparison.Ordinal);
            Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + '/', content, StringComparison.Ordinal);
        });
    }

    private IEnumerable<string> PackedFiles()
    {
        using ZipArchive package = ZipFile.OpenRead(consumer.Package);
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    // Each byte is a character, so that text is found in assemblies too.
    private static string ReadPacked(string package, string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        using StreamReader reader = new(archive.GetEntry(file)!.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private IEnumerable<string> PackedPages() =>
        PackedFiles().Where(name => name.StartsWith("analyzers/docs/KMEM", StringComparison.Ordinal));

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder)).Select(file => Path.GetFileName(file));

    // Each mistake says in a comment which rule it breaks.
    private string[] Seeds() => [.. Marks(Seed()).Select(mark => $"{mark.File}({mark.Line}): {mark.Rule}").Order(StringComparer.Ordinal)];

    private IEnumerable<(string File, int Line, string Rule)> Marks(Regex pattern) =>
        from file in Directory.EnumerateFiles(consumer.Project, "*.cs").Concat(Directory.EnumerateFiles(consumer.Project, "*.txt"))
        from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
        from Match mark in pattern.Matches(line.Text)
        select (Path.GetFileName(file), line.Number, mark.Groups["rule"].Value);

    private static string[] FindingsIn(string output) =>
    [
        .. Finding().Matches(output)
            .Select(match => $"{match.Groups["file"].Value}({match.Groups["line"].Value}): {match.Groups["rule"].Value}")
            .Distinct().Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("(//|#) (?<rule>KMEM[0-9]{3})$")]
    private static partial Regex Seed();

    [GeneratedRegex("not (?<rule>KMEM[0-9]{3})")]
    private static partial Regex LookAlike();

    [GeneratedRegex(@"(?<file>[A-Za-z0-9.-]+)\((?<line>[0-9]+),[0-9]+\): (error|warning) (?<rule>[A-Z]+[0-9]+)\b")]
    private static partial Regex Finding();
}
