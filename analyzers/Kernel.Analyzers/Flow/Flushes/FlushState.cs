using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Which flushes are owed at one point of a method, and which entries are certainly absent there.</summary>
internal sealed class FlushState : IFlowState<FlushState>
{
    private ImmutableDictionary<object, FlushValue> _values = ImmutableDictionary<object, FlushValue>.Empty;
    private ImmutableDictionary<SyntaxNode, FlushDuty> _owed = ImmutableDictionary<SyntaxNode, FlushDuty>.Empty;
    private ImmutableHashSet<string> _absent = [];
    private ImmutableDictionary<SyntaxNode, ImmutableHashSet<object>> _freed = ImmutableDictionary<SyntaxNode, ImmutableHashSet<object>>.Empty;

    /// <summary>The frames that were given back, and what they were found with.</summary>
    public IEnumerable<KeyValuePair<SyntaxNode, ImmutableHashSet<object>>> Freed => _freed;

    public void Free(SyntaxNode frame, ImmutableHashSet<object> sources) => _freed = _freed.SetItem(frame, sources);

    /// <summary>The last flush before this point, on some path; null if there is none.</summary>
    public SyntaxNode? LastFlush { get; set; }

    /// <summary>What may be owed, in the order of the text.</summary>
    public IEnumerable<FlushDuty> Owed => _owed.Values.OrderBy(duty => duty.Site.SpanStart);

    public FlushState Copy() => (FlushState)MemberwiseClone();

    /// <summary>What a local, parameter or capture holds.</summary>
    public FlushValue Read(object place) => _values.TryGetValue(place, out FlushValue? value) ? value : FlushValue.Unknown;

    /// <summary>Gives a local, parameter or capture a value: what was found with its old one was not found with this.</summary>
    public void Write(object place, FlushValue value)
    {
        if (place is ISymbol symbol)
        {
            foreach (KeyValuePair<object, FlushValue> known in _values)
            {
                FlushValue left = known.Value.Without(place);
                left = left.Entry is { } entry && EntryText.Mentions(entry, symbol.Name) ? left.WithEntry(null) : left;
                _values = ReferenceEquals(left, known.Value) ? _values : _values.SetItem(known.Key, left);
            }

            foreach (KeyValuePair<SyntaxNode, FlushDuty> known in _owed)
            {
                _owed = known.Value.Sources.Contains(place)
                    ? _owed.SetItem(known.Key, known.Value.With([]))
                    : _owed;
            }

            foreach (KeyValuePair<SyntaxNode, ImmutableHashSet<object>> known in _freed)
            {
                _freed = known.Value.Contains(place) ? _freed.SetItem(known.Key, []) : _freed;
            }

            _absent = _absent.Any(entry => EntryText.Mentions(entry, symbol.Name))
                ? _absent.Except(_absent.Where(entry => EntryText.Mentions(entry, symbol.Name)))
                : _absent;
            value = value.Without(place);
        }

        _values = _values.SetItem(place, value);
    }

    /// <summary>Refines what a place holds without having written to it.</summary>
    public void Note(object place, FlushValue value) => _values = _values.SetItem(place, value);

    public bool IsAbsent(string entry) => _absent.Contains(entry);

    public void SetAbsent(string entry) => _absent = _absent.Add(entry);

    public void SetPossible(string entry) => _absent = _absent.Remove(entry);

    /// <summary>Whether an absent entry is found by this name.</summary>
    public bool HasAbsent(string name) => _absent.Any(entry => EntryText.Mentions(entry, name));

    /// <summary>Entries that are found by this name may have been written.</summary>
    public void SetPossibleAt(string name)
    {
        if (name.Length > 0)
        {
            _absent = _absent.Except(_absent.Where(entry => EntryText.Mentions(entry, name)));
        }
    }

    /// <summary>Whether the duty may still be owed.</summary>
    public bool Owes(SyntaxNode site) => _owed.ContainsKey(site);

    /// <summary>Whether the flush of an entry that was found with these is owed already, since another change of it.</summary>
    public bool OwesFor(string entry, ImmutableHashSet<object> sources)
    {
        foreach (FlushDuty duty in _owed.Values)
        {
            if (!duty.IsValue && duty.Call is null && duty.Entry == entry && duty.Sources.SetEquals(sources))
            {
                return true;
            }
        }

        return false;
    }

    public void Owe(FlushDuty duty) => _owed = _owed.SetItem(duty.Site, duty);

    public void Settle(SyntaxNode site) => _owed = _owed.Remove(site);

    public FlushState Join(FlushState other)
    {
        FlushState joined = Copy();
        foreach (object place in _values.Keys.Union(other._values.Keys))
        {
            joined._values = joined._values.SetItem(place, Read(place).Join(other.Read(place)));
        }

        foreach (KeyValuePair<SyntaxNode, FlushDuty> known in other._owed)
        {
            FlushDuty duty = _owed.TryGetValue(known.Key, out FlushDuty? twin)
                ? twin.With(twin.Sources.Intersect(known.Value.Sources)) : known.Value;
            joined._owed = joined._owed.SetItem(known.Key, duty);
        }

        foreach (KeyValuePair<SyntaxNode, ImmutableHashSet<object>> known in other._freed)
        {
            joined._freed = joined._freed.SetItem(
                known.Key, _freed.TryGetValue(known.Key, out ImmutableHashSet<object>? twin) ? twin.Intersect(known.Value) : known.Value);
        }

        joined._absent = _absent.Intersect(other._absent);
        joined.LastFlush ??= other.LastFlush;
        return joined;
    }

    public bool SameAs(FlushState other) =>
        LastFlush is null == other.LastFlush is null
        && _absent.SetEquals(other._absent)
        && _freed.Count == other._freed.Count
        && _freed.All(known => other._freed.TryGetValue(known.Key, out ImmutableHashSet<object>? twin) && twin.SetEquals(known.Value))
        && _owed.Count == other._owed.Count
        && _owed.All(known => other._owed.TryGetValue(known.Key, out FlushDuty? twin) && twin.Sources.SetEquals(known.Value.Sources))
        && _values.Count == other._values.Count
        && _values.All(known => other._values.TryGetValue(known.Key, out FlushValue? twin) && twin.SameAs(known.Value));
}
