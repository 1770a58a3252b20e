using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Compiles and analyzes solutions.</summary>
internal sealed class SolutionAnalysis(ImmutableArray<DiagnosticAnalyzer> analyzers, CompilerDiagnostics compilerDiagnostics)
{
    /// <summary>What counts of the diagnostics in <paramref name="solution"/>, in order of path, span and ID.</summary>
    public async Task<ImmutableArray<Finding>> FindAsync(Solution solution, CancellationToken cancellationToken)
    {
        ImmutableArray<Finding>.Builder findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (Project project in solution.Projects)
        {
            ImmutableArray<Finding> all = await DiagnoseAsync(project, cancellationToken).ConfigureAwait(false);
            findings.AddRange(all.Where(finding => !finding.Diagnostic.IsSuppressed && Counts(finding.Diagnostic)));
        }

        return
        [
            .. findings
                .OrderBy(finding => finding.Diagnostic.Location.GetLineSpan().Path, StringComparer.Ordinal)
                .ThenBy(finding => finding.Diagnostic.Location.SourceSpan.Start)
                .ThenBy(finding => finding.Diagnostic.Location.SourceSpan.End)
                .ThenBy(finding => finding.Diagnostic.Id, StringComparer.Ordinal),
        ];
    }

    private async Task<ImmutableArray<Finding>> DiagnoseAsync(Project project, CancellationToken cancellationToken)
    {
        Compilation compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Project {project.Name} cannot be compiled.");
        ImmutableArray<Finding> fromCompiler =
            [.. compilation.GetDiagnostics(cancellationToken).Select(diagnostic => new Finding(project.Id, diagnostic, IsLocal: true))];
        if (analyzers.IsEmpty)
        {
            return fromCompiler;
        }

        CompilationWithAnalyzersOptions options = new(
            project.AnalyzerOptions,
            onAnalyzerException: null,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false,
            reportSuppressedDiagnostics: false);
        AnalysisResult result = await compilation.WithAnalyzers(analyzers, options).GetAnalysisResultAsync(cancellationToken).ConfigureAwait(false);
        HashSet<Diagnostic> atTheEnd = [.. result.CompilationDiagnostics.Values.SelectMany(diagnostics => diagnostics)];
        return
        [
            .. fromCompiler,
            .. result.GetAllDiagnostics().Select(diagnostic => new Finding(project.Id, diagnostic, !atTheEnd.Contains(diagnostic))),
        ];
    }

    private bool Counts(Diagnostic diagnostic)
    {
        if (!diagnostic.Descriptor.CustomTags.Contains(WellKnownDiagnosticTags.Compiler))
        {
            return true;
        }

        return compilerDiagnostics switch
        {
            CompilerDiagnostics.None => false,
            CompilerDiagnostics.Errors => diagnostic.Severity >= DiagnosticSeverity.Error,
            CompilerDiagnostics.Warnings => diagnostic.Severity >= DiagnosticSeverity.Warning,
            CompilerDiagnostics.Suggestions => diagnostic.Severity >= DiagnosticSeverity.Info,
            _ => true,
        };
    }
}
