using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>
/// Knows the stores of a frame that the body has just taken into an entry that it has not looked at. Whoever replaces a page that is there reads
/// the entry first: the old frame would be lost.
/// </summary>
internal sealed class UnreadEntries(SyntaxNode body)
{
    private readonly Dictionary<SyntaxNode, bool> _known = [];

    /// <summary>Whether nothing in the text in front of the store reads the entry, or gives it to somebody.</summary>
    /// <param name="site">What is stored to.</param>
    /// <param name="entry">The name of the entry.</param>
    public bool IsUnread(SyntaxNode site, string entry)
    {
        if (!_known.TryGetValue(site, out bool isUnread))
        {
            _known.Add(site, isUnread = !IsRead(site, entry));
        }

        return isUnread;
    }

    private bool IsRead(SyntaxNode site, string entry)
    {
        string own = EntryText.Of(site);
        foreach (SyntaxNode node in body.DescendantNodes())
        {
            if (node.SpanStart >= site.SpanStart)
            {
                return false;
            }

            if (node is ExpressionSyntax expression && Names(expression, entry, own) && !IsOnlyNamed(expression))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Names(ExpressionSyntax expression, string entry, string own)
    {
        switch (expression)
        {
            case ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression }:
                string text = EntryText.Of(expression);
                return text == entry || text == own;
            case MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression } member:
                return "*" + EntryText.Of(member.Expression) == entry;
            case IdentifierNameSyntax { Identifier.ValueText: var name }:
                // A `ref` local, or a pointer that is given to somebody.
                return name == own || (expression.Parent is ArgumentSyntax && "*" + name == entry);
            default:
                return false;
        }
    }

    // `ref table[i]`, `&table[i]` and `table[i] = …` do not read.
    private static bool IsOnlyNamed(ExpressionSyntax expression) => expression.Parent switch
    {
        RefExpressionSyntax { Parent: EqualsValueClauseSyntax or AssignmentExpressionSyntax } => true,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } => true,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: var left } => left == expression,
        MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: var left } } member => left == member,
        _ => false,
    };
}
