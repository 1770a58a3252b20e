using Kernel.Analyzers.Contracts.Vocabularies;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Configuration;

/// <summary>KMEM002: a line of a contract vocabulary that means nothing, so that a contract is not in force that someone believes is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class VocabularyAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM002",
        RuleCategory.Configuration,
        "A contract vocabulary is not understood",
        "'{0}' is not understood: {1}");

    public VocabularyAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (CompilationScope.Vocabulary is { Problems.IsEmpty: false } vocabulary)
        {
            start.RegisterAdditionalFileAction(context => Report(context, vocabulary));
        }
    }

    private static void Report(AdditionalFileAnalysisContext context, Vocabulary vocabulary)
    {
        foreach (VocabularyProblem problem in vocabulary.Problems)
        {
            if (problem.File == context.AdditionalFile)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rule, problem.Place, problem.Text, problem.Reason));
            }
        }
    }
}
