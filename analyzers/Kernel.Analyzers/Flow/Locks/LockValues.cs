using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What a body does with locks other than by taking and releasing: it returns what is locked, and calls back while it holds one.</summary>
internal sealed class LockValues
{
    /// <summary>The root of the locks inside what is returned.</summary>
    public const string Root = "what is returned";

    private readonly List<ImmutableHashSet<AccessPath>> _carried = [];

    /// <summary>The locks whose guards are returned; null for an unknown one.</summary>
    public List<AccessPath?> Guards { get; } = [];

    /// <summary>The locks that are held at every call of a delegate parameter.</summary>
    public Dictionary<int, ImmutableHashSet<AccessPath>> Callbacks { get; } = [];

    /// <summary>The locks inside the returned object that are held wherever one is returned.</summary>
    public IEnumerable<AccessPath> Carried => _carried.Count == 0 ? [] : _carried.Aggregate((one, other) => one.Intersect(other));

    /// <summary>Those that are held somewhere only.</summary>
    public IEnumerable<AccessPath> MaybeCarried => _carried.SelectMany(held => held).Distinct().Except(Carried);

    /// <summary>Whether nothing that is locked is returned, and nothing called back.</summary>
    public bool IsNothing => _carried.Count == 0 && Callbacks.Count == 0;

    /// <summary>An object is returned, and with it the locks inside it that are held.</summary>
    public void Carry(IEnumerable<AccessPath> held) => _carried.Add([.. held]);

    /// <summary>The delegate that a parameter is is called while these locks are held.</summary>
    public void CallBack(int parameter, ImmutableHashSet<AccessPath> held) =>
        Callbacks[parameter] = Callbacks.TryGetValue(parameter, out ImmutableHashSet<AccessPath>? known) ? known.Intersect(held) : held;
}
