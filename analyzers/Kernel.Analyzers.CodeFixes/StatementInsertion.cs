using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Puts a statement before the one that a diagnostic is in.</summary>
internal static class StatementInsertion
{
    /// <summary>The statement of a block that runs the node exactly once; null where no other can be put before it.</summary>
    public static StatementSyntax? Before(SyntaxNode node)
    {
        SyntaxNode? current = node;
        while (current is not (null or StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax))
        {
            current = current.Parent;
        }

        return current is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax
            or IfStatementSyntax
            && current.Parent is BlockSyntax
            ? (StatementSyntax)current
            : null;
    }

    /// <summary>Puts <paramref name="text"/> before the statement.</summary>
    public static void Insert(SyntaxEditor editor, StatementSyntax statement, string text) =>
        editor.InsertBefore(statement, SyntaxFactory
            .ParseStatement(text)
            .WithTrailingTrivia(LineEndOf(statement))
            .WithAdditionalAnnotations(Formatter.Annotation));

    private static SyntaxTrivia LineEndOf(SyntaxNode node)
    {
        foreach (SyntaxTrivia trivia in node.SyntaxTree.GetRoot().DescendantTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
            {
                return SyntaxFactory.EndOfLine(trivia.ToString());
            }
        }

        return SyntaxFactory.LineFeed;
    }

    /// <summary>Whether the type arguments of what is called can be given as type parameters of the same names.</summary>
    public static bool TypeParametersAreInScope(IEnumerable<ITypeParameterSymbol> needed, SemanticModel model, int position) =>
        needed.All(parameter =>
            model.LookupSymbols(position, name: parameter.Name).Any(symbol => symbol is ITypeParameterSymbol));
}
