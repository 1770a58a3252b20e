using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Where other statements can be put beside one.</summary>
internal static class StatementPlaces
{
    /// <summary>The statement that runs the node exactly once and stands among others; null where no other can be put before it.</summary>
    public static StatementSyntax? Around(SyntaxNode node)
    {
        SyntaxNode? current = node;
        while (current is not (null or StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax))
        {
            current = current.Parent;
        }

        return current is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax or IfStatementSyntax
            && current.Parent is BlockSyntax or GlobalStatementSyntax
            ? (StatementSyntax)current
            : null;
    }

    /// <summary>The node that stands in the list of the statement's neighbours: itself, or at the top of a file what wraps it.</summary>
    public static SyntaxNode Listed(StatementSyntax statement) => statement.Parent is GlobalStatementSyntax global ? global : statement;

    /// <summary>The statements among which this one is.</summary>
    public static IReadOnlyList<StatementSyntax> Neighbours(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        GlobalStatementSyntax { Parent: CompilationUnitSyntax unit } =>
            [.. unit.Members.OfType<GlobalStatementSyntax>().Select(global => global.Statement)],
        _ => [statement],
    };

    /// <summary>The statement beside or around <paramref name="other"/> in the same file that does just what the location is of.</summary>
    public static ExpressionStatementSyntax? Doing(Location location, SyntaxNode other)
    {
        if (location.SourceTree != other.SyntaxTree)
        {
            return null;
        }

        SyntaxNode node = other.SyntaxTree.GetRoot().FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        return node.FirstAncestorOrSelf<StatementSyntax>() is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } statement
            && (node == call || (call.Expression is MemberAccessExpressionSyntax member && member.Expression == node))
            ? statement
            : null;
    }

    /// <summary>Where, in what is before a statement, the comments begin that stand right above it.</summary>
    public static int CommentsOf(SyntaxTriviaList leading)
    {
        bool lineIsEmpty = true;
        int start = 0;
        for (int index = 0; index < leading.Count; index++)
        {
            SyntaxTrivia trivia = leading[index];
            if (trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia) || (lineIsEmpty && trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
            {
                start = index + 1;
                lineIsEmpty = true;
            }
            else if (!trivia.IsKind(SyntaxKind.WhitespaceTrivia))
            {
                lineIsEmpty = trivia.IsKind(SyntaxKind.EndOfLineTrivia);
            }
        }

        return start;
    }

    /// <summary>The type parameters of a method as arguments of a call where they have the same names.</summary>
    public static string TypeArguments(IMethodSymbol method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.TypeParameters.Select(parameter => parameter.Name))}>" : "";

    /// <summary>Whether the type arguments of what is called can be given as type parameters of the same names.</summary>
    public static bool TypeParametersAreInScope(IEnumerable<ITypeParameterSymbol> needed, SemanticModel model, int position) =>
        needed.All(parameter =>
            model.LookupSymbols(position, name: parameter.Name).Any(symbol => symbol is ITypeParameterSymbol));
}
