using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.RuleIndex;
using Kernel.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>What holds for every rule, whatever it reports.</summary>
[Trait("Compiler", "Any")]
public class EveryRuleTests
{
    /// <summary>Code in which every rule has something to look at.</summary>
    private const string Sample = """
        using System;
        using Kernel.Contracts;

        [MustUse] ref struct Flush { public void Now() { } }
        [MustUse] enum Error { None, Full }
        [AddressValue] struct Address { private ulong _value; [AddressValue] public ulong Value => _value; }
        [Lock] struct Spin { [Acquires] public Guard Acquire(Token token) => default; }
        [LockGuard] ref struct Guard { public void Dispose() { } }
        [InterruptToken] ref struct Token { }
        [OwnerMade] struct TableFrame { public static TableFrame Make([Zeroes] ulong frame) => default; }

        static unsafe class Kernel
        {
            private static Spin _lock;
            [GuardedBy(nameof(_lock))] private static ulong _root;
            static int s_number = Environment.TickCount;
            static Kernel() { throw new Exception($"{s_number}"); }

            [return: Dirty] static ulong Take([Dirty] out ulong frame) { frame = 0; return 0; }
            static void Link(int index, [RequiresZeroed] ulong frame) { }
            [RequiresLock(nameof(_lock))] static Flush Map(Address address) { _root = address.Value; return default; }

            static ulong Raw(Address address) => *(ulong*)&address + uint.CreateTruncating(address.Value);

            static void Load([AddressValue(AddressKind.Physical)] ulong root) => _root = *(ulong*)root;

            [CheckedNarrowing] static uint Narrow(ulong value) { uint low = (uint)value; return low == value ? low : 0; }

            static uint Work(byte* pointer, Address address, ulong[] frames, object any)
            {
                Token token = default;
                using (Guard guard = _lock.Acquire(token))
                {
                    Map(address);
                    _ = Map(address);
                    Flush flush = Map(address);
                    var (first, _) = (new object(), Error.Full);
                }

                ulong frame = Take(out ulong other);
                foreach (uint low in frames) { Link(5, low); }
                for (nuint i = 0; i < 5 && (uint)i != i; i++) { frame += (ulong)pointer >> 12; }
                if (address.Value > uint.MaxValue || (address.Value & 0xFFF) != 0) return 5;
                switch (frame) { case > 5: return (uint)frame; default: break; }
                try { Link(1, frame); } catch (Exception e) when (e is not null) { throw; } finally { _root = 0; }
                Func<uint> later = () => unchecked((uint)(ulong)pointer);
                return any is int number ? (uint)(nint)pointer : checked((uint)frame) + (uint)(frame >> 32);
            }
        }
        """;

    private static readonly string[] PageHeadings =
    [
        "Where it happened", "Bad code", "Good code", "What it proves", "What it relies on", "What it cannot see", "The fix",
        "Options and suppression",
    ];

    public static TheoryData<string> AnalyzerNames => [.. RuleCatalogue.Analyzers().Select(analyzer => analyzer.GetType().Name)];

    public static TheoryData<string> ProfileNames => [.. PackageProfiles.Names];

    public static TheoryData<string> RuleIds => [.. RuleCatalogue.Rules().Select(rule => rule.Id)];

    [Theory, MemberData(nameof(AnalyzerNames))]
    public void It_lets_its_actions_run_concurrently(string analyzer) =>
        Assert.True(AnalyzerConfiguration.Of(Analyzer(analyzer)).RunsConcurrently);

    [Theory, MemberData(nameof(AnalyzerNames))]
    public void It_looks_at_generated_code_too(string analyzer) =>
        Assert.Equal(
            GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics,
            AnalyzerConfiguration.Of(Analyzer(analyzer)).GeneratedCode);

    [Theory, MemberData(nameof(AnalyzerNames))]
    public async Task It_survives_code_in_which_any_line_is_missing(string analyzer)
    {
        string[] lines = Sample.Split('\n');
        for (int missing = 0; missing < lines.Length; missing++)
        {
            await AnalyzeAsync(Analyzer(analyzer), string.Join('\n', lines.Where((_, index) => index != missing)));
        }
    }

