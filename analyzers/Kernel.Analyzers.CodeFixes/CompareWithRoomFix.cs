using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>
/// Fixes KMEM208 in a comparison: <c>start + size &lt;= limit</c> becomes <c>start &lt;= limit &amp;&amp; size &lt;= limit - start</c>, which says
/// the same of every sum, also of one that wraps.
/// </summary>
/// <remarks>
/// Only for numbers without a sign that have one type and are read without effect. Where the first of the two comparisons stands beside
/// it already, only the second is written.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CompareWithRoomFix))]
[Shared]
public sealed class CompareWithRoomFix : DocumentFix
{
    private const string Title = "Compare the size with the room above the start";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM208"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is BinaryExpressionSyntax sum
            && Expressions.Outside(sum) is { Parent: BinaryExpressionSyntax comparison } side
            && comparison.Kind() is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression
                or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression)
        {
            ExpressionSyntax limit = Expressions.Inside(comparison.Left == side ? comparison.Right : comparison.Left);
            ExpressionSyntax[] operands = [sum.Left, sum.Right, limit];
            if (operands.All(operand => IsRead(operand, model)) && AreAlike(operands, model, cancellation))
            {
                ExpressionSyntax replacement = Replacement(comparison, sum, limit, sumIsLeft: comparison.Left == side);
                yield return new Change(Title, Title, comparison, pass => pass.Replace(comparison, _ => replacement));
            }
        }
    }

    private static ExpressionSyntax Replacement(BinaryExpressionSyntax comparison, BinaryExpressionSyntax sum, ExpressionSyntax limit, bool sumIsLeft)
    {
        string order = comparison.OperatorToken.Text;
        bool isWithin = sumIsLeft == (order[0] == '<');
        string room = $"{limit.WithoutTrivia()} - {sum.Left.WithoutTrivia()}";
        string size = sum.Right.WithoutTrivia().ToString();
        string second = sumIsLeft ? $"{size} {order} {room}" : $"{room} {order} {size}";
        string first = isWithin ? $"{sum.Left.WithoutTrivia()} <= {limit.WithoutTrivia()} && " : $"{sum.Left.WithoutTrivia()} > {limit.WithoutTrivia()} || ";
        ExpressionSyntax both = SyntaxFactory.ParseExpression(IsKnown(comparison, sum.Left, limit, isWithin) ? second : first + second);
        return SyntaxFactory.ParenthesizedExpression(both).WithAdditionalAnnotations(Simplifier.Annotation);
    }

    // `limit >= start && limit < start + size`: the first says what the second needs; `start > limit || …` leaves where it does not hold.
    private static bool IsKnown(ExpressionSyntax comparison, ExpressionSyntax start, ExpressionSyntax limit, bool isWithin)
    {
        for (SyntaxNode current = comparison; current.Parent is BinaryExpressionSyntax or ParenthesizedExpressionSyntax; current = current.Parent)
        {
            if (current.Parent is BinaryExpressionSyntax around && around.Right == current
                && ((around.IsKind(SyntaxKind.LogicalAndExpression) && Says(around.Left, start, limit, SyntaxKind.LogicalAndExpression, "<="))
                    || (around.IsKind(SyntaxKind.LogicalOrExpression) && !isWithin && Says(around.Left, start, limit, SyntaxKind.LogicalOrExpression, ">"))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Says(ExpressionSyntax condition, ExpressionSyntax start, ExpressionSyntax limit, SyntaxKind joined, string order)
    {
        string mirrored = order == "<=" ? ">=" : "<";
        return Expressions.Inside(condition) is BinaryExpressionSyntax part
            && (part.IsKind(joined)
                ? Says(part.Left, start, limit, joined, order) || Says(part.Right, start, limit, joined, order)
                : (part.OperatorToken.Text == order && Same(part.Left, start) && Same(part.Right, limit))
                    || (part.OperatorToken.Text == mirrored && Same(part.Left, limit) && Same(part.Right, start)));
    }

    private static bool Same(ExpressionSyntax one, ExpressionSyntax other) => SyntaxFactory.AreEquivalent(Expressions.Inside(one), other);

    private static bool AreAlike(IEnumerable<ExpressionSyntax> operands, SemanticModel model, CancellationToken cancellation)
    {
        SpecialType[] types = [.. operands.Select(operand => model.GetTypeInfo(operand, cancellation).Type?.SpecialType ?? SpecialType.None).Distinct()];
        return types.Length == 1 && types[0] is SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_UIntPtr;
    }

    // What is read twice has to be the same both times, as far as this method can see.
    private static bool IsRead(ExpressionSyntax expression, SemanticModel model) => expression switch
    {
        MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression } member => IsRead(member.Expression, model),
        ThisExpressionSyntax => true,
        IdentifierNameSyntax name => model.GetSymbolInfo(name).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol
            or INamespaceOrTypeSymbol,
        _ => false,
    };
}
