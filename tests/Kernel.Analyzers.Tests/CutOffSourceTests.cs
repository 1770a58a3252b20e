using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests;

/// <summary>Analyzers run while code is typed: no source that stops in the middle of something may make one throw.</summary>
[Trait("Compiler", "Any")]
public class CutOffSourceTests
{
    // One source in so many characters: short enough to stop in every kind of construct, long enough to be quick.
    private const int Step = 50;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(RuleOptions).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static readonly Lazy<Task<CSharpCompilation>> Empty = new(CreateEmptyAsync);

    public static TheoryData<string> RuleTests => [.. RuleTestTypes().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(RuleTests))]
    public async Task No_analyzer_throws_on_a_source_that_is_cut_off(string testClass)
    {
        IReadOnlyList<IReadOnlyList<string>> tests = await SourceCollection.OfAsync(RuleTestTypes().Single(type => type.Name == testClass));
        Assert.NotEmpty(tests);
        ConcurrentBag<string> failures = [];
        await Parallel.ForEachAsync(tests.SelectMany(CutOff).DistinctBy(sources => string.Join('\0', sources)), async (sources, cancellation) =>
            await AnalyzeAsync(sources, failures.Add, cancellation));
        Assert.Empty(failures);
    }

    [Fact]
    public async Task An_analyzer_that_throws_is_noticed()
    {
        ConcurrentBag<string> failures = [];
        await AnalyzeAsync(["class small { }"], failures.Add, CancellationToken.None, [new Verification.ThrowingAnalyzer()]);
        Assert.Contains("The analyzer stumbled.", Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_source_of_a_test_is_cut_off_while_the_others_stay() => Assert.Equal(
        [[string.Empty, "b"], [new string('a', Step), "b"], [new string('a', Step + 9), string.Empty]],
        CutOff([new string('a', Step + 9), "b"]));

    private static IEnumerable<IReadOnlyList<string>> CutOff(IReadOnlyList<string> sources) =>
        from cut in Enumerable.Range(0, sources.Count)
        from length in Enumerable.Range(0, (sources[cut].Length + Step - 1) / Step)
        select (IReadOnlyList<string>)[.. sources.Select((source, index) => index == cut ? source[..(length * Step)] : source)];

    private static IEnumerable<Type> RuleTestTypes() => typeof(CutOffSourceTests).Assembly.GetTypes()
        .Where(type => type.Name.StartsWith("KMEM", StringComparison.Ordinal) && type.Name.EndsWith("Tests", StringComparison.Ordinal))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static async Task<CSharpCompilation> CreateEmptyAsync()
    {
        ImmutableArray<MetadataReference> framework =
            await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None);
        CSharpCompilation empty = CSharpCompilation.Create(
            "TestProject",
            references: framework.Add(ContractsReference.Instance),
            options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        // The references are resolved here once; every compilation made from this one takes them over.
        _ = empty.GetSpecialType(SpecialType.System_Object);
        return empty;
    }

    private static async Task AnalyzeAsync(
        IReadOnlyList<string> sources, Action<string> fail, CancellationToken cancellation, ImmutableArray<DiagnosticAnalyzer>? analyzers = null)
    {
        CSharpCompilation compilation = (await Empty.Value).AddSyntaxTrees(
            sources.Select((source, index) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"/0/Test{index}.cs", cancellationToken: cancellation)));
        CompilationWithAnalyzersOptions options = new(
            new AnalyzerOptions([], FreestandingOptions.Instance),
            (exception, analyzer, _) => fail($"{analyzer.GetType().Name} threw {exception}\non\n{string.Join("\n---\n", sources)}"),
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        await compilation.WithAnalyzers(analyzers ?? Analyzers, options).GetAnalyzerDiagnosticsAsync(cancellation);
    }
}
