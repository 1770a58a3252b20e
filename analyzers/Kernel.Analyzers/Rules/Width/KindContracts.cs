using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>What declarations say about the kind of an address: by their contract, by the type that they belong to, by their name.</summary>
internal static class KindContracts
{
    /// <summary>What is known to be physical by its name: without it, and without a contract, all addresses that are known are virtual.</summary>
    public static readonly ImmutableArray<string> PhysicalWords = ["Cr3"];

    /// <summary>The kind of the addresses that are values of the type.</summary>
    public static AddressKind OfType(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }

        return type is { TypeKind: TypeKind.Struct or TypeKind.Class } && Contract.Find(type, Contract.AddressValue) is { } mark
            ? Said(mark) ?? Named(type.Name)
            : AddressKind.Unknown;
    }

    /// <summary>The kind of the integer in the field or property.</summary>
    public static AddressKind OfMember(ISymbol member)
    {
        if (Contract.Find(member, Contract.AddressValue) is { } mark)
        {
            return Either(Said(mark) ?? Named(member.Name), OfType(member.ContainingType));
        }

        if (MarkedMembers.IsAddress(member))
        {
            return OfType(member.ContainingType);
        }

        return IsRegister(member.Name) ? AddressKind.Physical : AddressKind.Unknown;
    }

    /// <summary>The kind that the parameter takes.</summary>
    public static AddressKind OfParameter(IParameterSymbol parameter)
    {
        if (IntegerWidth.Of(parameter.Type, pointerBits: 64) is not { Bits: >= 32 } || parameter.ContainingSymbol is not IMethodSymbol method)
        {
            return AddressKind.Unknown;
        }

        if (Contract.Find(parameter, Contract.AddressValue) is { } mark)
        {
            AddressKind said = Said(mark) ?? Named(parameter.Name);
            return said != AddressKind.Unknown ? said : Makes(method) ? OfType(method.ContainingType) : OfInstruction(method, parameter);
        }

        // The raw value that an address type is made of: its first integer.
        return parameter.Ordinal == 0 && method.MethodKind is MethodKind.Constructor or MethodKind.Conversion && IsRaw(method, parameter)
            ? OfType(method.ContainingType)
            : OfInstruction(method, parameter);
    }

    /// <summary>The kind of what the method returns.</summary>
    public static AddressKind OfReturn(IMethodSymbol method)
    {
        if (Contract.FindOnReturn(method, Contract.AddressValue) is { } mark)
        {
            return Said(mark) ?? Named(method.Name);
        }

        return method.MethodKind == MethodKind.Conversion && method.Parameters.Length == 1 && IntegerWidth.Of(method.ReturnType, pointerBits: 64) is not null
            ? OfType(method.Parameters[0].Type)
            : AddressKind.Unknown;
    }

    private static AddressKind? Said(ContractMark mark) => mark.First is int and (1 or 2) and var kind ? (AddressKind)kind : null;

    // A name that speaks of both is that of a conversion, and says nothing.
    private static AddressKind Named(string name)
    {
        bool isPhysical = name.IndexOf("phys", StringComparison.OrdinalIgnoreCase) >= 0;
        bool isVirtual = name.IndexOf("virt", StringComparison.OrdinalIgnoreCase) >= 0;
        return isPhysical == isVirtual ? AddressKind.Unknown : isPhysical ? AddressKind.Physical : AddressKind.Virtual;
    }

    private static bool IsRaw(IMethodSymbol method, IParameterSymbol parameter) =>
        method.MethodKind == MethodKind.Constructor
            ? method.Parameters.Length == 1
            : SymbolEqualityComparer.Default.Equals(method.ReturnType, method.ContainingType) && parameter.Type.SpecialType != SpecialType.None;

    private static bool Makes(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Constructor
        || (method.IsStatic && method.Name.StartsWith("TryFrom", StringComparison.Ordinal))
        || (method.IsStatic && SymbolEqualityComparer.Default.Equals(method.ReturnType, method.ContainingType));

    // The instructions that take an address have one name in every kernel.
    private static AddressKind OfInstruction(IMethodSymbol method, IParameterSymbol parameter)
    {
        if (parameter.Ordinal != 0 || method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
        {
            return AddressKind.Unknown;
        }

        string name = method.Name;
        if (Words.Has(name, "Invlpg") || Words.Has(name, "InvalidatePage") || Words.Has(name, "InvalidateTlb") || Words.Has(name, "FlushTlbEntry") || Words.Has(name, "FlushTlbPage"))
        {
            return AddressKind.Virtual;
        }

        return Words.Has(name, "Cr3") && (Words.Has(name, "Write") || Words.Has(name, "Load") || Words.Has(name, "Set")) ? AddressKind.Physical : AddressKind.Unknown;
    }

    private static bool IsRegister(string name) => string.Equals(name, "Cr3", StringComparison.OrdinalIgnoreCase);

    private static AddressKind Either(AddressKind first, AddressKind second) => first != AddressKind.Unknown ? first : second;
}
