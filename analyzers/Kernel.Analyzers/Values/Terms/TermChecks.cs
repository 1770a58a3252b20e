using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>Reads from a condition what holds once it is known to be true, or to be false.</summary>
internal sealed class TermChecks(TermRanges ranges, TermSummaries summaries)
{
    /// <summary>The facts and what the condition adds to them; null if it cannot be so.</summary>
    public TermFacts? Assume(Term condition, bool holds, TermFacts facts)
    {
        if (condition.Number is { } number)
        {
            return number.IsOne == holds ? facts : null;
        }

        switch (condition.Kind)
        {
            case TermKind.Unary when (UnaryOperatorKind)condition.Key! == UnaryOperatorKind.Not:
                return Assume(condition.Parts[0], !holds, facts);
            case TermKind.Choice:
                return AssumeChoice(condition, holds, facts);
            case TermKind.Binary:
                return AssumeBinary(condition, (BinaryOperatorKind)condition.Key!, holds, facts);
            case TermKind.Call when condition.Key is IMethodSymbol method && summaries.Of(method)?.WhenReturning(condition, holds, facts, this) is { } shown:
                return shown;
            default:
                BigInteger value = holds ? BigInteger.One : BigInteger.Zero;
                return facts.Ranges.TryGetValue(condition, out ValueRange known) && (known.Minimum > value || known.Maximum < value)
                    ? null
                    : facts.WithRange(condition, ValueRange.Of(value)).WithDoubtOf(condition);
        }
    }

    private TermFacts? AssumeChoice(Term choice, bool holds, TermFacts facts)
    {
        TermFacts? any = null;
        for (int index = 0; index < choice.Parts.Length; index++)
        {
            if (facts.And(choice.Under[index]) is { } here && Assume(choice.Parts[index], holds, here) is { } possible)
            {
                any = any is null ? possible : any.Join(possible);
            }
        }

        return any;
    }

    private TermFacts? AssumeBinary(Term condition, BinaryOperatorKind kind, bool holds, TermFacts facts)
    {
        (Term left, Term right) = (condition.Parts[0], condition.Parts[1]);
        switch (kind)
        {
            // `fits is false`, `fits == true`.
            case BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
                when left.Type?.SpecialType == SpecialType.System_Boolean && right.Number is { } truth:
                return Assume(left, holds == (truth.IsOne == (kind == BinaryOperatorKind.Equals)), facts);
            case BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And when holds:
            case BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or when !holds:
                return Assume(left, holds, facts) is { } first ? Assume(right, holds, first) : null;
            case BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And or BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or:
                TermFacts? byLeft = Assume(left, holds, facts);
                TermFacts? byRight = Assume(left, !holds, facts) is { } other ? Assume(right, holds, other) : null;
                return byLeft is null ? byRight : byRight is null ? byLeft : byLeft.Join(byRight);
        }

        return (holds ? kind : Opposite(kind)) switch
        {
            BinaryOperatorKind.Equals => AssumeEqual(left, right, facts),
            BinaryOperatorKind.NotEquals => AssumeUnequal(left, right, facts),
            BinaryOperatorKind.LessThan => AssumeOrder(left, right, BigInteger.One, facts),
            BinaryOperatorKind.LessThanOrEqual => AssumeOrder(left, right, BigInteger.Zero, facts),
            BinaryOperatorKind.GreaterThan => AssumeOrder(right, left, BigInteger.One, facts),
            BinaryOperatorKind.GreaterThanOrEqual => AssumeOrder(right, left, BigInteger.Zero, facts),
            _ => facts.WithDoubtOf(condition),
        };
    }

    private TermFacts? AssumeEqual(Term left, Term right, TermFacts facts)
    {
        if (DifferenceIn(left, right) is var (minuend, subtrahend))
        {
            return AssumeEqual(minuend, subtrahend, facts);
        }

        if (ranges.Of(left, facts) is not { } leftRange || ranges.Of(right, facts) is not { } rightRange)
        {
            return facts.WithDoubtOf(left).WithDoubtOf(right);
        }

        bool isRoundTrip = Keep(left, right, ref facts) | Keep(right, left, ref facts);
        bool isUnderstood = isRoundTrip || left.Equals(right) || IsBounded(right, facts) || IsBounded(left, facts);
        TermFacts? bounded = Bound(left, rightRange, facts) is { } first ? Bound(right, leftRange, first) : null;
        return isUnderstood ? bounded : bounded?.WithDoubtOf(left).WithDoubtOf(right);
    }

