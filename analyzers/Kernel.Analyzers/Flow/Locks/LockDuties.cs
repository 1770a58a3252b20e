using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What has to happen to the locks that a body took, and what it did to those that it did not take. Never changed.</summary>
internal sealed class LockDuties
{
    private const int DeepestNesting = 4;

    /// <summary>Nothing was done yet.</summary>
    public static LockDuties None { get; } = new();

    /// <summary>Where a lock that may be held was taken.</summary>
    public ImmutableDictionary<AccessPath, SyntaxNode> Taken { get; private init; } = ImmutableDictionary<AccessPath, SyntaxNode>.Empty;

    /// <summary>The locks of which it is not known yet whether an attempt succeeded, and the condition that will tell.</summary>
    public ImmutableDictionary<AccessPath, string> Attempts { get; private init; } = ImmutableDictionary<AccessPath, string>.Empty;

    /// <summary>The locks that somebody else has to release, or about which too little is known.</summary>
    public ImmutableHashSet<AccessPath> Others { get; private init; } = [];

    /// <summary>The locks that were released though they had not been taken here, on every path, and where.</summary>
    public ImmutableDictionary<AccessPath, Location> GivenBack { get; private init; } = ImmutableDictionary<AccessPath, Location>.Empty;

    /// <summary>The same on some path.</summary>
    public ImmutableHashSet<AccessPath> MaybeGivenBack { get; private init; } = [];

    /// <summary>The locks that were taken on every path to here, released since or not.</summary>
    public ImmutableHashSet<AccessPath> Ever { get; private init; } = [];

    /// <summary>The locks that were taken on some path to here, released since or not, and where.</summary>
    public ImmutableDictionary<AccessPath, SyntaxNode> Once { get; private init; } = ImmutableDictionary<AccessPath, SyntaxNode>.Empty;

    /// <summary>The locks that were released for a while though they had not been taken here, and then taken again, on some path.</summary>
    private ImmutableHashSet<AccessPath> Restored { get; init; } = [];

    private ImmutableDictionary<AccessPath, int> Nesting { get; init; } = ImmutableDictionary<AccessPath, int>.Empty;

    public LockDuties Join(LockDuties other) => ReferenceEquals(this, other) ? this : new LockDuties
    {
        Taken = Taken.SetItems(other.Taken.Where(entry => !Taken.ContainsKey(entry.Key))),
        Attempts = Attempts.RemoveRange(Attempts
            .Where(entry => !other.Attempts.TryGetValue(entry.Key, out string? same) || same != entry.Value)
            .Select(entry => entry.Key)),
        Others = Others.Union(other.Others).Union(Nesting.Keys.Union(other.Nesting.Keys).Where(path => Depth(path) != other.Depth(path))),
        GivenBack = GivenBack.RemoveRange(GivenBack.Keys.Where(path => !other.GivenBack.ContainsKey(path))),
        MaybeGivenBack = MaybeGivenBack.Union(other.MaybeGivenBack),
        Ever = Ever.Intersect(other.Ever),
        Restored = Restored.Union(other.Restored),
        Once = Once.SetItems(other.Once.Where(entry => !Once.ContainsKey(entry.Key))),
        Nesting = Nesting.RemoveRange(Nesting.Keys.Where(path => Depth(path) != other.Depth(path))),
    };

    public bool SameAs(LockDuties other) => ReferenceEquals(this, other)
        || (Attempts.Count == other.Attempts.Count && Attempts.Keys.All(other.Attempts.ContainsKey)
            && Others.SetEquals(other.Others) && MaybeGivenBack.SetEquals(other.MaybeGivenBack) && Ever.SetEquals(other.Ever)
            && Restored.SetEquals(other.Restored) && Once.Count == other.Once.Count
            && GivenBack.Count == other.GivenBack.Count && Taken.Count == other.Taken.Count && Nesting.Count == other.Nesting.Count);

    /// <summary>The lock is taken for the first time, or again after it was given back to whoever had it.</summary>
    public LockDuties Acquire(AccessPath taken, SyntaxNode where, bool isCounted) => With(
        Taken.SetItem(taken, where),
        MaybeGivenBack.Contains(taken) ? Others.Add(taken) : Others,
        GivenBack.Remove(taken), MaybeGivenBack.Remove(taken), MaybeGivenBack.Contains(taken) || !isCounted ? Ever : Ever.Add(taken),
        restored: MaybeGivenBack.Contains(taken) ? Restored.Add(taken) : Restored,
        once: MaybeGivenBack.Contains(taken) || !isCounted ? Once : Once.SetItem(taken, where));

    /// <summary>Whether the lock, which had not been taken here, was released on some path, but on each taken again.</summary>
    public bool IsRestored(AccessPath path) => !MaybeGivenBack.Contains(path) && Restored.Contains(path);

