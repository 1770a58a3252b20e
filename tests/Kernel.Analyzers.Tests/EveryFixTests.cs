using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Kernel.Analyzers.Tests;

/// <summary>Whatever mistake a fix is offered for: what it makes of it compiles, and the mistake is gone.</summary>
public class EveryFixTests
{
    private const int IdLength = 7;

    private static readonly ImmutableArray<CodeFixProvider> Fixes =
    [
        .. typeof(DocumentFix).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract)
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    public static TheoryData<string> RuleTests => [.. RuleTestTypes().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(RuleTests))]
    public async Task What_it_makes_of_a_mistake_compiles_and_the_mistake_is_gone(string testClass)
    {
        IReadOnlyList<IReadOnlyList<string>> tests = await SourceCollection.OfAsync(RuleTestTypes().Single(type => type.Name == testClass));
        ImmutableArray<DiagnosticAnalyzer> analyzers = AnalyzersOf(testClass[..IdLength]);
        ConcurrentBag<string> failures = [];
        await Parallel.ForEachAsync(tests.DistinctBy(sources => string.Join('\0', sources)), async (sources, cancellation) =>
            await TryAsync(sources, analyzers, failures.Add, cancellation));
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<Type> RuleTestTypes() => typeof(EveryFixTests).Assembly.GetTypes()
        .Where(type => type.Name.StartsWith("KMEM", StringComparison.Ordinal) && type.Name.EndsWith("Tests", StringComparison.Ordinal)
            && Fixes.Any(fix => fix.FixableDiagnosticIds.Contains(type.Name[..IdLength])))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static ImmutableArray<DiagnosticAnalyzer> AnalyzersOf(string id) =>
    [
        .. typeof(RuleOptions).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
            .Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => rule.Id == id)),
    ];

    private static async Task TryAsync(
        IReadOnlyList<string> sources, ImmutableArray<DiagnosticAnalyzer> analyzers, Action<string> fail, CancellationToken cancellation)
    {
        using AdhocWorkspace workspace = new();
        Project project = await ProjectOfAsync(workspace, sources, cancellation);
        ImmutableArray<Diagnostic>? found = await MistakesAsync(project, analyzers, cancellation);
        foreach (Diagnostic mistake in found ?? [])
        {
            foreach (CodeFixProvider fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(mistake.Id)))
            {
                if (await FixAsync(project, fix, mistake, cancellation) is { } changed
                    && (await MistakesAsync(changed, analyzers, cancellation) is not { } left || left.Length >= found!.Value.Length))
                {
                    IEnumerable<SourceText> texts = await Task.WhenAll(changed.Documents.Select(document => document.GetTextAsync(cancellation)));
                    fail($"{fix.GetType().Name} on {mistake} leaves\n{string.Join("\n---\n", texts)}");
                }
            }
        }
    }

    private static async Task<Project?> FixAsync(Project project, CodeFixProvider fix, Diagnostic mistake, CancellationToken cancellation)
    {
        if (project.GetDocument(mistake.Location.SourceTree) is not { } document)
        {
            return null;
        }

        CodeAction? action = null;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, mistake, (offered, _) => action ??= offered, cancellation));
        return action is null
            ? null
            : (await action.GetOperationsAsync(cancellation)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id);
    }

    private static async Task<Project> ProjectOfAsync(AdhocWorkspace workspace, IReadOnlyList<string> sources, CancellationToken cancellation)
    {
        ImmutableArray<MetadataReference> framework = await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, cancellation);
        Project project = workspace.AddProject("TestProject", LanguageNames.CSharp)
            .WithParseOptions(new CSharpParseOptions(LanguageVersion.Latest))
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true))
            .WithMetadataReferences(framework.Add(ContractsReference.Instance));
        for (int index = 0; index < sources.Count; index++)
        {
            project = project.AddDocument($"Test{index}.cs", sources[index], filePath: $"/0/Test{index}.cs").Project;
        }

        return project;
    }

    /// <summary>What the analyzers report on code that compiles; null for any other.</summary>
    private static async Task<ImmutableArray<Diagnostic>?> MistakesAsync(
        Project project, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellation)
    {
        Compilation compilation = (await project.GetCompilationAsync(cancellation))!;
        return compilation.GetDiagnostics(cancellation).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            ? null
            : await compilation.WithAnalyzers(analyzers, new AnalyzerOptions([], FreestandingOptions.Instance)).GetAnalyzerDiagnosticsAsync(cancellation);
    }
}
