using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>What the rules about narrowing share: where it happens and whether bits can be lost. They differ in what is narrowed.</summary>
/// <remarks>
/// A file that is compiled for both widths is looked at once for each: what loses bits on one of its targets is reported, once. So a
/// value as wide as a pointer counts as 64 bits where it comes from and as 32 where it goes to, but never loses anything to itself.
/// </remarks>
public abstract class NarrowingAnalyzer : RuleAnalyzer
{
    private protected NarrowingAnalyzer(ImmutableArray<DiagnosticDescriptor> rules)
        : base(rules)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        RegisterConversions(start);
        start.RegisterOperationAction(
            Analyze, OperationKind.Invocation, OperationKind.Loop, OperationKind.Binary, OperationKind.CompoundAssignment);
        start.RegisterSyntaxNodeAction(AnalyzeIndex, SyntaxKind.ElementAccessExpression);
    }

    /// <summary>Looks at conversions alone: not at calls that narrow, at elements of a <c>foreach</c>, and at offsets to pointers.</summary>
    private protected void RegisterConversions(CompilationStartAnalysisContext start) =>
        start.RegisterOperationAction(Analyze, OperationKind.Conversion);

    /// <summary>What the rule has to say about the narrowing, which loses bits on one of the targets; null if it is not its own.</summary>
    private protected abstract Diagnostic? Judge(Narrowing narrowing, ImmutableArray<int> pointerWidths, ISymbol? containing);

    private void Analyze(OperationAnalysisContext context)
    {
        if (!Narrowing.IsCandidate(context.Operation))
        {
            return;
        }

        ImmutableArray<int> widths = RuleOptions.PointerWidthsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree);
        foreach (int pointerBits in widths)
        {
            if (Narrowing.Of(context.Operation, pointerBits) is { } narrowing
                && Judge(narrowing, widths, context.ContainingSymbol) is { } diagnostic
                && !FlowProof.Fits(context, narrowing))
            {
                context.ReportDiagnostic(diagnostic);
                return;
            }
        }
    }

    // The compiler shows `pointer[index]` to no operation action.
    private void AnalyzeIndex(SyntaxNodeAnalysisContext context)
    {
        var access = (ElementAccessExpressionSyntax)context.Node;
        if (access.ArgumentList.Arguments is not [{ Expression: not LiteralExpressionSyntax }]
            || context.SemanticModel.GetTypeInfo(access.Expression, context.CancellationToken).Type is not IPointerTypeSymbol pointer
            || context.SemanticModel.GetOperation(IndexIn(access), context.CancellationToken) is not { } index)
        {
            return;
        }

        ImmutableArray<int> widths = RuleOptions.PointerWidthsOf(context.Options, context.Compilation, context.Node.SyntaxTree);
        foreach (int pointerBits in widths)
        {
            if (Narrowing.OfOffset(index, pointer, pointerBits) is { } narrowing
                && Judge(narrowing, widths, context.ContainingSymbol) is { } diagnostic)
            {
                context.ReportDiagnostic(diagnostic);
                return;
            }
        }
    }

    // Parentheses are no operation.
    private static ExpressionSyntax IndexIn(ElementAccessExpressionSyntax access)
    {
        ExpressionSyntax index = access.ArgumentList.Arguments[0].Expression;
        while (index is ParenthesizedExpressionSyntax parenthesized)
        {
            index = parenthesized.Expression;
        }

        return index;
    }
}
