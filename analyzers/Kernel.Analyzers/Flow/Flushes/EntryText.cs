using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Names entries as the code does. In one body, as long as none of its variables is written, the same text is the same entry.</summary>
internal static class EntryText
{
    /// <summary>The expression without blanks, parentheses around it, conversions and <c>ref</c>.</summary>
    public static string Of(SyntaxNode syntax)
    {
        syntax = Bare(syntax);
        if (syntax is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression, Operand: CastExpressionSyntax or ParenthesizedExpressionSyntax { Expression: CastExpressionSyntax } } followed)
        {
            // `*(ulong*)entry` is `*entry`.
            return "*" + Of(followed.Operand);
        }

        StringBuilder text = new();
        foreach (SyntaxToken token in syntax.DescendantTokens())
        {
            bool joins = text.Length > 0 && IsWord(text[text.Length - 1]) && token.Text.Length > 0 && IsWord(token.Text[0]);
            text.Append(joins ? " " : "").Append(token.Text);
        }

        return text.ToString();
    }

    /// <summary>The expression under parentheses, conversions and <c>ref</c>.</summary>
    public static SyntaxNode Bare(SyntaxNode syntax)
    {
        while (true)
        {
            switch (syntax)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    syntax = parenthesized.Expression;
                    break;
                case CastExpressionSyntax cast:
                    syntax = cast.Expression;
                    break;
                case RefExpressionSyntax reference:
                    syntax = reference.Expression;
                    break;
                case ArgumentSyntax argument:
                    syntax = argument.Expression;
                    break;
                default:
                    return syntax;
            }
        }
    }

    /// <summary>Whether the text has the name as a word. Locals that the compiler makes, as for <c>lock</c>, have none.</summary>
    public static bool Mentions(string text, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return false;
        }

        for (int at = text.IndexOf(name, System.StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(name, at + 1, System.StringComparison.Ordinal))
        {
            int end = at + name!.Length;
            if ((at == 0 || !IsWord(text[at - 1])) && (end == text.Length || !IsWord(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last name by which the expression says what it leads to: <c>pte</c> in <c>*(pte + 1)</c>, <c>Pml4</c> in <c>space.Pml4[0]</c>.</summary>
    public static string LastName(SyntaxNode? syntax)
    {
        while (syntax is not null)
        {
            switch (Bare(syntax))
            {
                case IdentifierNameSyntax identifier:
                    return identifier.Identifier.ValueText;
                case GenericNameSyntax generic:
                    return generic.Identifier.ValueText;
                case MemberAccessExpressionSyntax member:
                    syntax = member.Name;
                    break;
                case ElementAccessExpressionSyntax element:
                    syntax = element.Expression;
                    break;
                case InvocationExpressionSyntax call:
                    syntax = call.Expression;
                    break;
                case BinaryExpressionSyntax binary:
                    syntax = binary.Left;
                    break;
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression or (int)SyntaxKind.AddressOfExpression } unary:
                    syntax = unary.Operand;
                    break;
                default:
                    return "";
            }
        }

        return "";
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';
}
