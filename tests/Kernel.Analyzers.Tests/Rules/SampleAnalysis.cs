using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.RuleIndex;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Runs all rules over code that a text shows.</summary>
internal static class SampleAnalysis
{
    /// <summary>What the rules find in sources that have to compile.</summary>
    /// <param name="options">What the <c>.editorconfig</c> above the sources says.</param>
    /// <param name="vocabulary">The contracts of what has none.</param>
    /// <param name="sources">The files.</param>
    public static async Task<ImmutableArray<Diagnostic>> RunAsync(string options, string vocabulary, params (string Path, string Text)[] sources)
    {
        CancellationToken cancellation = CancellationToken.None;
        ImmutableArray<MetadataReference> framework = await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, cancellation);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "TestProject",
            sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, path: source.Path, cancellationToken: cancellation)),
            framework.Add(ContractsReference.Instance),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true).WithSpecificDiagnosticOptions(
                [new(RuleCatalogue.Unproven, ReportDiagnostic.Warn)]));
        Assert.Empty(compilation.GetDiagnostics(cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        CompilationWithAnalyzers run = compilation.WithAnalyzers(
            [.. RuleCatalogue.Analyzers()], new AnalyzerOptions([new VocabularyText(vocabulary)], new EditorConfigOptions("/.editorconfig", options)));
        ImmutableArray<Diagnostic> found = await run.GetAnalyzerDiagnosticsAsync(cancellation);
        Assert.DoesNotContain(found, finding => finding.Id == "AD0001");
        return found;
    }
}
