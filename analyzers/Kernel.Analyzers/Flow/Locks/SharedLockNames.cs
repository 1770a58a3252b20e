using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>The names of locks that are taken for reading and for writing: <c>EnterReadLock</c>, <c>AcquireShared</c>, <c>WriteUnlock</c>.</summary>
/// <remarks>Whoever reads holds the lock, and so does whoever writes: which of the two is held is not told apart.</remarks>
internal static class SharedLockNames
{
    private const string Attempt = "try";
    private const string Suffix = "lock";

    // The longer ones first: `reader` begins with `read`.
    private static readonly ImmutableArray<string> s_modes = ["upgradeableread", "upgradable", "reader", "read", "writer", "write", "shared", "exclusive"];

    private static readonly ImmutableArray<string> s_acts = ["acquire", "lock", "enter", "release", "unlock", "exit", "leave"];

    private static readonly ImmutableArray<string> s_types = ["rwspin", "rwsemaphore", "rwsem", "rwmutex"];

    /// <summary>The stems of such names: what is done, and for what.</summary>
    public static IEnumerable<string> Stems
    {
        get
        {
            foreach (string act in s_acts)
            {
                foreach (string mode in s_modes)
                {
                    foreach (string stem in (string[])[act + mode, act + mode + Suffix, mode + act])
                    {
                        yield return stem;
                        yield return Attempt + stem;
                    }
                }
            }
        }
    }

    /// <summary>The stem without what it says about reading or writing: <c>tryenter</c> for <c>tryenterreadlock</c>; any other as it is.</summary>
    public static string WithoutMode(string stem)
    {
        bool isAttempt = stem.StartsWith(Attempt, StringComparison.Ordinal);
        string rest = isAttempt ? stem.Substring(Attempt.Length) : stem;
        return ActIn(rest) is { } act ? (isAttempt ? Attempt + act : act) : stem;
    }

    /// <summary>Whether the name says that values of the type are such locks.</summary>
    public static bool NameType(string name) =>
        Words.Any(name, s_types, Words.EndsIn);

    /// <summary>Whether the method takes or releases the lock for reading, or for writing.</summary>
    public static bool HasMode(IMethodSymbol method)
    {
        string stem = method.Name.Replace("_", string.Empty).ToLowerInvariant();
        return WithoutMode(stem) != stem;
    }

    /// <summary>Whether the type is the runtime's own.</summary>
    public static bool IsOfRuntime(ITypeSymbol type) => type.Name == "ReaderWriterLockSlim" && LockContracts.IsThreading(type);

    private static string? ActIn(string stem)
    {
        foreach (string act in s_acts)
        {
            if (stem.StartsWith(act, StringComparison.Ordinal) && IsMode(stem.Substring(act.Length)))
            {
                return act;
            }

            if (stem.EndsWith(act, StringComparison.Ordinal) && s_modes.Contains(stem.Substring(0, stem.Length - act.Length)))
            {
                return act;
            }
        }

        return null;
    }

    private static bool IsMode(string rest) =>
        s_modes.Contains(rest.EndsWith(Suffix, StringComparison.Ordinal) ? rest.Substring(0, rest.Length - Suffix.Length) : rest);
}
