using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow;

/// <summary>Knows the methods that do not return.</summary>
internal static class NoReturn
{
    /// <summary>Whether the method is marked as one that does not return, or ends in a loop without a condition.</summary>
    public static bool IsSaidOf(IMethodSymbol method)
    {
        if (ControlTransfer.DoesNotReturn(method))
        {
            return true;
        }

        if (!method.ReturnsVoid || method.IsVirtual || method.IsOverride || method.IsAbstract)
        {
            return false;
        }

        foreach (SyntaxReference reference in method.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is MethodDeclarationSyntax { Body.Statements: [.., var last] } && IsEndless(last))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of the parameter for which the method does not return; null if there is none.</summary>
    public static bool? StopsWhere(IParameterSymbol? parameter)
    {
        if (parameter is { Type.SpecialType: SpecialType.System_Boolean })
        {
            foreach (AttributeData attribute in parameter.OriginalDefinition.GetAttributes())
            {
                if (attribute is { AttributeClass: { Name: "DoesNotReturnIfAttribute", ContainingNamespace.Name: "CodeAnalysis" },
                    ConstructorArguments: [{ Value: bool value }] })
                {
                    return value;
                }
            }
        }

        return null;
    }

    private static bool IsEndless(StatementSyntax statement)
    {
        StatementSyntax? body = statement switch
        {
            WhileStatementSyntax { Condition: LiteralExpressionSyntax condition } loop
                when condition.IsKind(SyntaxKind.TrueLiteralExpression) => loop.Statement,
            ForStatementSyntax { Condition: null } loop => loop.Statement,
            _ => null,
        };
        if (body is null)
        {
            return false;
        }

        foreach (SyntaxNode inside in body.DescendantNodesAndSelf())
        {
            if (inside is BreakStatementSyntax or ReturnStatementSyntax or GotoStatementSyntax)
            {
                return false;
            }
        }

        return true;
    }
}
