using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Locks without contracts: types and methods whose names can mean nothing else.</summary>
internal static class LockNames
{
    private static readonly ImmutableArray<string> s_attempts = ["tryacquire", "trylock", "tryenter"];
    private static readonly ImmutableArray<string> s_acquiring = ["acquire", "lock", "enter", .. s_attempts];
    private static readonly ImmutableArray<string> s_releasing = ["release", "unlock", "exit", "leave"];
    private static readonly ImmutableArray<string> s_interruptSuffixes = ["irqsave", "irqrestore", "irq"];

    /// <summary>The names of methods that may take or release a lock, in small letters and without underscores.</summary>
    public static IEnumerable<string> Uses
    {
        get
        {
            foreach (string stem in s_acquiring.AddRange(s_releasing).AddRange(SharedLockNames.Stems))
            {
                yield return stem;
                foreach (string suffix in s_interruptSuffixes)
                {
                    yield return stem + suffix;
                }
            }
        }
    }

    /// <summary>Whether values of the type are locks by the name of the type, or by its contract, and by a pair of methods.</summary>
    public static bool IsLock(ITypeSymbol? type) => type is INamedTypeSymbol named && IsNamedLock(named) && HasPair(named);

    /// <summary>Whether the type is a lock that could say nothing about who releases it, having no contracts.</summary>
    public static bool IsUnmarked(ITypeSymbol? type) => !Contract.Has(type, Contract.Lock) && IsLock(type);

    /// <summary>Whether the method takes the lock that it is called on, or that it is given first, by its name.</summary>
    /// <param name="method">Any method.</param>
    /// <param name="given">The parameter that is the lock; null for the object itself.</param>
    public static bool Acquires(IMethodSymbol method, out IParameterSymbol? given) => Does(method, IsAcquiring, out given);

    /// <summary>Whether the method releases the lock that it is called on, or that it is given first, by its name.</summary>
    public static bool Releases(IMethodSymbol method, out IParameterSymbol? given) => Does(method, IsReleasing, out given);

    /// <summary>Whether a method of that name takes a lock, if it does anything to one.</summary>
    public static bool MayAcquire(string name) => IsAcquiring(Stem(name));

    /// <summary>Whether a method of that name may take or release a lock.</summary>
    public static bool MayBeUse(string name) => IsAcquiring(Stem(name)) || IsReleasing(Stem(name));

    /// <summary>Whether a question of that name to a lock is answered with true only where it is held.</summary>
    public static bool SaysHeld(string name) =>
        Words.Has(name, "Held") || Words.Has(name, "Hold") || Words.Has(name, "Own") || Words.Has(name, "Locked") || Words.Has(name, "Entered");

    /// <summary>Whether the method returns only where the lock that it is called on, or given, is held.</summary>
    public static bool AssertsHeld(IMethodSymbol method) =>
        method.ReturnsVoid && SaysHeld(method.Name) && !Words.Has(method.Name, "Not") && !Words.Has(method.Name, "Unlocked")
        && (Words.Has(method.Name, "Assert") || Words.Has(method.Name, "Verify") || Words.Has(method.Name, "Check") || Words.Has(method.Name, "Ensure")
            || Words.Has(method.Name, "Require") || Words.Has(method.Name, "Demand"));

