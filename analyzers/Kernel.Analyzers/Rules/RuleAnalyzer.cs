using System.Collections.Immutable;
using Kernel.Analyzers.Contracts.Vocabularies;
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
        context.RegisterCompilationStartAction(RegisterWithVocabulary);
    }

    /// <summary>Says what is looked at in this compilation; nothing where the compilation has no use for the rule.</summary>
    private protected abstract void Register(CompilationStartAnalysisContext start);

    private void RegisterWithVocabulary(CompilationStartAnalysisContext start)
    {
        if (Vocabulary.Of(start.Compilation, start.Options.AdditionalFiles, start.CancellationToken) is { } vocabulary)
        {
            vocabulary.Around(Register, new VocabularyStart(start, vocabulary));
        }
        else
        {
            Register(start);
        }
    }
}
