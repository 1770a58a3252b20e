using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Which locks are held at one point of a method: certainly, or possibly.</summary>
internal sealed class LockState : IFlowState<LockState>
{
    private static readonly ImmutableDictionary<AccessPath, Location> s_none = ImmutableDictionary<AccessPath, Location>.Empty;
    private static readonly ImmutableDictionary<AccessPath, AccessPath> s_noGuards = ImmutableDictionary<AccessPath, AccessPath>.Empty;

    private string? _world;

    /// <summary>The locks that are held on every path to here.</summary>
    public ImmutableHashSet<AccessPath> Certain { get; private set; } = [];

    /// <summary>The locks that are held on some path to here.</summary>
    public ImmutableHashSet<AccessPath> Possible { get; private set; } = [];

    /// <summary>The lock that the guard in a place certainly holds.</summary>
    public ImmutableDictionary<AccessPath, AccessPath> Guards { get; private set; } = s_noGuards;

    /// <summary>The guards that were disposed on some path to here, and where.</summary>
    public ImmutableDictionary<AccessPath, Location> Disposed { get; private set; } = s_none;

    /// <summary>Where a lock was released on some path to here, and not taken again.</summary>
    public ImmutableDictionary<AccessPath, Location> Released { get; private set; } = s_none;

    /// <summary>The locals whose object was made here and has gone nowhere else.</summary>
    public ImmutableHashSet<ISymbol> Fresh { get; private set; } =
        ImmutableHashSet<ISymbol>.Empty.WithComparer(SymbolEqualityComparer.Default);

    /// <summary>The answers that recurring conditions gave on every path to here.</summary>
    public ImmutableSortedDictionary<string, bool> Facts { get; private set; } =
        ImmutableSortedDictionary.Create<string, bool>(System.StringComparer.Ordinal);

    /// <summary>How the holding of locks went on: who has to release them, and what was done to them before.</summary>
    public LockDuties Duties { get; private set; } = LockDuties.None;

    /// <summary>Whether an exception led here.</summary>
    public bool IsExceptional { get; private set; }

    /// <summary>Whether answers of conditions were forgotten, so that a path here may be none.</summary>
    public bool IsBlurred { get; private set; }

    /// <summary>Whether nothing is executed after this.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>A name for the answers that lead here.</summary>
    public string World => _world ??= (IsExceptional ? "!" : "") + string.Join(";", Facts.Select(fact => fact.Key + (fact.Value ? "+" : "-")));

    public LockState Copy() => (LockState)MemberwiseClone();

    public LockState Join(LockState other) => new()
    {
        Certain = Certain.Intersect(other.Certain),
        Possible = Possible.Union(other.Possible),
        Guards = Common(Guards, other.Guards),
        Disposed = Disposed.SetItems(other.Disposed.Where(entry => !Disposed.ContainsKey(entry.Key))),
        Released = Released.SetItems(other.Released.Where(entry => !Released.ContainsKey(entry.Key))),
        Fresh = Fresh.Intersect(other.Fresh),
        Facts = Facts.RemoveRange(Facts.Where(fact => !other.Facts.Contains(fact)).Select(fact => fact.Key)),
        Duties = Duties.Join(other.Duties),
        IsExceptional = IsExceptional || other.IsExceptional,
        IsBlurred = IsBlurred || other.IsBlurred,
    };

    public bool SameAs(LockState other) =>
        Certain.SetEquals(other.Certain) && Possible.SetEquals(other.Possible) && Fresh.SetEquals(other.Fresh)
        && SameKeys(Disposed, other.Disposed) && SameKeys(Released, other.Released)
        && Guards.Count == other.Guards.Count && Common(Guards, other.Guards).Count == Guards.Count
        && IsBlurred == other.IsBlurred && Duties.SameAs(other.Duties);

    /// <summary>The lock is held on entry.</summary>
    public void Hold(AccessPath held)
    {
        Certain = Certain.Add(held);
        Possible = Possible.Add(held);
    }

    /// <summary>The lock is taken.</summary>
    public void Acquire(AccessPath taken, SyntaxNode where)
    {
        Duties = Duties.Acquire(taken, where, isCounted: !IsReentrant(taken));
        Hold(taken);
        Released = Released.Remove(taken);
    }

    /// <summary>Whether the holder of the lock may take it again.</summary>
    public static bool IsReentrant(AccessPath path) => LockContracts.IsReentrant(TypeOf(path));

