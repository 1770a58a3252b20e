using System.Collections.Immutable;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules;

/// <summary>What every analyzer has in common: it runs beside others, and generated code is judged like any other.</summary>
public abstract class RuleAnalyzer : DiagnosticAnalyzer
{
    private protected RuleAnalyzer(ImmutableArray<DiagnosticDescriptor> rules) => SupportedDiagnostics = rules;

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(RegisterInScope);
    }

    /// <summary>Says what is looked at in this compilation; nothing where the compilation has no use for the rule.</summary>
    private protected abstract void Register(CompilationStartAnalysisContext start);

    private void RegisterInScope(CompilationStartAnalysisContext start)
    {
        var scope = new CompilationScope(start.Compilation, start.Options.AdditionalFiles, start.CancellationToken);
        scope.Around(Register, new ScopedStart(start, scope));
    }
}