    /// <summary>The lock was taken and released by what is called.</summary>
    public LockDuties Note(AccessPath taken, SyntaxNode where, bool isCertain) => MaybeGivenBack.Contains(taken) ? this
        : With(Taken, Others, GivenBack, MaybeGivenBack, isCertain ? Ever.Add(taken) : Ever, once: Once.SetItem(taken, where));

    /// <summary>A lock that its holder may take again is taken again; null if it is taken too often.</summary>
    public LockDuties Nest(AccessPath taken) => Depth(taken) < DeepestNesting
        ? With(Nesting.SetItem(taken, Depth(taken) + 1))
        : HandOver(taken);

    /// <summary>The inner one of several holdings ends; null if there is only one.</summary>
    public LockDuties? Leave(AccessPath released) =>
        Depth(released) is var depth and > 0 ? With(depth == 1 ? Nesting.Remove(released) : Nesting.SetItem(released, depth - 1)) : null;

    public LockDuties Attempt(string key, AccessPath taken, SyntaxNode where) =>
        With(Taken.SetItem(taken, where), Others, GivenBack, MaybeGivenBack, Ever, Attempts.SetItem(taken, key));

    /// <summary>What became of the attempt on this lock is known.</summary>
    public LockDuties Settle(AccessPath path, bool taken) =>
        With(taken ? Taken : Taken.Remove(path), Others, GivenBack, MaybeGivenBack, Ever, Attempts.Remove(path));

    public LockDuties Rename(string from, string to) => With(Taken, Others, GivenBack, MaybeGivenBack, Ever,
        Attempts.SetItems(ToldBy(from).Select(path => new KeyValuePair<AccessPath, string>(path, to))));

    /// <summary>The condition has no connection any more with the attempts whose result it was.</summary>
    public LockDuties Untie(string key) =>
        With(Taken, Others.Union(ToldBy(key)), GivenBack, MaybeGivenBack, Ever, Attempts.RemoveRange(ToldBy(key)));

    /// <summary>The locks of which this condition tells whether they were taken.</summary>
    public ImmutableArray<AccessPath> ToldBy(string key) => Attempts.IsEmpty ? []
        : [.. Attempts.Where(entry => entry.Value == key).Select(entry => entry.Key)];

    public LockDuties Release(AccessPath released, Location where, bool wasHeld) => With(
        Taken.Remove(released), Others,
        wasHeld ? GivenBack : GivenBack.SetItem(released, where),
        wasHeld ? MaybeGivenBack : MaybeGivenBack.Add(released), Ever);

    public LockDuties HandOver(AccessPath held) => With(Taken, Others.Add(held), GivenBack, MaybeGivenBack, Ever);

    public LockDuties Forget(Func<AccessPath, bool> isForgotten) => ReferenceEquals(this, None) ? this : new()
    {
        Taken = Without(Taken, isForgotten),
        Attempts = Without(Attempts, isForgotten),
        Others = Without(Others, isForgotten),
        GivenBack = GivenBack,
        MaybeGivenBack = MaybeGivenBack,
        Ever = Without(Ever, isForgotten),
        Restored = Restored,
        Once = Without(Once, isForgotten),
        Nesting = Without(Nesting, isForgotten),
    };

    /// <summary>The paths that are not forgotten.</summary>
    public static ImmutableHashSet<AccessPath> Without(ImmutableHashSet<AccessPath> paths, Func<AccessPath, bool> isForgotten) =>
        paths.IsEmpty ? paths : paths.Except(paths.Where(isForgotten));

    /// <summary>What is known of the paths that are not forgotten.</summary>
    public static ImmutableDictionary<AccessPath, TValue> Without<TValue>(
        ImmutableDictionary<AccessPath, TValue> known, Func<AccessPath, bool> isForgotten) =>
        known.IsEmpty ? known : known.RemoveRange(known.Keys.Where(isForgotten));

    private int Depth(AccessPath path) => Nesting.TryGetValue(path, out int depth) ? depth : 0;

    private LockDuties With(ImmutableDictionary<AccessPath, int> nesting) => new()
    {
        Taken = Taken, Attempts = Attempts, Others = Others, GivenBack = GivenBack, MaybeGivenBack = MaybeGivenBack, Ever = Ever,
        Restored = Restored, Once = Once, Nesting = nesting,
    };

    private LockDuties With(
        ImmutableDictionary<AccessPath, SyntaxNode> taken,
        ImmutableHashSet<AccessPath> others,
        ImmutableDictionary<AccessPath, Location> givenBack,
        ImmutableHashSet<AccessPath> maybeGivenBack,
        ImmutableHashSet<AccessPath> ever,
        ImmutableDictionary<AccessPath, string>? attempts = null,
        ImmutableHashSet<AccessPath>? restored = null,
        ImmutableDictionary<AccessPath, SyntaxNode>? once = null) => new()
    {
        Taken = taken, Attempts = attempts ?? Attempts, Others = others, GivenBack = givenBack, MaybeGivenBack = maybeGivenBack,
        Ever = ever, Restored = restored ?? Restored, Once = once ?? Once, Nesting = Nesting,
    };
}
