using System.Collections.Immutable;
using System.Linq;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>What the checks on the way have shown about terms. It stays true, because a term never changes.</summary>
internal sealed class TermFacts
{
    public static readonly TermFacts None = new(
        ImmutableDictionary<Term, ValueRange>.Empty,
        ImmutableDictionary<Term, Term>.Empty,
        ImmutableHashSet<Term>.Empty,
        ImmutableHashSet<Term>.Empty);

    private TermFacts(
        ImmutableDictionary<Term, ValueRange> ranges,
        ImmutableDictionary<Term, Term> kept,
        ImmutableHashSet<Term> changed,
        ImmutableHashSet<Term> doubted)
    {
        Ranges = ranges;
        Kept = kept;
        Changed = changed;
        Doubted = doubted;
    }

    /// <summary>The numbers that a term can still be.</summary>
    public ImmutableDictionary<Term, ValueRange> Ranges { get; }

    /// <summary>Terms that are certainly equal to what they were narrowed from.</summary>
    public ImmutableDictionary<Term, Term> Kept { get; }

    /// <summary>Terms that are certainly not what they were narrowed from.</summary>
    public ImmutableHashSet<Term> Changed { get; }

    /// <summary>Parameters that passed a check which the analysis could not read.</summary>
    public ImmutableHashSet<Term> Doubted { get; }

    public TermFacts WithRange(Term term, ValueRange range) => new(Ranges.SetItem(term, range), Kept, Changed, Doubted);

    public TermFacts WithKept(Term narrowed, Term original) => new(Ranges, Kept.SetItem(narrowed, original), Changed, Doubted);

    public TermFacts WithChanged(Term narrowed) => new(Ranges, Kept, Changed.Add(narrowed), Doubted);

    public TermFacts WithDoubtOf(Term term) => new(Ranges, Kept, Changed, Doubted.Union(term.Roots()));

    /// <summary>What holds of other terms than those that the given one is a part of.</summary>
    public TermFacts Without(Term term)
    {
        ImmutableDictionary<Term, ValueRange> ranges = Ranges.RemoveRange(Ranges.Keys.Where(known => known.Mentions(term)));
        ImmutableDictionary<Term, Term> kept = Kept.RemoveRange(Kept.Where(pair => pair.Key.Mentions(term) || pair.Value.Mentions(term)).Select(pair => pair.Key));
        return new(ranges, kept, Changed, Doubted);
    }

    /// <summary>What holds on both paths.</summary>
    public TermFacts Join(TermFacts other)
    {
        if (ReferenceEquals(this, other))
        {
            return this;
        }

        ImmutableDictionary<Term, ValueRange>.Builder ranges = ImmutableDictionary.CreateBuilder<Term, ValueRange>();
        foreach ((Term term, ValueRange range) in Pairs(Ranges))
        {
            if (other.Ranges.TryGetValue(term, out ValueRange otherRange))
            {
                ranges[term] = range.Union(otherRange);
            }
        }

        ImmutableDictionary<Term, Term>.Builder kept = ImmutableDictionary.CreateBuilder<Term, Term>();
        foreach ((Term narrowed, Term original) in Pairs(Kept))
        {
            if (other.Kept.TryGetValue(narrowed, out Term? same) && same.Equals(original))
            {
                kept[narrowed] = original;
            }
        }

        return new(ranges.ToImmutable(), kept.ToImmutable(), Changed.Intersect(other.Changed), Doubted.Intersect(other.Doubted));
    }

    /// <summary>What holds where both hold; null if that is nowhere.</summary>
    public TermFacts? And(TermFacts other)
    {
        ImmutableDictionary<Term, ValueRange> ranges = Ranges;
        foreach ((Term term, ValueRange range) in Pairs(other.Ranges))
        {
            ValueRange both = range;
            if (ranges.TryGetValue(term, out ValueRange own))
            {
                if (own.Maximum < range.Minimum || range.Maximum < own.Minimum)
                {
                    return null;
                }

                both = own.Intersect(range);
            }

            ranges = ranges.SetItem(term, both);
        }

        return new(ranges, Kept.SetItems(other.Kept), Changed.Union(other.Changed), Doubted.Union(other.Doubted));
    }

    public bool SameAs(TermFacts other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (Ranges.Count != other.Ranges.Count || Kept.Count != other.Kept.Count || !Changed.SetEquals(other.Changed) || !Doubted.SetEquals(other.Doubted))
        {
            return false;
        }

        foreach ((Term term, ValueRange range) in Pairs(Ranges))
        {
            if (!other.Ranges.TryGetValue(term, out ValueRange same) || same.Minimum != range.Minimum || same.Maximum != range.Maximum)
            {
                return false;
            }
        }

        foreach ((Term narrowed, Term original) in Pairs(Kept))
        {
            if (!other.Kept.TryGetValue(narrowed, out Term? same) || !same.Equals(original))
            {
                return false;
            }
        }

        return true;
    }

    private static System.Collections.Generic.IEnumerable<(Term, TValue)> Pairs<TValue>(ImmutableDictionary<Term, TValue> dictionary)
    {
        foreach (System.Collections.Generic.KeyValuePair<Term, TValue> pair in dictionary)
        {
            yield return (pair.Key, pair.Value);
        }
    }
}
