using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>Where a method's contracts can stand.</summary>
internal static class InheritedContracts
{
    /// <summary>The method, what it overrides, and the interface members that it implements.</summary>
    public static IEnumerable<IMethodSymbol> DeclarationsOf(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        yield return method;
        foreach (IMethodSymbol inherited in InheritedBy(method))
        {
            yield return inherited;
        }
    }

    /// <summary>What the method overrides, and the interface members that it implements.</summary>
    public static IEnumerable<IMethodSymbol> InheritedBy(IMethodSymbol method)
    {
        for (IMethodSymbol current = method; current.OverriddenMethod is { } overridden; current = overridden)
        {
            yield return overridden.OriginalDefinition;
        }

        if (method.ContainingType is not { TypeKind: not TypeKind.Interface } type)
        {
            yield break;
        }

        foreach (IMethodSymbol declared in method.ExplicitInterfaceImplementations)
        {
            yield return declared.OriginalDefinition;
        }

        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            // Any other implementation has the name of what it implements.
            foreach (ISymbol member in contract.GetMembers(method.Name))
            {
                if (member is IMethodSymbol declared
                    && type.FindImplementationForInterfaceMember(declared) is { } implementation
                    && SymbolEqualityComparer.Default.Equals(implementation.OriginalDefinition, method.OriginalDefinition))
                {
                    yield return declared.OriginalDefinition;
                }
            }
        }
    }
}
