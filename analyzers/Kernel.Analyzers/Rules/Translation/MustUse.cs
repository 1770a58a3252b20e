using System.Collections.Generic;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>Says which expressions and types carry the contract that their value must be used.</summary>
internal static class MustUse
{
    private const string Discardable = "Discardable";

    /// <summary>The contract on what the expression yields: on the method called, one that it overrides or implements, or the type.</summary>
    public static ContractMark? Of(IOperation expression) =>
        (expression is IInvocationOperation call ? OfMethod(call.TargetMethod) : null)
        ?? (expression.Type is { SpecialType: not SpecialType.System_Void } type ? OfType(type) : null);

    /// <summary>The contract on the type, on a class that it derives from, or on a part of a tuple, nullable or task of it.</summary>
    public static ContractMark? OfType(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (Contract.Find(current, Contract.MustUse) is { } contract)
            {
                return contract;
            }
        }

        if (type is INamedTypeSymbol { IsGenericType: true } named
            && (named.IsTupleType || named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || IsTask(named)))
        {
            foreach (ITypeSymbol part in PartsOf(named))
            {
                if (OfType(part) is { } contract)
                {
                    return contract;
                }
            }
        }

        return null;
    }

    /// <summary>Whether the contract lets the caller drop the value in writing.</summary>
    public static bool IsDiscardable(ContractMark contract) => contract.Named(Discardable) is true;

    private static ContractMark? OfMethod(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
        {
            return null;
        }

        for (IMethodSymbol? current = method; current is not null; current = current.OverriddenMethod)
        {
            if (OnMethod(current) is { } contract)
            {
                return contract;
            }
        }

        foreach (INamedTypeSymbol implemented in method.ContainingType?.AllInterfaces ?? [])
        {
            foreach (ISymbol member in implemented.GetMembers(method.Name))
            {
                if (member is IMethodSymbol declared
                    && OnMethod(declared) is { } contract
                    && SymbolEqualityComparer.Default.Equals(
                        method.ContainingType!.FindImplementationForInterfaceMember(declared)?.OriginalDefinition, method.OriginalDefinition))
                {
                    return contract;
                }
            }
        }

        return null;
    }

    private static ContractMark? OnMethod(IMethodSymbol method) =>
        Contract.Find(method, Contract.MustUse) ?? Contract.FindOnReturn(method, Contract.MustUse);

    private static IEnumerable<ITypeSymbol> PartsOf(INamedTypeSymbol type)
    {
        if (!type.IsTupleType)
        {
            return type.TypeArguments;
        }

        var parts = new List<ITypeSymbol>();
        foreach (IFieldSymbol element in type.TupleElements)
        {
            parts.Add(element.Type);
        }

        return parts;
    }

    private static bool IsTask(INamedTypeSymbol type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };
}