    /// <summary>The type of what is at a place; null for one that has no name.</summary>
    public static ITypeSymbol? TypeOf(AccessPath path)
    {
        ITypeSymbol? type = path.Members.LastOrDefault() switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            _ => path.Root switch
            {
                ILocalSymbol local => local.Type,
                IParameterSymbol parameter => parameter.Type,
                _ => null,
            },
        };
        return type is IPointerTypeSymbol pointer ? pointer.PointedAtType : type;
    }

    /// <summary>It is tried to take the lock; what the key names will say whether it was.</summary>
    public void Attempt(string key, AccessPath taken, SyntaxNode where)
    {
        Duties = Duties.Attempt(key, taken, where);
        Possible = Possible.Add(taken);
    }

    /// <summary>The attempts that a condition tells about are known to have succeeded or failed.</summary>
    public void Settle(string key, bool taken)
    {
        foreach (AccessPath path in Duties.ToldBy(key))
        {
            Duties = Duties.Settle(path, taken);
            if (taken)
            {
                Hold(path);
                Released = Released.Remove(path);
            }
            else
            {
                Possible = Possible.Remove(path);
            }
        }
    }

    /// <summary>The result of an attempt goes by another key from here on.</summary>
    public void Rename(string from, string to) => Duties = Duties.Rename(from, to);

    /// <summary>A place holds the guard of a lock; null for a guard of an unknown one.</summary>
    public void Keep(AccessPath place, AccessPath? held)
    {
        Guards = held is null ? Guards.Remove(place) : Guards.SetItem(place, held);
        Disposed = Disposed.Remove(place);
    }

    /// <summary>The lock is released.</summary>
    public void Release(AccessPath released, Location where)
    {
        if (Duties.Leave(released) is { } inner)
        {
            Duties = inner;
            return;
        }

        Duties = Duties.Release(released, where, wasHeld: Possible.Contains(released) || Released.ContainsKey(released));
        Certain = Certain.Remove(released);
        Possible = Possible.Remove(released);
        Released = Released.SetItem(released, where);
    }

    /// <summary>Somebody else has to release the lock, or nothing is known about it any more.</summary>
    public void HandOver(AccessPath held) => Duties = Duties.HandOver(held);

    /// <summary>
    /// The guard in a place is disposed, and with it its lock; of a guard of an unknown lock, any lock that was taken here by one.
    /// </summary>
    public void Dispose(AccessPath place, Location where, IEnumerable<AccessPath> byGuard)
    {
        if (Guards.TryGetValue(place, out AccessPath? held))
        {
            if (Possible.Contains(held))
            {
                Release(held, where);
            }
        }
        else
        {
            foreach (AccessPath taken in byGuard.Where(Possible.Contains).ToArray())
            {
                Release(taken, where);
                HandOver(taken);
            }
        }

        Disposed = Disposed.SetItem(place, where);
    }

    /// <summary>Locks are held under other names, too.</summary>
    public void Share(IEnumerable<(AccessPath Held, bool IsCertain)> named)
    {
        foreach ((AccessPath held, bool isCertain) in named)
        {
            Possible = Possible.Add(held);
            Certain = isCertain ? Certain.Add(held) : Certain;
            HandOver(held);
        }
    }

    /// <summary>Something else is put into a place: locks inside it are no longer the ones that were taken.</summary>
    public void Overwrite(AccessPath place) => Forget(path => path.StartsWith(place));

    /// <summary>Nothing is known any more about these locks.</summary>
    public void Forget(System.Func<AccessPath, bool> isForgotten)
    {
        Certain = LockDuties.Without(Certain, isForgotten);
        Possible = LockDuties.Without(Possible, isForgotten);
        Guards = LockDuties.Without(Guards, isForgotten);
        Released = LockDuties.Without(Released, isForgotten);
        Duties = Duties.Forget(isForgotten);
    }

    /// <summary>A condition gave this answer; false if it cannot, because it gave the other one before.</summary>
    public bool Learn(string key, bool answer)
    {
        if (Facts.TryGetValue(key, out bool known) && known != answer)
        {
            return false;
        }

        Facts = Facts.SetItem(key, answer);
        _world = null;
        return true;
    }

    /// <summary>A condition may have another answer now.</summary>
    public void Unlearn(string key)
    {
        Facts = Facts.Remove(key);
        _world = null;
        Duties = Duties.Untie(key);
    }

    /// <summary>The lock was taken and released by what is called.</summary>
    public void Note(AccessPath taken, SyntaxNode where, bool isCertain) => Duties = Duties.Note(taken, where, isCertain);

    /// <summary>Its holder takes the lock once more.</summary>
    public void Nest(AccessPath taken) => Duties = Duties.Nest(taken);

    /// <summary>Nothing is executed after this.</summary>
    public void End() => IsEnded = true;

    /// <summary>An exception led here.</summary>
    public void MarkExceptional() => (IsExceptional, _world) = (true, null);

    /// <summary>All answers are forgotten.</summary>
    public void Blur()
    {
        Facts = Facts.Clear();
        _world = null;
        IsBlurred = true;
    }

    /// <summary>The local holds an object that nobody else knows.</summary>
    public void MakeFresh(ISymbol local) => Fresh = Fresh.Add(local);

    /// <summary>Somebody else may know the local's object now.</summary>
    public void Publish(ISymbol local) => Fresh = Fresh.Remove(local);

    private static ImmutableDictionary<AccessPath, AccessPath> Common(
        ImmutableDictionary<AccessPath, AccessPath> one, ImmutableDictionary<AccessPath, AccessPath> two) =>
        one.RemoveRange(one.Where(entry => !two.TryGetValue(entry.Key, out AccessPath? other) || !entry.Value.Equals(other))
            .Select(entry => entry.Key));

    private static bool SameKeys(ImmutableDictionary<AccessPath, Location> one, ImmutableDictionary<AccessPath, Location> two) =>
        one.Count == two.Count && one.Keys.All(two.ContainsKey);
}