    private TermFacts? AssumeUnequal(Term left, Term right, TermFacts facts)
    {
        if (DifferenceIn(left, right) is var (minuend, subtrahend))
        {
            return AssumeUnequal(minuend, subtrahend, facts);
        }

        if (left.Equals(right))
        {
            return null;
        }

        TermFacts kept = facts;
        if (Keep(left, right, ref kept))
        {
            return facts.WithChanged(left);
        }

        if (Keep(right, left, ref kept))
        {
            return facts.WithChanged(right);
        }

        return right.Number is { } number ? BoundUnequal(left, number, facts)
            : left.Number is { } other ? BoundUnequal(right, other, facts)
            : facts;
    }

    // What is not at the end of its range is inside of it.
    private TermFacts? BoundUnequal(Term term, BigInteger number, TermFacts facts)
    {
        if (ranges.Of(term, facts) is not { } range)
        {
            return facts;
        }

        BigInteger minimum = range.Minimum == number ? number + 1 : range.Minimum;
        BigInteger maximum = range.Maximum == number ? number - 1 : range.Maximum;
        return minimum > maximum ? null : Bound(term, new(minimum, maximum), facts);
    }

    private TermFacts? AssumeOrder(Term smaller, Term greater, BigInteger distance, TermFacts facts)
    {
        if (ranges.Of(smaller, facts) is not { } below || ranges.Of(greater, facts) is not { } above)
        {
            return facts.WithDoubtOf(smaller).WithDoubtOf(greater);
        }

        TermFacts equal = facts;
        bool isNotSmaller = Keep(greater, smaller, ref equal);
        if (isNotSmaller && distance.IsZero && below.IsNonNegative)
        {
            // What was narrowed is never the greater one.
            return equal;
        }

        if (smaller.Number is null && greater.Number is null && smaller.Kind != TermKind.Choice && greater.Kind != TermKind.Choice)
        {
            facts = facts.WithRange(Term.Order(smaller, greater), ValueRange.Of(BigInteger.One));
        }

        bool isUnderstood = isNotSmaller || Keep(smaller, greater, ref equal) || IsBounded(smaller, facts) || IsBounded(greater, facts);
        BigInteger maximum = above.Maximum - distance;
        BigInteger minimum = below.Minimum + distance;
        if (maximum < below.Minimum || minimum > above.Maximum)
        {
            return null;
        }

        TermFacts? bounded = Bound(smaller, new(below.Minimum, BigInteger.Min(below.Maximum, maximum)), facts) is { } first
            ? Bound(greater, new(BigInteger.Max(above.Minimum, minimum), above.Maximum), first)
            : null;
        bounded = maximum < below.Maximum && bounded is not null ? BoundBelow(smaller, maximum, bounded) : bounded;
        return isUnderstood ? bounded : bounded?.WithDoubtOf(smaller).WithDoubtOf(greater);
    }

    // What was found to be no greater than the term is no greater than its new bound either.
    private TermFacts? BoundBelow(Term upper, BigInteger maximum, TermFacts facts)
    {
        TermFacts? bounded = facts;
        foreach (Term known in facts.Ranges.Keys)
        {
            if (known is { Kind: TermKind.Binary, Key: BinaryOperatorKind.LessThanOrEqual } && known.Parts[1].Equals(upper)
                && ranges.Of(known.Parts[0], facts) is { } lower && lower.Minimum <= maximum && bounded is not null)
            {
                bounded = Bound(known.Parts[0], new(lower.Minimum, BigInteger.Min(lower.Maximum, maximum)), bounded);
            }
        }

        return bounded;
    }

    // `(a ^ b) == 0` and `a - b == 0` compare as well.
    private static (Term, Term)? DifferenceIn(Term left, Term right)
    {
        (Term term, Term zero) = right.Number is not null ? (left, right) : (right, left);
        return zero.Number is { IsZero: true } && term is { Kind: TermKind.Binary, Key: BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.Subtract }
            ? (term.Parts[0], term.Parts[1])
            : null;
    }

    // Something is known of the other side that its type does not say.
    private bool IsBounded(Term term, TermFacts facts) =>
        ranges.Of(term, facts) is { } range
        && (ranges.WidthOf(term) is not { } width || !width.Range.IsWithin(range));