    [Fact]
    public async Task All_analyzers_agree_with_themselves_when_they_run_together_on_many_files()
    {
        string[] files = [.. Enumerable.Range(0, 16).Select(number => Sample.Replace("Kernel\n", $"Kernel{number}\n", StringComparison.Ordinal)
            .Replace("static Kernel()", $"static Kernel{number}()", StringComparison.Ordinal)
            .Insert(Sample.IndexOf("[MustUse]", StringComparison.Ordinal), $"namespace N{number};\n"))];
        ImmutableArray<Diagnostic> one = await AnalyzeAsync([.. RuleCatalogue.Analyzers()], files[0]);
        ImmutableArray<Diagnostic> all = await AnalyzeAsync([.. RuleCatalogue.Analyzers()], files);

        Assert.NotEmpty(one);
        Assert.Equal(one.Length * files.Length, all.Length);
    }

    [Theory, MemberData(nameof(RuleIds))]
    public void It_is_an_error_with_a_link_to_its_page(string id)
    {
        DiagnosticDescriptor rule = Rule(id);
        Assert.Equal(id == RuleCatalogue.Unproven ? "Disabled" : "Error", RuleCatalogue.SeverityOf(rule));
        Assert.Equal($"analyzers/docs/{id}.md", rule.HelpLinkUri);
        Assert.StartsWith("Kernel.", rule.Category, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(RuleIds))]
    public void It_has_a_page_that_answers_every_question(string id)
    {
        string page = File.ReadAllText(Path.Combine(RuleCatalogue.PagesFolder, id + ".md"));
        Assert.StartsWith($"# {id}: {Rule(id).Title}\n\n", page, StringComparison.Ordinal);
        foreach (string heading in PageHeadings)
        {
            Assert.Contains($"\n## {heading}\n", page, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(RuleIds))]
    public void It_is_in_the_table_of_unreleased_rules(string id) =>
        Assert.Contains(
            $"\n{id} | {Rule(id).Category} | {RuleCatalogue.SeverityOf(Rule(id))} | {Rule(id).Title}",
            File.ReadAllText(RuleCatalogue.UnshippedPath),
            StringComparison.Ordinal);

    [Theory, MemberData(nameof(RuleIds))]
    public void It_is_an_error_in_this_repository(string id) => Assert.Contains(
        $"\ndotnet_diagnostic.{id}.severity = error\n", File.ReadAllText(RuleCatalogue.EditorConfigPath), StringComparison.Ordinal);

    [Fact]
    public void No_two_analyzers_share_an_id()
    {
        string[] ids = [.. RuleCatalogue.Analyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics.Select(rule => rule.Id).Distinct())
            .Where(id => id != RuleCatalogue.Unproven)];
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void The_index_of_the_pages_says_what_the_rules_say()
    {
        if (Environment.GetEnvironmentVariable("REWRITE_RULE_INDEX") == "1")
        {
            File.WriteAllText(RuleCatalogue.IndexPath, RuleCatalogue.Index());
        }

        Assert.Equal(RuleCatalogue.Index(), File.ReadAllText(RuleCatalogue.IndexPath));
    }

    [Theory, MemberData(nameof(ProfileNames))]
    public void Each_profile_of_the_package_says_what_the_rules_say(string profile)
    {
        if (Environment.GetEnvironmentVariable("REWRITE_RULE_INDEX") == "1")
        {
            File.WriteAllText(PackageProfiles.PathOf(profile), PackageProfiles.TextOf(profile));
        }

        Assert.Equal(PackageProfiles.TextOf(profile), File.ReadAllText(PackageProfiles.PathOf(profile)));
    }

    private static DiagnosticAnalyzer Analyzer(string name) =>
        RuleCatalogue.Analyzers().Single(analyzer => analyzer.GetType().Name == name);

    private static DiagnosticDescriptor Rule(string id) => RuleCatalogue.Rules().Single(rule => rule.Id == id);

    private static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(DiagnosticAnalyzer analyzer, string source) => AnalyzeAsync([analyzer], source);

    /// <summary>Runs the analyzers on freestanding code, complete or not; an exception in one of them fails the test.</summary>
    private static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(ImmutableArray<DiagnosticAnalyzer> analyzers, params string[] sources)
    {
        ImmutableArray<MetadataReference> framework = await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "TestProject",
            sources.Select((source, number) => CSharpSyntaxTree.ParseText(source, path: $"/{number}.cs")),
            framework.Add(ContractsReference.Instance),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        AnalyzerOptions options = new([], FreestandingOptions.Instance);
        ConcurrentBag<string> failures = [];
        CompilationWithAnalyzers run = compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
            options,
            (exception, analyzer, _) => failures.Add($"{analyzer.GetType().Name} threw on:\n{sources[0]}\n{exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false));
        ImmutableArray<Diagnostic> diagnostics = await run.GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        Assert.Empty(failures);
        return diagnostics;
    }
}
