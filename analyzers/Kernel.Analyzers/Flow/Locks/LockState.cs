using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Which locks are held at one point of a method: certainly, or possibly.</summary>
internal sealed class LockState : IFlowState<LockState>
{
    private static readonly ImmutableDictionary<AccessPath, Location> s_none = ImmutableDictionary<AccessPath, Location>.Empty;
    private static readonly ImmutableDictionary<AccessPath, AccessPath> s_noGuards = ImmutableDictionary<AccessPath, AccessPath>.Empty;

    /// <summary>The locks that are held on every path to here.</summary>
    public ImmutableHashSet<AccessPath> Certain { get; private set; } = [];

    /// <summary>The locks that are held on some path to here.</summary>
    public ImmutableHashSet<AccessPath> Possible { get; private set; } = [];

    /// <summary>The lock that the guard in a place certainly holds.</summary>
    public ImmutableDictionary<AccessPath, AccessPath> Guards { get; private set; } = s_noGuards;

    /// <summary>The guards that were disposed on some path to here, and where.</summary>
    public ImmutableDictionary<AccessPath, Location> Disposed { get; private set; } = s_none;

    /// <summary>Where a lock was released on some path to here.</summary>
    public ImmutableDictionary<AccessPath, Location> Released { get; private set; } = s_none;

    /// <summary>The locals whose object was made here and has gone nowhere else.</summary>
    public ImmutableHashSet<ISymbol> Fresh { get; private set; } =
        ImmutableHashSet<ISymbol>.Empty.WithComparer(SymbolEqualityComparer.Default);

    public LockState Copy() => (LockState)MemberwiseClone();

    public LockState Join(LockState other) => new()
    {
        Certain = Certain.Intersect(other.Certain),
        Possible = Possible.Union(other.Possible),
        Guards = Common(Guards, other.Guards),
        Disposed = Disposed.SetItems(other.Disposed.Where(entry => !Disposed.ContainsKey(entry.Key))),
        Released = Released.SetItems(other.Released.Where(entry => !Released.ContainsKey(entry.Key))),
        Fresh = Fresh.Intersect(other.Fresh),
    };

    public bool SameAs(LockState other) =>
        Certain.SetEquals(other.Certain) && Possible.SetEquals(other.Possible) && Fresh.SetEquals(other.Fresh)
        && SameKeys(Disposed, other.Disposed) && SameKeys(Released, other.Released)
        && Guards.Count == other.Guards.Count && Common(Guards, other.Guards).Count == Guards.Count;

    /// <summary>The lock is taken.</summary>
    public void Acquire(AccessPath taken)
    {
        Certain = Certain.Add(taken);
        Possible = Possible.Add(taken);
    }

    /// <summary>A place holds the guard of a lock; null for a guard of an unknown one.</summary>
    public void Keep(AccessPath place, AccessPath? held)
    {
        Guards = held is null ? Guards.Remove(place) : Guards.SetItem(place, held);
        Disposed = Disposed.Remove(place);
    }

    /// <summary>The lock is released.</summary>
    public void Release(AccessPath released, Location where)
    {
        Certain = Certain.Remove(released);
        Possible = Possible.Remove(released);
        Released = Released.SetItem(released, where);
    }

    /// <summary>
    /// The guard in a place is disposed, and with it its lock; of a guard of an unknown lock, any lock that was taken here.
    /// </summary>
    public void Dispose(AccessPath place, Location where, ImmutableHashSet<AccessPath> fromOutside)
    {
        if (Guards.TryGetValue(place, out AccessPath? held))
        {
            Release(held, where);
        }
        else
        {
            foreach (AccessPath taken in Certain.Except(fromOutside))
            {
                Release(taken, where);
            }

            Possible = Certain;
        }

        Disposed = Disposed.SetItem(place, where);
    }

    /// <summary>Something else is put into a place: locks inside it are no longer the ones that were taken.</summary>
    public void Overwrite(AccessPath place)
    {
        Certain = Certain.Except(Certain.Where(held => held.StartsWith(place)));
        Possible = Possible.Except(Possible.Where(held => held.StartsWith(place)));
        Guards = Guards.RemoveRange(Guards.Keys.Where(guard => guard.StartsWith(place)));
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
