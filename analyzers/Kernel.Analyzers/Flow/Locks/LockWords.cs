using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>The names of which a body has one if it does something to a lock itself, or uses what one guards.</summary>
internal static class LockWords
{
    /// <summary>The contracts that say something about locks.</summary>
    private static readonly ImmutableArray<string> s_contracts =
        [Contract.GuardedBy, Contract.RequiresLock, Contract.ExcludesLock, Contract.Acquires, Contract.Releases, Contract.Lock, Contract.LockGuard];

    /// <summary>The assemblies that may have contracts of locks, or use what has; null where any can.</summary>
    public static IReadOnlyCollection<IAssemblySymbol>? Carriers(Compilation compilation, CancellationToken cancellation) =>
        ContractUse.Carriers(compilation, cancellation, [.. s_contracts]);

    /// <summary>The names of methods that may mean a lock by themselves, and of what contracts make one of.</summary>
    public static BodyWords Of(IReadOnlyCollection<IAssemblySymbol>? carriers)
    {
        BodyWords words = new();
        words.Add("EnterScope");
        foreach (string name in LockNames.Uses)
        {
            words.Add(name);
        }

        if (carriers is null)
        {
            words.AddAny();
        }
        else if (carriers.Count > 0)
        {
            AddContracted(carriers, words);
        }

        return words;
    }

    private static void AddContracted(IReadOnlyCollection<IAssemblySymbol> carriers, BodyWords words)
    {
        // A local function carries contracts, too.
        foreach (string contract in s_contracts)
        {
            words.Add(contract);
            words.Add(contract.Substring(0, contract.Length - nameof(Attribute).Length));
        }

        TypeMentions guards = new(LockContracts.IsGuard);
        foreach (ISymbol declaration in TypeMentions.DeclarationsIn(carriers))
        {
            if (IsContracted(declaration))
            {
                words.Add(declaration);
            }
            else if (guards.AreIn(declaration))
            {
                words.Add(declaration is IMethodSymbol { MethodKind: MethodKind.Constructor } ? declaration.ContainingType : declaration);
            }
        }
    }

    private static bool IsContracted(ISymbol declaration) => declaration is not ITypeSymbol && s_contracts.Any(contract => Contract.Has(declaration, contract));
}
