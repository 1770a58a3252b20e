using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Reads the lock contracts and finds the members that they name.</summary>
public static class LockContracts
{
    /// <summary>The lock that guards a field or property; null if none does or the name leads nowhere.</summary>
    public static ISymbol? GuardOf(ISymbol member) => Named(member, Contract.GuardedBy);

    /// <summary>The locks that must be held when the method is called, by its own contract or an inherited one.</summary>
    public static ImmutableArray<ISymbol> RequiredBy(IMethodSymbol method) => NamedBy(method, Contract.RequiresLock);

    /// <summary>The locks that must not be held when the method is called.</summary>
    public static ImmutableArray<ISymbol> ExcludedBy(IMethodSymbol method) => NamedBy(method, Contract.ExcludesLock);

    /// <summary>Whether the method takes a lock, and which member or parameter is the lock; null for the object itself.</summary>
    public static bool Acquires(IMethodSymbol method, out ISymbol? member)
    {
        if (Names(method, Contract.Acquires, out member))
        {
            return true;
        }

        bool isNamed = LockNames.Acquires(method, out IParameterSymbol? given);
        member = given;
        return isNamed;
    }

    /// <summary>Whether the method releases a lock, and which member or parameter is the lock; null for the object itself.</summary>
    public static bool Releases(IMethodSymbol method, out ISymbol? member)
    {
        if (Names(method, Contract.Releases, out member))
        {
            return true;
        }

        bool isNamed = LockNames.Releases(method, out IParameterSymbol? given);
        member = given;
        return isNamed;
    }

    private static bool Names(IMethodSymbol method, string contract, out ISymbol? named)
    {
        named = null;
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Find(declaration, contract) is { } mark)
            {
                string? name = mark.Text;
                named = name is null ? null : MemberNamed(method.ContainingType, name) ?? ParameterNamed(method, name);
                return name is null || named is not null;
            }
        }

        return false;
    }

    private static IParameterSymbol? ParameterNamed(IMethodSymbol method, string name)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }

    /// <summary>Whether values of the type hold a lock.</summary>
    public static bool IsGuard(ITypeSymbol? type) => type is { SpecialType: SpecialType.None }
        && (Contract.Has(type, Contract.LockGuard) || (type is { Name: "Scope", ContainingType: { Name: "Lock" } outer } && IsThreading(outer)));

    /// <summary>Whether values of the type are locks.</summary>
    public static bool IsLock(ITypeSymbol? type) => Contract.Has(type, Contract.Lock)
        || (type is { Name: "SpinLock" or "Lock" } && IsThreading(type)) || (type is not null && SharedLockNames.IsOfRuntime(type)) || LockNames.IsLock(type);

    /// <summary>Whether it is known how a lock of that type is taken: not for the runtime's semaphores, nor for structs that say nothing.</summary>
    public static bool IsKnown(ITypeSymbol? type) => type is null || IsLock(type) || HasAcquiring(type)
        || !(IsThreading(type) || type is { IsValueType: true, SpecialType: SpecialType.None, TypeKind: TypeKind.Struct });

    /// <summary>Whether the holder of such a lock may take it again: so it says, or any object can be one, as with a monitor.</summary>
    public static bool IsReentrant(ITypeSymbol? type)
    {
        if (Contract.Find(type, Contract.Lock) is not { } mark)
        {
            return !IsLock(type) ? type is not { IsValueType: true } && !HasAcquiring(type)
                : IsThreading(type!) ? type!.Name != "SpinLock" : LockNames.MayBeReentrant(type!);
        }

        return mark.Named("Reentrant") is true;
    }

    private static bool HasAcquiring(ITypeSymbol? type)
    {
        foreach (ISymbol member in type?.OriginalDefinition.GetMembers() ?? [])
        {
            if (Contract.Has(member, Contract.Acquires))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the type lies in <c>System.Threading</c>.</summary>
    public static bool IsThreading(ITypeSymbol type) => type is
    {
        ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } },
    };

    /// <summary>The locks of the method's type that a guard parameter of this type stands for.</summary>
    public static IEnumerable<ISymbol> LocksOf(INamedTypeSymbol type, ITypeSymbol guard)
    {
        HashSet<ISymbol> found = new(SymbolEqualityComparer.Default);
        foreach (ISymbol member in MembersOf(type))
        {
            switch (member)
            {
                case IMethodSymbol method
                    when Acquires(method, out ISymbol? named) && named is not null && Gives(method, guard) && found.Add(named):
                    yield return named;
                    break;
                case IFieldSymbol { AssociatedSymbol: null } field when IsTakenBy(field.Type, guard) && found.Add(field):
                    yield return field;
                    break;
                case IPropertySymbol property
                    when PathResolver.IsStored(property) && IsTakenBy(property.Type, guard) && found.Add(property):
                    yield return property;
                    break;
            }
        }
    }

    private static IEnumerable<ISymbol> MembersOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
        {
            foreach (ISymbol member in current.OriginalDefinition.GetMembers())
            {
                yield return member;
            }
        }
    }

    /// <summary>The field or property of that name in the type or what it derives from.</summary>
    public static ISymbol? MemberNamed(INamedTypeSymbol? type, string name)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (ISymbol member in current.OriginalDefinition.GetMembers(name))
            {
                if (member is IFieldSymbol or IPropertySymbol)
                {
                    return member;
                }
            }
        }

        return null;
    }

    /// <summary>The contracts of this name that stand on the method or its property, without inherited ones.</summary>
    public static IEnumerable<ContractMark> OwnOf(IMethodSymbol method, string contract)
    {
        foreach (ISymbol? symbol in new[] { method, method.AssociatedSymbol })
        {
            if (Contract.Find(symbol, contract) is { } mark)
            {
                yield return mark;
            }
        }
    }

    private static bool IsTakenBy(ITypeSymbol type, ITypeSymbol guard)
    {
        foreach (ISymbol member in type.OriginalDefinition.GetMembers())
        {
            if (member is IMethodSymbol method && Gives(method, guard) && Acquires(method, out ISymbol? named) && named is null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Gives(IMethodSymbol method, ITypeSymbol guard)
    {
        if (SymbolEqualityComparer.Default.Equals(method.ReturnType.OriginalDefinition, guard.OriginalDefinition))
        {
            return true;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind == RefKind.Out
                && SymbolEqualityComparer.Default.Equals(parameter.Type.OriginalDefinition, guard.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<ISymbol> NamedBy(IMethodSymbol method, string contract)
    {
        ImmutableArray<ISymbol>.Builder locks = ImmutableArray.CreateBuilder<ISymbol>();
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            foreach (ContractMark mark in OwnOf(declaration, contract))
            {
                // An interface names the lock; the type that implements it has it.
                if (mark.Text is { } name
                    && (MemberNamed(method.ContainingType, name) ?? MemberNamed(declaration.ContainingType, name)) is { } member
                    && locks.IndexOf(member, 0, locks.Count, SymbolEqualityComparer.Default) < 0)
                {
                    locks.Add(member);
                }
            }
        }

        return locks.ToImmutable();
    }

    private static ISymbol? Named(ISymbol member, string contract) =>
        Contract.Find(member, contract) is { } mark && mark.Text is { } name
            ? MemberNamed(member.ContainingType, name) : null;
}
