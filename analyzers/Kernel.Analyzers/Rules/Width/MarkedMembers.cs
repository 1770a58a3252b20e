using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Says which integer fields and properties hold an address: by their own mark, their type's, or that of the member they stand for.</summary>
internal static class MarkedMembers
{
    /// <summary>Whether the field or property itself is marked.</summary>
    public static bool IsMarked(ISymbol member) =>
        Contract.Has(member, Contract.AddressValue)
        || (member is IPropertySymbol { GetMethod: { } getter } && Contract.FindOnReturn(getter, Contract.AddressValue) is not null);

    /// <summary>Whether the integer in the field or property is an address.</summary>
    /// <remarks>
    /// A field of a struct that is an address holds the address. A property that only returns a field, and the field that it returns,
    /// are one value: a mark on either counts for both.
    /// </remarks>
    public static bool IsAddress(ISymbol member)
    {
        if (IsMarked(member) || IsRawField(member))
        {
            return true;
        }

        if (member.IsStatic)
        {
            return false;
        }

        return member switch
        {
            IPropertySymbol property => FieldBehind.Of(property) is { } field && (IsMarked(field) || IsRawField(field)),
            IFieldSymbol field => HasMarkedReader(field),
            _ => false,
        };
    }

    private static bool IsRawField(ISymbol member) =>
        member is IFieldSymbol { IsStatic: false, ContainingType.IsValueType: true } && AddressTypes.IsDeclared(member.ContainingType);

    private static bool HasMarkedReader(IFieldSymbol field)
    {
        foreach (ISymbol member in field.OriginalDefinition.ContainingType.GetMembers())
        {
            if (member is IPropertySymbol property
                && IsMarked(property)
                && SymbolEqualityComparer.Default.Equals(FieldBehind.Of(property), field.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }
}