    /// <summary>Whether a result of the method is the interrupt flag as it was, which its counterpart puts back, and no answer.</summary>
    public static bool ReturnsSavedFlag(IMethodSymbol method)
    {
        if (method.ReturnType.SpecialType != SpecialType.System_Boolean || method.Name.StartsWith("Try", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (ISymbol member in method.ContainingType.GetMembers())
        {
            if (member is IMethodSymbol { Parameters: [.., { Type.SpecialType: SpecialType.System_Boolean }] } other
                && (IsReleasing(other) || Contract.Has(other, Contract.Releases)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the lock keeps who holds it or how often, so that its holder may be able to take it again.</summary>
    public static bool MayBeReentrant(ITypeSymbol type)
    {
        bool hasTickets = HasTickets(type);
        foreach (ISymbol member in type.OriginalDefinition.GetMembers())
        {
            if (member is IMethodSymbol method && SharedLockNames.HasMode(method))
            {
                return true;
            }

            if (member is IFieldSymbol && ((Words.Has(member.Name, "own") && !hasTickets) || Words.Has(member.Name, "recurs") || Words.Has(member.Name, "nest")
                || Words.Has(member.Name, "depth") || Words.Has(member.Name, "hold") || Words.Has(member.Name, "thread") || Words.Has(member.Name, "count")))
            {
                return true;
            }
        }

        return type.DeclaringSyntaxReferences.IsEmpty;
    }

    // The owner of a ticket lock is the number of the ticket whose turn it is, not the one who holds it.
    private static bool HasTickets(ITypeSymbol type)
    {
        if (Words.Has(type.Name, "ticket"))
        {
            return true;
        }

        foreach (ISymbol member in type.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol { Type.SpecialType: not SpecialType.None } && (Words.Has(member.Name, "ticket") || Words.EndsInWord(member.Name, "next")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Does(IMethodSymbol method, Func<IMethodSymbol, bool> isMeant, out IParameterSymbol? given)
    {
        given = null;
        if (method.MethodKind != MethodKind.Ordinary || !isMeant(method) || !IsLock(method.ContainingType))
        {
            return false;
        }

        if (!method.IsStatic)
        {
            return true;
        }

        given = method.Parameters is [{ } first, ..] && IsPlace(first) ? first : null;
        return given is not null;
    }

    private static bool IsPlace(IParameterSymbol parameter) => parameter.RefKind == RefKind.Ref || IsLock(parameter.Type);

    /// <summary>A type with contracts of its own says by them what its methods do.</summary>
    private static bool IsNamedLock(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class or TypeKind.Struct or TypeKind.Interface && !IsOfTheSystem(type)
        && (Words.EndsIn(type.Name, "spinlock") || Words.EndsIn(type.Name, "ticketlock") || Words.EndsIn(type.Name, "mutex")
            || Words.EndsIn(type.Name, "criticalsection") || SharedLockNames.NameType(type.Name) || type.Name.EndsWith("Lock", StringComparison.Ordinal)
            || Contract.Has(type, Contract.Lock));

    private static bool IsOfTheSystem(INamedTypeSymbol type)
    {
        INamespaceSymbol? outer = type.ContainingNamespace;
        while (outer is { ContainingNamespace: { IsGlobalNamespace: false } around })
        {
            outer = around;
        }

        return outer is { Name: "System" };
    }

    private static bool HasPair(INamedTypeSymbol type)
    {
        HashSet<string> names = [];
        foreach (ISymbol member in type.OriginalDefinition.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
            {
                if (Contract.Has(method, Contract.Acquires) || Contract.Has(method, Contract.Releases))
                {
                    return false;
                }

                names.Add(Stem(method.Name));
            }
        }

        return (names.Contains("acquire") && names.Contains("release"))
            || (names.Contains("lock") && names.Contains("unlock"))
            || (names.Contains("enter") && (names.Contains("exit") || names.Contains("leave")));
    }

    private static bool IsAcquiring(IMethodSymbol method)
    {
        string stem = Stem(method.Name);
        bool isAttempt = IsAttempt(stem);
        return IsAcquiring(stem)
            && (method.ReturnType.SpecialType is SpecialType.System_Boolean
                || (!isAttempt && (method.ReturnsVoid || IsInteger(method.ReturnType) || method.ReturnType.GetMembers("Dispose").Length > 0)));
    }

    private static bool IsReleasing(IMethodSymbol method) => IsReleasing(Stem(method.Name));

    private static bool IsAttempt(string stem) => s_attempts.Contains(stem);

    private static bool IsAcquiring(string stem) => s_acquiring.Contains(stem);

    private static bool IsReleasing(string stem) => s_releasing.Contains(stem);

    private static bool IsInteger(ITypeSymbol type) => type.TypeKind == TypeKind.Enum
        || type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>The name without what it says about interrupts, and about reading and writing, in small letters.</summary>
    private static string Stem(string name)
    {
        string stem = name.Replace("_", string.Empty).ToLowerInvariant();
        foreach (string suffix in s_interruptSuffixes)
        {
            if (stem.Length > suffix.Length && stem.EndsWith(suffix, StringComparison.Ordinal))
            {
                stem = stem.Substring(0, stem.Length - suffix.Length);
                break;
            }
        }

        return SharedLockNames.WithoutMode(stem);
    }
}
