using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Steps over the built-in conversions and the parentheses around a value, which change its type and not what it is.</summary>
internal static class Conversions
{
    /// <summary>The value below conversions and parentheses.</summary>
    public static IOperation Innermost(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>The value with the conversions and parentheses around it.</summary>
    public static IOperation Outermost(this IOperation operation)
    {
        while (operation.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            operation = operation.Parent;
        }

        return operation;
    }

    /// <summary>Whether the conversion fails rather than lose anything. The compiler does not say so of that of a pointer, though it is so.</summary>
    public static bool IsCheckedInText(this IConversionOperation conversion)
    {
        if (conversion.IsChecked)
        {
            return true;
        }

        if (conversion.Operand.Type is not IPointerTypeSymbol)
        {
            return false;
        }

        for (SyntaxNode? node = conversion.Syntax; node is not null; node = node.Parent)
        {
            if (node is CheckedExpressionSyntax or CheckedStatementSyntax)
            {
                return node.Kind() is SyntaxKind.CheckedExpression or SyntaxKind.CheckedStatement;
            }
        }

        return conversion.SemanticModel?.Compilation.Options is CSharpCompilationOptions { CheckOverflow: true };
    }
}
