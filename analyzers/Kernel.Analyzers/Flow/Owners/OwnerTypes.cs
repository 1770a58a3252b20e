using System.Collections.Concurrent;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>The types whose values only their owner makes.</summary>
internal sealed class OwnerTypes
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    /// <summary>Whether only the type itself makes its values. Interrupt tokens are KMEM401's.</summary>
    public bool IsOwned(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct } named && _known.GetOrAdd(named.OriginalDefinition, Decide);

    /// <summary>Whether the type is such a type, or a pointer to one, an array or a span of them.</summary>
    public bool Mentions(ITypeSymbol? type) => type is { SpecialType: SpecialType.None } && IsOwned(ElementOf(type) ?? type);

    /// <summary>What a pointer points to, an array or a span consists of; null for other types.</summary>
    public static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => pointer.PointedAtType,
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", Arity: 1, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } span =>
            span.TypeArguments[0],
        _ => null,
    };

    /// <summary>Whether code in this symbol may make values of the type: in the type itself, or in the lock whose guard it is.</summary>
    public static bool MayMake(ISymbol? symbol, ITypeSymbol owned)
    {
        bool isGuard = Contract.Has(owned, Contract.LockGuard);
        for (ISymbol? current = symbol; current is not null; current = current.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, owned.OriginalDefinition))
            {
                return true;
            }

            if (isGuard && (Contract.Has(current, Contract.Lock) || (current is IMethodSymbol method && Returns(method, owned) && Acquires(method))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Returns(IMethodSymbol method, ITypeSymbol owned) =>
        SymbolEqualityComparer.Default.Equals(method.ReturnType.OriginalDefinition, owned.OriginalDefinition);

    private static bool Acquires(IMethodSymbol method)
    {
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Has(declaration, Contract.Acquires))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Decide(ITypeSymbol type) =>
        (Contract.Has(type, Contract.OwnerMade) || Contract.Has(type, Contract.LockGuard))
        && !Contract.Has(type, Contract.InterruptToken);
}
