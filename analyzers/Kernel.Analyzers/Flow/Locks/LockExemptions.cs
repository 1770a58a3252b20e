using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Where guarded state may be touched without its lock: nobody else can reach it, or a guard stands between.</summary>
internal sealed class LockExemptions(ISymbol? owner)
{
    /// <summary>Whether nothing else can reach what the member works on, so that it needs no lock at all.</summary>
    public bool IsExclusive { get; } = Contract.Has(owner, Contract.ExclusiveAccess)
        || Contract.Has((owner as IMethodSymbol)?.AssociatedSymbol, Contract.ExclusiveAccess);

    /// <summary>Whether the object at this place needs that lock here no longer, or not yet.</summary>
    /// <remarks>Whoever takes the lock at the end of an object's life knows of others: what comes after the release needs it, too.</remarks>
    public bool Cover(AccessPath holder, AccessPath needed, LockState state) =>
        Cover(holder, state) && !(IsEnd && !IsExclusive && state.Released.ContainsKey(needed));

    private bool IsEnd => owner is IMethodSymbol { Name: "Dispose" } or IMethodSymbol { MethodKind: MethodKind.Destructor };

    /// <summary>Whether the object at this place needs no lock here.</summary>
    public bool Cover(AccessPath holder, LockState state) =>
        IsExclusive || IsUnderConstruction(holder) || IsOwn(holder, state) || IsBehindGuard(holder, state);

    /// <summary>
    /// Whether the path leads to the same object on every use, whoever else runs: nothing in it but its end can be replaced.
    /// </summary>
    public static bool IsStable(AccessPath path)
    {
        if (path.Root is WeakPlace)
        {
            return false;
        }

        for (int index = 0; index < path.Members.Length - 1; index++)
        {
            bool stable = path.Members[index] switch
            {
                IFieldSymbol field => field.IsReadOnly || field.Type.IsValueType || field.RefKind != RefKind.None,
                IPropertySymbol property => property.SetMethod is null or { IsInitOnly: true } || property.Type.IsValueType,
                _ => false,
            };
            if (!stable)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsUnderConstruction(AccessPath holder) => owner switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.Destructor } => ReferenceEquals(holder.Root, AccessPath.ThisRoot),
        IMethodSymbol { Name: "Dispose" } method when IsDispose(method) => ReferenceEquals(holder.Root, AccessPath.ThisRoot),
        IMethodSymbol { MethodKind: MethodKind.StaticConstructor } method =>
            holder.Root is ITypeSymbol type && SymbolEqualityComparer.Default.Equals(type, method.ContainingType),
        IFieldSymbol or IPropertySymbol => true,
        _ => false,
    };

    /// <summary>The end of an object's life, when nobody else uses it any more: <c>Dispose()</c>, or <c>Dispose(bool)</c> of the usual pattern.</summary>
    private static bool IsDispose(IMethodSymbol method) => method.ReturnsVoid && !LockContracts.IsGuard(method.ContainingType)
        && (method.Parameters.IsEmpty || method.Parameters is [{ Type.SpecialType: SpecialType.System_Boolean }]);

    /// <summary>
    /// A value on this stack, an object that was just made here, an intermediate result whose origin is unknown.
    /// </summary>
    private static bool IsOwn(AccessPath holder, LockState state)
    {
        if (holder.Root is CaptureId)
        {
            return true;
        }

        foreach (ISymbol member in holder.Members)
        {
            if (member is IFieldSymbol { RefKind: not RefKind.None } || TypeOf(member) is not { IsValueType: true })
            {
                return false;
            }
        }

        return holder.Root switch
        {
            ILocalSymbol local => (local.Type.IsValueType && !local.IsRef && !LockContracts.IsGuard(local.Type))
                || state.Fresh.Contains(local),
            IParameterSymbol parameter =>
                parameter is { RefKind: RefKind.None, Type.IsValueType: true } && !LockContracts.IsGuard(parameter.Type)
                    && parameter.ContainingSymbol is IMethodSymbol,
            _ => false,
        };
    }

    /// <summary>Whether the object is reached through a value that holds its lock and has not been disposed.</summary>
    private bool IsBehindGuard(AccessPath holder, LockState state)
    {
        ITypeSymbol? type = holder.Root switch
        {
            ILocalSymbol local => local.Type,
            IParameterSymbol parameter => parameter.Type,
            string => owner?.ContainingType,
            _ => null,
        };
        AccessPath at = new(holder.Root);
        foreach (ISymbol member in holder.Members)
        {
            if (LockContracts.IsGuard(type) && !state.Disposed.ContainsKey(at))
            {
                return true;
            }

            at = at.Then(member);
            type = TypeOf(member);
        }

        return false;
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };
}
