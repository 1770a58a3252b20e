using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What is known about the number or entry in a local or parameter.</summary>
/// <param name="presence">Whether it has the present bit.</param>
/// <param name="isFlags">Whether it has nothing but rights and marks.</param>
/// <param name="entry">The entry that it is a copy of with nothing but the present bit added; null if it is none.</param>
internal readonly struct LocalBits(Presence presence, bool isFlags, string? entry)
{
    public Presence Presence { get; } = presence;

    public bool IsFlags { get; } = isFlags;

    public string? Entry { get; } = entry;

    public LocalBits Join(LocalBits that) =>
        new(Presence == that.Presence ? Presence : Presence.Unknown, IsFlags && that.IsFlags, Entry == that.Entry ? Entry : null);

    public bool SameAs(LocalBits that) => Presence == that.Presence && IsFlags == that.IsFlags && Entry == that.Entry;
}

/// <summary>Where an entry became present.</summary>
/// <param name="site">The store.</param>
/// <param name="isBare">Whether nothing that is known to be a frame was in it by then.</param>
internal readonly struct PresentSite(SyntaxNode site, bool isBare)
{
    public SyntaxNode Site { get; } = site;

    public bool IsBare { get; } = isBare;

    /// <summary>The first in the text, whatever order paths are joined in.</summary>
    public PresentSite Join(PresentSite that) =>
        Site == that.Site ? new(Site, IsBare && that.IsBare) : Site.SpanStart <= that.Site.SpanStart ? this : that;

    public bool SameAs(PresentSite that) => Site == that.Site && IsBare == that.IsBare;
}

/// <summary>Which entries are complete, and which have become present, at one point of a method.</summary>
internal sealed class EntryState : IFlowState<EntryState>
{
    private ImmutableHashSet<string> _complete = [];
    private ImmutableDictionary<string, PresentSite> _present = ImmutableDictionary<string, PresentSite>.Empty;
    private ImmutableDictionary<string, SyntaxNode> _low = ImmutableDictionary<string, SyntaxNode>.Empty;
    private ImmutableDictionary<ISymbol, LocalBits> _bits = ImmutableDictionary.Create<ISymbol, LocalBits>(SymbolEqualityComparer.Default);

    /// <summary>What values were made from.</summary>
    public FlushState Values { get; private set; } = new();

    /// <summary>The entries and names of entries that are complete.</summary>
    public ImmutableHashSet<string> Complete => _complete;

    /// <summary>The entries that this method has made present.</summary>
    public ImmutableDictionary<string, PresentSite> Present => _present;

    public EntryState Copy()
    {
        EntryState copy = (EntryState)MemberwiseClone();
        copy.Values = Values.Copy();
        return copy;
    }

    public LocalBits BitsOf(ISymbol? symbol) => symbol is not null && _bits.TryGetValue(symbol, out LocalBits bits) ? bits : default;

    /// <summary>The local or parameter that is read; null for anything else.</summary>
    public static ISymbol? SymbolOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    /// <summary>Gives a local, parameter or capture a value: entries that were found with its old one have no name any more.</summary>
    public void Write(object place, FlushValue value, LocalBits bits)
    {
        if (place is ISymbol symbol)
        {
            _complete = _complete.Except(_complete.Where(entry => EntryText.Mentions(entry, symbol.Name)));
            _present = _present.RemoveRange(_present.Keys.Where(entry => EntryText.Mentions(entry, symbol.Name)));
            _low = _low.RemoveRange(_low.Keys.Where(entry => EntryText.Mentions(entry, symbol.Name)));
            foreach (ISymbol known in _bits.Keys.Where(known => _bits[known].Entry is { } entry && EntryText.Mentions(entry, symbol.Name)))
            {
                _bits = _bits.SetItem(known, new LocalBits(_bits[known].Presence, _bits[known].IsFlags, null));
            }

            _bits = _bits.SetItem(symbol, bits);
        }

        Values.Write(place, value);
    }

    /// <summary>Notes what a change of a part of it leaves in a local, without a new value.</summary>
    public void NoteBits(ISymbol symbol, LocalBits bits)
    {
        Values.Note(symbol, Values.Read(symbol).WithEntry(null));
        _bits = _bits.SetItem(symbol, bits);
    }

    public void SetComplete(string entry) => _complete = _complete.Add(entry);

    public void SetIncomplete(string entry) => _complete = _complete.Remove(entry);

    public void SetPresent(string entry, PresentSite site) => _present = _present.SetItem(entry, site);

    public void SetAbsent(string entry) => _present = _present.Remove(entry);

    /// <summary>A flush has come between what was stored and what will be.</summary>
    public void Settle() => _present = _present.RemoveRange(_present.Where(known => !known.Value.IsBare).Select(known => known.Key));

    /// <summary>The entry was seen to be present: what is stored from now on is a change of it.</summary>
    public void Settle(string entry)
    {
        if (_present.TryGetValue(entry, out PresentSite known) && !known.IsBare)
        {
            SetAbsent(entry);
        }
    }

    /// <summary>The store of a lower half to which the upper one is not stored yet; null if there is none.</summary>
    public SyntaxNode? LowHalfOf(string entry) => _low.TryGetValue(entry, out SyntaxNode? site) ? site : null;

    public void SetLow(string entry, SyntaxNode? site) => _low = site is null ? _low.Remove(entry) : _low.SetItem(entry, site);

    public EntryState Join(EntryState other)
    {
        EntryState joined = Copy();
        joined.Values = Values.Join(other.Values);
        joined._complete = _complete.Intersect(other._complete);
        foreach (KeyValuePair<string, PresentSite> known in other._present)
        {
            joined._present = joined._present.SetItem(
                known.Key, _present.TryGetValue(known.Key, out PresentSite twin) ? twin.Join(known.Value) : known.Value);
        }

        foreach (KeyValuePair<string, SyntaxNode> known in other._low)
        {
            bool isFirst = !_low.TryGetValue(known.Key, out SyntaxNode? twin) || known.Value.SpanStart < twin.SpanStart;
            joined._low = isFirst ? joined._low.SetItem(known.Key, known.Value) : joined._low;
        }

        foreach (KeyValuePair<ISymbol, LocalBits> known in _bits)
        {
            joined._bits = joined._bits.SetItem(known.Key, known.Value.Join(other.BitsOf(known.Key)));
        }

        return joined;
    }

    public bool SameAs(EntryState other) =>
        _complete.SetEquals(other._complete)
        && _present.Count == other._present.Count
        && _present.All(known => other._present.TryGetValue(known.Key, out PresentSite twin) && twin.SameAs(known.Value))
        && _low.Count == other._low.Count
        && _low.All(known => other._low.TryGetValue(known.Key, out SyntaxNode? twin) && twin == known.Value)
        && _bits.All(known => known.Value.SameAs(other.BitsOf(known.Key)))
        && other._bits.All(known => known.Value.SameAs(BitsOf(known.Key)))
        && Values.SameAs(other.Values);
}
