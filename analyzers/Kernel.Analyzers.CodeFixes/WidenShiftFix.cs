using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the shifts of KMEM205: <c>1 &lt;&lt; 40</c> becomes <c>1UL &lt;&lt; 40</c>, <c>(uint)x &gt;&gt; 32</c> becomes <c>(uint)(x &gt;&gt; 32)</c>.</summary>
/// <remarks>Only where 64 bits are in the text: those that the result becomes, or those that a cast has taken away before the shift.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WidenShiftFix))]
[Shared]
public sealed class WidenShiftFix : DocumentFix
{
    private const int Width = 64;

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM205"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is not BinaryExpressionSyntax shift
            || model.GetConstantValue(shift.Right, cancellation) is not { HasValue: true, Value: int and > 0 and < Width })
        {
            yield break;
        }

        if (shift.IsKind(SyntaxKind.LeftShiftExpression))
        {
            ExpressionSyntax outermost = Expressions.Outside(shift);
            outermost = outermost.Parent as CastExpressionSyntax ?? outermost;
            if (model.GetTypeInfo(outermost, cancellation) is var type
                && (outermost is CastExpressionSyntax ? type.Type : type.ConvertedType) is { } wide && IsWide(wide))
            {
                yield return new Change($"Shift it as '{wide.ToDisplayString()}'", nameof(WidenShiftFix), shift, pass => Widen(shift, outermost, wide, pass));
            }
        }
        else if (Expressions.Inside(shift.Left) is CastExpressionSyntax cast && IsWide(model.GetTypeInfo(cast.Expression, cancellation).Type))
        {
            yield return new Change("Shift before the cast", nameof(WidenShiftFix), shift, pass => pass.Replace(shift, ShiftedFirst));
        }
    }

    private static void Widen(BinaryExpressionSyntax shift, ExpressionSyntax outermost, ITypeSymbol wide, FixPass pass)
    {
        pass.Widen(shift.Left, wide);

        // With zeros: what a sign would fill is shifted out, but looks as if it were meant.
        if (wide.SpecialType == SpecialType.System_UInt64
            && pass.Model.GetTypeInfo(shift.Left).Type?.SpecialType == SpecialType.System_Int32
            && !pass.Model.GetConstantValue(shift.Left).HasValue)
        {
            pass.Cast(shift.Left, pass.Model.Compilation.GetSpecialType(SpecialType.System_UInt32));
        }

        if (outermost is CastExpressionSyntax cast)
        {
            pass.Uncast(cast);
        }
    }

    private static CastExpressionSyntax ShiftedFirst(BinaryExpressionSyntax shift)
    {
        CastExpressionSyntax cast = (CastExpressionSyntax)Expressions.Inside(shift.Left);
        return cast.WithoutTrivia().WithExpression(SyntaxFactory.ParenthesizedExpression(
            shift.WithLeft(cast.Expression.WithTrailingTrivia(shift.Left.GetTrailingTrivia())).WithoutTrivia()));
    }

    private static bool IsWide(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_UInt64 or SpecialType.System_Int64;
}
