using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Values;

/// <summary>
/// The field that a property only returns: in <c>Value => _value</c> and <c>Value { get => _value; }</c>, and the one that the compiler
/// makes for <c>Value { get; }</c> and for what a record is made of.
/// </summary>
internal static class FieldBehind
{
    /// <summary>The field; null where the property computes what it returns, or where its source is not there to be read.</summary>
    public static IFieldSymbol? Of(IPropertySymbol property)
    {
        foreach (ISymbol member in property.OriginalDefinition.ContainingType.GetMembers(BackingFieldOf(property.Name)))
        {
            return member as IFieldSymbol;
        }

        foreach (SyntaxReference reference in property.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is PropertyDeclarationSyntax declaration
                && (declaration.ExpressionBody ?? GetterBody(declaration)) is { Expression: IdentifierNameSyntax name })
            {
                foreach (ISymbol member in property.OriginalDefinition.ContainingType.GetMembers(name.Identifier.ValueText))
                {
                    if (member is IFieldSymbol { IsStatic: false } field)
                    {
                        return field;
                    }
                }
            }
        }

        return null;
    }

    private static string BackingFieldOf(string property) => "<" + property + ">k__BackingField";

    private static ArrowExpressionClauseSyntax? GetterBody(PropertyDeclarationSyntax declaration)
    {
        foreach (AccessorDeclarationSyntax accessor in declaration.AccessorList?.Accessors ?? [])
        {
            if (accessor.Keyword.ValueText == "get")
            {
                return accessor.ExpressionBody;
            }
        }

        return null;
    }
}
