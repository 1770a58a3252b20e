using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>Where a token, or what carries one, was taken.</summary>
/// <param name="with">What was held already.</param>
/// <param name="enabled">The calls that have let interrupts in since then.</param>
internal sealed class Holding(ImmutableHashSet<AccessPath> with, ImmutableHashSet<SyntaxNode> enabled)
{
    public ImmutableHashSet<AccessPath> With { get; } = with;

    public ImmutableHashSet<SyntaxNode> Enabled { get; } = enabled;

    public Holding EnabledAt(SyntaxNode call) => new(With, Enabled.Add(call));

    public Holding Join(Holding other) => new(With.Union(other.With), Enabled.Union(other.Enabled));

    public bool SameAs(Holding other) => With.SetEquals(other.With) && Enabled.SetEquals(other.Enabled);
}

/// <summary>A value that says whether interrupts were enabled.</summary>
/// <param name="with">What was held when it was read; null where that is not known.</param>
/// <param name="at">Where it was read.</param>
/// <param name="isPending">Whether nothing has been put back from it yet.</param>
internal sealed class SavedState(ImmutableHashSet<AccessPath>? with, SyntaxNode at, bool isPending)
{
    public ImmutableHashSet<AccessPath>? With { get; } = with;

    public SyntaxNode At { get; } = at;

    public bool IsPending { get; } = isPending;

    public SavedState PutBack() => new(With, At, isPending: false);

    public SavedState Join(SavedState other) =>
        new(With is null || other.With is null ? null : With.Union(other.With), At, IsPending && other.IsPending);

    public bool SameAs(SavedState other) =>
        IsPending == other.IsPending
        && (With is null ? other.With is null : other.With is not null && With.SetEquals(other.With));
}

/// <summary>Which tokens are held, and what is known of the interrupt flag as it was, at one point of a method.</summary>
internal sealed class HeldState : IFlowState<HeldState>
{
    private ImmutableDictionary<AccessPath, Holding> _held = ImmutableDictionary<AccessPath, Holding>.Empty;
    private ImmutableDictionary<ISymbol, SavedState> _saved = ImmutableDictionary.Create<ISymbol, SavedState>(SymbolEqualityComparer.Default);
    private ImmutableDictionary<(SyntaxNode Condition, bool Holds), SavedState> _tested =
        ImmutableDictionary<(SyntaxNode, bool), SavedState>.Empty;

    /// <summary>What is held now.</summary>
    public ImmutableHashSet<AccessPath> Held => [.. _held.Keys];

    /// <summary>The saved flags that a condition on the way here has tested.</summary>
    public IEnumerable<SavedState> Tested => _tested.Values;

    public HeldState Copy() => (HeldState)MemberwiseClone();

    public Holding? Find(AccessPath place) => _held.TryGetValue(place, out Holding? known) ? known : null;

    public void Take(AccessPath place) => _held = _held.SetItem(place, new Holding(Held.Remove(place), []));

    public void End(AccessPath place) => _held = _held.Remove(place);

    /// <summary>A call lets interrupts in while these are held.</summary>
    public void Enable(IEnumerable<AccessPath> places, SyntaxNode call)
    {
        foreach (AccessPath place in places)
        {
            if (_held.TryGetValue(place, out Holding? known))
            {
                _held = _held.SetItem(place, known.EnabledAt(call));
            }
        }
    }

    public SavedState? SavedIn(ISymbol local) => _saved.TryGetValue(local, out SavedState? known) ? known : null;

    public void Save(ISymbol local, SavedState? value) => _saved = value is null ? _saved.Remove(local) : _saved.SetItem(local, value);

    /// <summary>On this way a condition on saved flags has been decided.</summary>
    public void Test(SyntaxNode condition, bool holds, SavedState value) =>
        _tested = _tested.Remove((condition, !holds)).SetItem((condition, holds), value);

    public HeldState Join(HeldState other)
    {
        HeldState joined = Copy();
        foreach (KeyValuePair<AccessPath, Holding> entry in other._held)
        {
            joined._held = joined._held.SetItem(entry.Key, Find(entry.Key)?.Join(entry.Value) ?? entry.Value);
        }

        foreach (KeyValuePair<ISymbol, SavedState> entry in other._saved)
        {
            joined._saved = joined._saved.SetItem(entry.Key, SavedIn(entry.Key)?.Join(entry.Value) ?? entry.Value);
        }

        joined._tested = _tested.RemoveRange(_tested.Keys.Where(condition => !other._tested.ContainsKey(condition)));
        return joined;
    }

    public bool SameAs(HeldState other) =>
        _held.Count == other._held.Count && _saved.Count == other._saved.Count && _tested.Count == other._tested.Count
        && _held.All(entry => other.Find(entry.Key) is { } twin && twin.SameAs(entry.Value))
        && _saved.All(entry => other.SavedIn(entry.Key) is { } twin && twin.SameAs(entry.Value))
        && _tested.Keys.All(other._tested.ContainsKey);
}
