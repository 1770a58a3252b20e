using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What is known about a value.</summary>
/// <param name="sources">What it was certainly made from: locals, parameters, calls, constants.</param>
/// <param name="isFresh">Whether it may lead to a table that no processor walks yet.</param>
/// <param name="entry">The entry that it is a copy of, as the code names it; null for anything else.</param>
/// <param name="call">The call that returned it; null for anything else.</param>
/// <param name="duties">The sites of the flushes that it stands for.</param>
internal sealed class FlushValue(ImmutableHashSet<object> sources, bool isFresh, string? entry, SyntaxNode? call,
    ImmutableHashSet<SyntaxNode> duties)
{
    /// <summary>A value that nothing is known about.</summary>
    public static FlushValue Unknown { get; } = new([], false, null, null, []);

    public ImmutableHashSet<object> Sources { get; } = sources;

    public bool IsFresh { get; } = isFresh;

    public string? Entry { get; } = entry;

    public SyntaxNode? Call { get; } = call;

    public ImmutableHashSet<SyntaxNode> Duties { get; } = duties;

    /// <summary>What is known of a value that both went into.</summary>
    public FlushValue And(FlushValue other) =>
        new(Sources.Union(other.Sources), IsFresh || other.IsFresh, null, null, Duties.Union(other.Duties));

    /// <summary>The same value, made from one thing more.</summary>
    public FlushValue From(object source) => new(Sources.Add(source), IsFresh, Entry, Call, Duties);

    /// <summary>The same value without some of its sources.</summary>
    public FlushValue Without(object source) => Sources.Contains(source) ? new(Sources.Remove(source), IsFresh, Entry, Call, Duties) : this;

    public FlushValue WithEntry(string? copied) => new(Sources, IsFresh, copied, Call, Duties);

    public FlushValue WithCall(SyntaxNode returnedBy) => new(Sources, IsFresh, Entry, returnedBy, Duties);

    public FlushValue WithDuty(SyntaxNode site) => new(Sources, IsFresh, Entry, Call, Duties.Add(site));

    public FlushValue AsFresh() => new(Sources, true, Entry, Call, Duties);

    /// <summary>The value once what it stood for is in other hands.</summary>
    public FlushValue Settled() => Duties.IsEmpty ? this : new(Sources, IsFresh, Entry, Call, []);

    public FlushValue Join(FlushValue other) => ReferenceEquals(this, other) ? this : new(
        Sources.Intersect(other.Sources),
        IsFresh || other.IsFresh,
        Entry == other.Entry ? Entry : null,
        Call == other.Call ? Call : null,
        Duties.Union(other.Duties));

    public bool SameAs(FlushValue other) => ReferenceEquals(this, other)
        || (IsFresh == other.IsFresh && Entry == other.Entry && Call == other.Call && Sources.SetEquals(other.Sources)
            && Duties.SetEquals(other.Duties));
}
