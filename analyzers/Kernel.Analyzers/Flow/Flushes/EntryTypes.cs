using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Knows structs that are page-table entries by what they have, where their name says only that they are entries of something.</summary>
internal static class EntryTypes
{
    private static readonly ImmutableArray<string> s_names = ["entry", "pte", "pde", "pml4e", "pdpte", "pagedescriptor", "tabledescriptor", "blockdescriptor"];

    private static readonly ImmutableArray<string> s_rights = ["write", "execute", "user", "readonly", "nx", "accessed", "dirty"];

    /// <summary>
    /// Whether the struct has a member that says that it is present, one for the address, and one for a right that a mapping gives;
    /// whether the enumeration has the present bit and the bits of the address.
    /// </summary>
    public static bool HasShape(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum)
        {
            return IsWholeEnumeration(type);
        }

        if (type.TypeKind != TypeKind.Struct || !EndsInAny(type.Name) || TableNames.IsOther(type.Name))
        {
            return false;
        }

        bool present = false;
        bool address = false;
        bool right = Words.Has(type.Name, "page");
        foreach (ISymbol member in type.GetMembers())
        {
            if (!member.IsImplicitlyDeclared && member is IPropertySymbol or IFieldSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary })
            {
                present |= TranslationNames.SaysPresent(member.Name);
                address |= TableNames.IsAddress(member.Name);
                right |= Words.HasAny(member.Name, s_rights);
            }
        }

        return present && address && right;
    }

    // An enumeration that has the bits of the address beside the one for presence is not of rights, but of whole entries.
    private static bool IsWholeEnumeration(INamedTypeSymbol type)
    {
        if (!TranslationNames.CanHoldEntry(type.EnumUnderlyingType))
        {
            return false;
        }

        bool present = false;
        bool address = false;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true, ConstantValue: var constant } && EntryPlaces.BitsOf(constant) is { } bits)
            {
                present |= bits == 1 && TranslationNames.SaysPresent(member.Name);
                address |= TableValues.IsAddressMask(bits) && TableNames.IsAddress(member.Name);
            }
        }

        return present && address;
    }

    /// <summary>Whether a member that answers yes or no does so by the lowest bit of its entry, whatever its name.</summary>
    public static bool TestsPresentBit(ISymbol member)
    {
        ITypeSymbol? type = member switch { IPropertySymbol property => property.Type, IMethodSymbol method => method.ReturnType, _ => null };
        if (type?.SpecialType != SpecialType.System_Boolean || !TranslationNames.IsEntry(member.ContainingType))
        {
            return false;
        }

        foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
        {
            foreach (SyntaxNode node in reference.GetSyntax().DescendantNodes())
            {
                if (node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseAndExpression,
                        Right: LiteralExpressionSyntax { Token.Value: 1 or 1u or 1L or 1ul }, Parent: ParenthesizedExpressionSyntax { Parent: BinaryExpressionSyntax test } }
                    && test.IsKind(SyntaxKind.NotEqualsExpression) && test.Parent is ArrowExpressionClauseSyntax or ReturnStatementSyntax)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool EndsInAny(string name)
    {
        foreach (string word in s_names)
        {
            if (Words.EndsInWord(name.TrimEnd('T', 't', '_', '6', '4', '3', '2'), word) || Words.EndsInWord(name, word))
            {
                return true;
            }
        }

        return false;
    }
}