    /// <summary>Notes of every narrowing on the way from <paramref name="original"/> to <paramref name="narrowed"/> that it kept the number.</summary>
    private static bool Keep(Term narrowed, Term original, ref TermFacts facts)
    {
        if (narrowed.Equals(original) || original.Kind == TermKind.Constant)
        {
            return false;
        }

        bool isBinary = narrowed is
        {
            Kind: TermKind.Binary,
            Key: BinaryOperatorKind.And or BinaryOperatorKind.Remainder or BinaryOperatorKind.RightShift
                or BinaryOperatorKind.UnsignedRightShift or BinaryOperatorKind.LeftShift,
        };
        bool isCall = narrowed is { Kind: TermKind.Call, Key: IMethodSymbol { Name: "Min" or "Max" or "Clamp" } };
        if (narrowed.Kind != TermKind.Conversion && !isBinary && !isCall)
        {
            return false;
        }

        foreach (Term part in narrowed.Parts)
        {
            if (part.Equals(original) || Keep(part, original, ref facts))
            {
                facts = facts.WithKept(narrowed, original);
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that the number lies in the range, and what that says about the term's parts.</summary>
    private TermFacts? Bound(Term term, ValueRange range, TermFacts facts)
    {
        if (ranges.Of(term, facts) is not { } before)
        {
            return facts;
        }

        if (before.Maximum < range.Minimum || range.Maximum < before.Minimum)
        {
            return null;
        }

        range = before.Intersect(range);
        if (term.Kind == TermKind.Constant || (range.Minimum == before.Minimum && range.Maximum == before.Maximum))
        {
            return facts;
        }

        facts = facts.WithRange(term, range);
        switch (term.Kind)
        {
            case TermKind.Conversion when ranges.WidthOf(term) is { } to && ranges.WidthOf(term.Parts[0]) is { } from
                && to.Bits >= from.Bits && range.IsNonNegative && range.IsWithin(from.Range):
                return Bound(term.Parts[0], range, facts);
            case TermKind.Binary when ranges.Of(term.Parts[1], facts) is { } right && right.Minimum == right.Maximum:
                return BoundLeft((BinaryOperatorKind)term.Key!, term, right.Minimum, range, facts);
            case TermKind.Call when term.Key is IMethodSymbol { Name: "LeadingZeroCount" } && term.Parts.Length == 1
                && ranges.WidthOf(term.Parts[0]) is { } counted && range.Minimum.Sign > 0 && range.Minimum <= counted.Bits:
                return Bound(term.Parts[0], ValueRange.OfBits(counted.Bits - (int)range.Minimum, isSigned: false), facts);
            case TermKind.Call when term.Key is IMethodSymbol { Name: "Log2" } && term.Parts.Length == 1 && range.Maximum.Sign >= 0 && range.Maximum < 63:
                return Bound(term.Parts[0], ValueRange.OfBits((int)range.Maximum + 1, isSigned: false), facts);
            case TermKind.Call:
                return facts.WithDoubtOf(term);
            default:
                return facts;
        }
    }

    private TermFacts? BoundLeft(BinaryOperatorKind kind, Term term, BigInteger right, ValueRange range, TermFacts facts)
    {
        Term left = term.Parts[0];
        if (ranges.WidthOf(left) is not { } width)
        {
            return facts;
        }

        switch (kind)
        {
            case BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift
                when right.Sign >= 0 && right < width.Bits && (!width.IsSigned || kind == BinaryOperatorKind.RightShift):
                int bits = (int)right;
                return Bound(left, new(range.Minimum << bits, ((range.Maximum + 1) << bits) - 1), facts);
            case BinaryOperatorKind.Divide when right.Sign > 0 && range.IsNonNegative && ranges.Of(left, facts) is { IsNonNegative: true }:
                return Bound(left, new(range.Minimum * right, ((range.Maximum + 1) * right) - 1), facts);
            case BinaryOperatorKind.And when range.Minimum.IsZero && range.Maximum.IsZero:
                BigInteger free = ValueRange.OfBits(width.Bits, isSigned: false).Maximum & ~right;
                return free <= width.Range.Maximum ? Bound(left, new(BigInteger.Zero, free), facts) : facts;
            default:
                return facts;
        }
    }

    private static BinaryOperatorKind Opposite(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => BinaryOperatorKind.NotEquals,
        BinaryOperatorKind.NotEquals => BinaryOperatorKind.Equals,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThan,
        _ => kind,
    };
}
