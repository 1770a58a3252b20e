using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic and the project that it was found in.</summary>
internal readonly record struct Finding(ProjectId Project, Diagnostic Diagnostic);

/// <summary>Compiles and analyzes solutions.</summary>
internal sealed class SolutionAnalysis(ImmutableArray<DiagnosticAnalyzer> analyzers, CompilerDiagnostics compilerDiagnostics)
{
    /// <summary>What counts of the diagnostics in <paramref name="solution"/>, in order of path, span and ID.</summary>
    public async Task<ImmutableArray<Finding>> FindAsync(Solution solution, CancellationToken cancellationToken)
    {
        ImmutableArray<Finding>.Builder findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (Project project in solution.Projects)
        {
            foreach (Diagnostic diagnostic in await DiagnoseAsync(project, cancellationToken).ConfigureAwait(false))
            {
                if (!diagnostic.IsSuppressed && Counts(diagnostic))
                {
                    findings.Add(new Finding(project.Id, diagnostic));
                }
            }
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

    private async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Project project, CancellationToken cancellationToken)
    {
        Compilation compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Project {project.Name} cannot be compiled.");
        if (analyzers.IsEmpty)
        {
            return compilation.GetDiagnostics(cancellationToken);
        }

        CompilationWithAnalyzersOptions options = new(
            project.AnalyzerOptions,
            onAnalyzerException: null,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false,
            reportSuppressedDiagnostics: false);
        return await compilation.WithAnalyzers(analyzers, options).GetAllDiagnosticsAsync(cancellationToken).ConfigureAwait(false);
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
