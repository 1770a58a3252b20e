using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>
/// Tells a method that returns before it takes a lock, because there is nothing to do, from one that takes the lock only where its
/// caller does not hold it.
/// </summary>
internal static class EarlyReturns
{
    private static readonly ImmutableArray<string> s_words = ["lock", "held", "hold", "own", "nest", "recurs", "depth", "busy", "inside", "enter", "irq", "interrupt"];

    /// <summary>Whether nothing but returns whose conditions do not speak of locks leads past a place of the method.</summary>
    public static bool AloneAvoid(SyntaxNode place, IMethodSymbol method)
    {
        SyntaxNode? body = null;
        for (SyntaxNode? around = place.Parent; around is not null && body is null; around = around.Parent)
        {
            switch (around)
            {
                case BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax:
                    body = around;
                    break;
                case BlockSyntax or ExpressionSyntax and not (AnonymousFunctionExpressionSyntax or ConditionalExpressionSyntax
                    or ConditionalAccessExpressionSyntax or BinaryExpressionSyntax or SwitchExpressionSyntax)
                    or ExpressionStatementSyntax or LocalDeclarationStatementSyntax or VariableDeclarationSyntax or VariableDeclaratorSyntax
                    or EqualsValueClauseSyntax or ArgumentSyntax or ArgumentListSyntax or UsingStatementSyntax or LockStatementSyntax
                    or TryStatementSyntax or ReturnStatementSyntax:
                    break;
                default:
                    return false;
            }
        }

        return body is not null && body.DescendantNodes().TakeWhile(node => node.SpanStart < place.SpanStart)
            .Where(node => node is ReturnStatementSyntax or ThrowStatementSyntax or GotoStatementSyntax && !node.Contains(place))
            .All(exit => exit is not GotoStatementSyntax && IsInnocent(exit, body, method));
    }

    private static bool IsInnocent(SyntaxNode exit, SyntaxNode body, IMethodSymbol method)
    {
        for (SyntaxNode? around = exit.Parent; around is not null && around != body; around = around.Parent)
        {
            if (around is IfStatementSyntax { Condition: var condition })
            {
                if (condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => SpeaksOfLocks(name, method)))
                {
                    return false;
                }
            }
            else if (around is not BlockSyntax)
            {
                return false;
            }
        }

        return true;
    }

    private static bool SpeaksOfLocks(IdentifierNameSyntax name, IMethodSymbol method)
    {
        string text = name.Identifier.ValueText;
        return s_words.Any(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
            || method.Parameters.Any(parameter => parameter.Name == text
                && (parameter.Type.TypeKind == TypeKind.Enum || parameter.Type.SpecialType == SpecialType.System_Boolean));
    }
}
