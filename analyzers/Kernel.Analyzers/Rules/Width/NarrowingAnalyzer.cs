using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>What the rules about narrowing share: where it happens and whether bits can be lost. They differ in what is narrowed.</summary>
public abstract class NarrowingAnalyzer : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor _rule;

    private protected NarrowingAnalyzer(DiagnosticDescriptor rule)
    {
        _rule = rule;
        SupportedDiagnostics = [rule];
    }

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(Analyze, OperationKind.Conversion, OperationKind.Loop);
    }

    /// <summary>Where the narrowed value became what the rule watches, or null if it did not.</summary>
    private protected abstract IOperation? OriginIn(Narrowing narrowing, int pointerBits);

    private void Analyze(OperationAnalysisContext context)
    {
        if (!Narrowing.IsCandidate(context.Operation))
        {
            return;
        }

        int pointerBits = RuleOptions.PointerBitsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree);
        if (Narrowing.Of(context.Operation, pointerBits) is { } narrowing
            && OriginIn(narrowing, pointerBits) is { } origin
            && narrowing.MayLoseBits(context.ContainingSymbol))
        {
            context.ReportDiagnostic(narrowing.ToDiagnostic(_rule, origin));
        }
    }
}
