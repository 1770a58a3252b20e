using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Which types are addresses, and which ones an address may not be read as.</summary>
internal static class AddressTypes
{
    private const int MaximumDepth = 4;

    /// <summary>Whether the type is an address by its contract, or by its name.</summary>
    public static bool IsDeclared(ITypeSymbol? type) => type is not null && (Contract.Has(type, Contract.AddressValue) || AddressNames.IsAddress(type));

    /// <summary>Whether anything in the compilation may be an address by contract or by name.</summary>
    public static bool MayBeIn(Compilation compilation, CancellationToken cancellation) =>
        ContractUse.IsPossible(compilation, cancellation, Contract.AddressValue) || AddressNames.MayBeDeclared(compilation, cancellation);

    /// <summary>Whether the type is marked as an address, or is a struct around nothing but one.</summary>
    public static bool IsAddress(ITypeSymbol? type, int depth = 0)
    {
        if (type is not { TypeKind: TypeKind.Struct } || depth > MaximumDepth)
        {
            return false;
        }

        if (IsDeclared(type))
        {
            return true;
        }

        if (type.SpecialType != SpecialType.None || type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
        {
            return false;
        }

        IFieldSymbol? only = null;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, IsConst: false } field)
            {
                if (only is not null)
                {
                    return false;
                }

                only = field;
            }
        }

        return only is { IsFixedSizeBuffer: false, RefKind: RefKind.None } && IsAddress(only.Type, depth + 1);
    }

    /// <summary>Whether bits of one type are taken for another although one of the two is an address: raw bytes aside, which are storage.</summary>
    /// <param name="from">What the bits were; null if nobody knows.</param>
    /// <param name="to">What they are read as.</param>
    /// <param name="within">The type in whose members this stands: an address type may look at its own bits.</param>
    public static bool IsReinterpreted(ITypeSymbol? from, ITypeSymbol? to, INamedTypeSymbol? within)
    {
        if (from is null || to is null || SymbolEqualityComparer.Default.Equals(from, to) || !IsValue(from) || !IsValue(to))
        {
            return false;
        }

        return (IsAddress(from) && !IsOwn(from, to, within)) || (IsAddress(to) && !IsOwn(to, from, within));
    }

    /// <summary>Whether the type is bytes, or nothing in particular: storage, in which anything may lie.</summary>
    public static bool IsStorage(ITypeSymbol? type) =>
        type is null or { SpecialType: SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Void };

    private static bool IsValue(ITypeSymbol type) =>
        !IsStorage(type)
        && (type is IPointerTypeSymbol or IFunctionPointerTypeSymbol || type.TypeKind is TypeKind.Struct or TypeKind.Enum)
        && type.SpecialType is not (SpecialType.System_Boolean or SpecialType.System_Char);

    private static bool IsOwn(ITypeSymbol address, ITypeSymbol raw, INamedTypeSymbol? within) =>
        SymbolEqualityComparer.Default.Equals(address.OriginalDefinition, within?.OriginalDefinition)
        && (IntegerWidth.Of(raw, pointerBits: 64) is not null || SymbolEqualityComparer.Default.Equals(address.OriginalDefinition, raw.OriginalDefinition));
}
