using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the masks of KMEM205: <c>~x</c> becomes <c>~(ulong)x</c>, a complement in the width of what it masks.</summary>
/// <remarks>Only where the complement stands in the mask itself: a constant or a local may be narrow on purpose.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WidenMaskFix))]
[Shared]
public sealed class WidenMaskFix : DocumentFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM205"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is PrefixUnaryExpressionSyntax mask
            && mask.IsKind(SyntaxKind.BitwiseNotExpression)
            && WidthAround(mask, model, cancellation) is { } type)
        {
            yield return new Change(
                $"Take the complement as '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'",
                nameof(WidenMaskFix),
                mask,
                pass => Widen(mask, type, pass));
        }
    }

    private static void Widen(PrefixUnaryExpressionSyntax mask, ITypeSymbol type, FixPass pass)
    {
        pass.Widen(mask.Operand, type);

        // A cast of the mask to the same type has nothing to do any more.
        if (mask.Parent is CastExpressionSyntax cast && SymbolEqualityComparer.Default.Equals(pass.Model.GetTypeInfo(cast).Type, type))
        {
            pass.Replace(cast, static current => current.Expression);
        }
    }

    // What the mask is converted to where it meets the value: by the compiler, or by a cast around it.
    private static ITypeSymbol? WidthAround(ExpressionSyntax mask, SemanticModel model, CancellationToken cancellation)
    {
        ExpressionSyntax outermost = mask;
        while (outermost.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            outermost = (ExpressionSyntax)outermost.Parent;
        }

        return model.GetTypeInfo(outermost, cancellation).ConvertedType;
    }
}
