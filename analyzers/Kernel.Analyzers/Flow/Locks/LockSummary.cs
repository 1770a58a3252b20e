using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What a method without a lock contract does to the locks of its object, its parameters and its types.</summary>
internal sealed class LockSummary
{
    /// <summary>A method that does nothing to any lock.</summary>
    public static LockSummary Nothing { get; } = new();

    /// <summary>The locks that it takes, and returns holding.</summary>
    public ImmutableArray<AccessPath> Acquires { get; private init; } = [];

    /// <summary>The locks that it holds where it returned true, and only there.</summary>
    public ImmutableArray<AccessPath> Attempts { get; private init; } = [];

    /// <summary>The locks that it releases for its caller.</summary>
    public ImmutableArray<AccessPath> Releases { get; private init; } = [];

    /// <summary>The locks that it takes in any case, and releases again.</summary>
    public ImmutableArray<AccessPath> Takes { get; private init; } = [];

    /// <summary>The locks that it leaves in a state that depends on what is not known here.</summary>
    public ImmutableArray<AccessPath> Unsure { get; private init; } = [];

    /// <summary>Those of them that it takes on some path and releases on none.</summary>
    public ImmutableArray<AccessPath> MayAcquire { get; private init; } = [];

    /// <summary>Those of them that it releases on some path and takes on none.</summary>
    public ImmutableArray<AccessPath> MayRelease { get; private init; } = [];

    /// <summary>The lock whose guard it returns, if it is always the same one.</summary>
    public AccessPath? Returned { get; private init; }

    /// <summary>The locks that it takes after returns which have nothing to do with locks, and releases again.</summary>
    public ImmutableArray<AccessPath> MayTake { get; private init; } = [];

    /// <summary>The locks inside the object that it returns, which are held unless that is null.</summary>
    public ImmutableArray<AccessPath> Carried { get; private init; } = [];

    /// <summary>The locks inside the object that it returns, of which that is not certain.</summary>
    public ImmutableArray<AccessPath> MaybeCarried { get; private init; } = [];

    /// <summary>The locks that are held whenever the delegate given for a parameter, named by its position, is called.</summary>
    public ImmutableDictionary<int, ImmutableHashSet<AccessPath>> HeldInCallbacks { get; private init; } =
        ImmutableDictionary<int, ImmutableHashSet<AccessPath>>.Empty;

    /// <summary>Whether its caller has to do with a lock after the call what it had not before.</summary>
    public bool IsUnbalanced => !Acquires.IsEmpty || !Attempts.IsEmpty || !Releases.IsEmpty || !Unsure.IsEmpty
        || !Carried.IsEmpty || !MaybeCarried.IsEmpty || !HeldInCallbacks.IsEmpty;

    /// <summary>Reads what is true at the end of a body.</summary>
    /// <param name="exit">What is true there; null if it is never reached.</param>
    /// <param name="entry">What was true at the start.</param>
    /// <param name="method">Whose body it is.</param>
    /// <param name="values">What it returns and calls back.</param>
    public static LockSummary Of(LockWorlds? exit, LockState entry, IMethodSymbol? method, LockValues values)
    {
        LockState[] ends = exit?.States.Where(state => !state.IsExceptional).ToArray() ?? [];
        if (ends.Length == 0 || method is null)
        {
            return Nothing;
        }

        // A local function sees what its caller sees.
        bool isLocal = method.MethodKind == MethodKind.LocalFunction;
        // A guard may keep another one, which holds the lock, in a field of its own.
        IReadOnlyCollection<AccessPath?> returned = values.Guards;
        ITypeSymbol made = method.MethodKind == MethodKind.Constructor ? method.ContainingType : method.ReturnType;
        bool isGuard = made.GetMembers("Dispose").Length > 0
            && (method.MethodKind == MethodKind.Constructor || !LockContracts.IsGuard(made));
        List<AccessPath> acquires = [];
        List<AccessPath> attempts = [];
        List<AccessPath> releases = [];
        List<AccessPath> unsure = [];
        foreach (AccessPath path in Ordered(ends.SelectMany(end => end.Possible).Concat(ends.SelectMany(end => end.Duties.MaybeGivenBack))))
        {
            if (entry.Possible.Contains(path) || !(isLocal || IsKnownOutside(path))
                || ends.All(end => end.Duties.IsRestored(path) && end.Possible.Contains(path)))
            {
                continue;
            }

            bool isReturned = returned.Count > 0 && returned.All(path.Equals);
            List<AccessPath> kind =
                ends.All(end => end.Certain.Contains(path) && (isReturned || isGuard || !end.Duties.Others.Contains(path))) ? acquires
                : ends.All(end => !end.Possible.Contains(path) && end.Duties.GivenBack.ContainsKey(path)) ? releases
                : IsToldByResult(ends, path) ? attempts
                : unsure;
            kind.Add(path);
        }

        ImmutableHashSet<AccessPath> ever = ends.Select(end => end.Duties.Ever).Aggregate((one, other) => one.Intersect(other));
        return new LockSummary
        {
            Acquires = [.. acquires],
            Attempts = [.. attempts],
            Releases = [.. releases],
            Unsure = [.. unsure],
            MayAcquire = [.. unsure.Where(path => ends.All(end => !end.Released.ContainsKey(path)))],
            MayRelease = [.. unsure.Where(path => ends.All(end => !end.Possible.Contains(path) && !end.Duties.Once.ContainsKey(path)))],
            Returned = returned.FirstOrDefault() is { } first && returned.All(first.Equals) ? first : null,
            Takes = [.. Ordered(ever.Where(IsForCaller))],
            MayTake = [.. Ordered(ends.SelectMany(end => end.Duties.Once)
                .Where(once => !ever.Contains(once.Key) && IsForCaller(once.Key) && EarlyReturns.AloneAvoid(once.Value, method))
                .Select(once => once.Key))],
            Carried = [.. Ordered(values.Carried)],
            MaybeCarried = [.. Ordered(values.MaybeCarried)],
            HeldInCallbacks = values.Callbacks.ToImmutableDictionary(called => called.Key, called => called.Value
                .Where(path => isLocal || IsKnownOutside(path)).ToImmutableHashSet()),
        };

        bool IsForCaller(AccessPath path) => (isLocal || IsKnownOutside(path)) && !entry.Possible.Contains(path)
            && !acquires.Contains(path) && !unsure.Contains(path) && !attempts.Contains(path);
    }

    /// <summary>The same without the locks that are not taken or released for the caller.</summary>
    public LockSummary Where(Func<AccessPath, bool> isTaken, Func<AccessPath, bool> isReleased) => new()
    {
        Acquires = [.. Acquires.Where(path => IsReturned(path) || isTaken(path))],
        Attempts = [.. Attempts.Where(isTaken)],
        Releases = [.. Releases.Where(isReleased)],
        Takes = [.. Takes, .. Acquires.Where(path => !IsReturned(path) && !isTaken(path))],
        Unsure = Unsure,
        MayAcquire = MayAcquire,
        MayRelease = MayRelease,
        Returned = Returned,
        MayTake = MayTake,
        Carried = Carried,
        MaybeCarried = MaybeCarried,
        HeldInCallbacks = HeldInCallbacks,
    };

    /// <summary>Whether the lock is held where the method returns true, and not where it returns false.</summary>
    public static bool IsToldByResult(IEnumerable<LockState> ends, AccessPath path) => ends.All(end =>
        (end.Facts.TryGetValue("return", out bool result) && (result ? end.Certain.Contains(path) : !end.Possible.Contains(path)))
            || (end.Duties.Attempts.TryGetValue(path, out string? told) && told == "return"));

    private bool IsReturned(AccessPath path) => path.Equals(Returned);

    /// <summary>Whether the caller has a name for the lock.</summary>
    private static bool IsKnownOutside(AccessPath path) => path.Root switch
    {
        ITypeSymbol => true,
        IParameterSymbol parameter => parameter.RefKind != RefKind.None || parameter.Type.IsReferenceType,
        WeakPlace weak => weak.IsShared,
        ISymbol => false,
        _ => ReferenceEquals(path.Root, AccessPath.ThisRoot),
    };

    private static IEnumerable<AccessPath> Ordered(IEnumerable<AccessPath> paths) =>
        paths.Distinct().OrderBy(path => path.ToString(), StringComparer.Ordinal);
}
