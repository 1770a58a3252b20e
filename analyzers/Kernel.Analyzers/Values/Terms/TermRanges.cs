using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>Which numbers a term can be, given what the checks have shown.</summary>
internal sealed class TermRanges(int pointerBits)
{
    private static readonly ValueRange s_truth = new(BigInteger.Zero, BigInteger.One);

    public int PointerBits { get; } = pointerBits;

    /// <summary>The numbers; null for what is no number.</summary>
    public ValueRange? Of(Term term, TermFacts facts)
    {
        if (term.Number is { } number)
        {
            return ValueRange.Of(number);
        }

        ValueRange range;
        if (term.Type?.SpecialType == SpecialType.System_Boolean)
        {
            range = s_truth;
        }
        else if (WidthOf(term) is { } width)
        {
            range = OfShape(term, width, facts);
            range = range.IsWithin(width.Range) ? range : width.Range;
        }
        else
        {
            return null;
        }

        return facts.Ranges.TryGetValue(term, out ValueRange known) ? range.Intersect(known) : range;
    }

    public IntegerWidth? WidthOf(Term term) => IntegerWidth.Of(term.Type, PointerBits);

    private ValueRange OfShape(Term term, IntegerWidth width, TermFacts facts)
    {
        switch (term.Kind)
        {
            case TermKind.Binary when (BinaryOperatorKind)term.Key! == BinaryOperatorKind.Subtract
                && facts.Ranges.ContainsKey(Term.Order(term.Parts[1], term.Parts[0]))
                && Of(term.Parts[0], facts) is { } minuend && Of(term.Parts[1], facts) is { } subtrahend:
                // What is no less than what is taken away leaves no less than nothing.
                return new(BigInteger.Zero, minuend.Maximum - subtrahend.Minimum);
            case TermKind.Binary when Of(term.Parts[0], facts) is { } left && Of(term.Parts[1], facts) is { } right:
                return RangeEvaluation.OfBinary((BinaryOperatorKind)term.Key!, left, right, width);
            case TermKind.Unary when (UnaryOperatorKind)term.Key! == UnaryOperatorKind.BitwiseNegation && Of(term.Parts[0], facts) is { } operand:
                ValueRange inverted = new(-1 - operand.Maximum, -1 - operand.Minimum);
                BigInteger all = BigInteger.One << width.Bits;
                return width.IsSigned ? inverted : new(inverted.Minimum + all, inverted.Maximum + all);
            case TermKind.Call when term.Key is IMethodSymbol { Name: "Min" or "Max" } method && term.Parts.Length == 2
                && Of(term.Parts[0], facts) is { } one && Of(term.Parts[1], facts) is { } other:
                return method.Name == "Min"
                    ? new(BigInteger.Min(one.Minimum, other.Minimum), BigInteger.Min(one.Maximum, other.Maximum))
                    : new(BigInteger.Max(one.Minimum, other.Minimum), BigInteger.Max(one.Maximum, other.Maximum));
            case TermKind.Call when term.Key is IMethodSymbol { Name: "Clamp" } && term.Parts.Length == 3
                && Of(term.Parts[1], facts) is { } least && Of(term.Parts[2], facts) is { } greatest:
                return new(least.Minimum, greatest.Maximum);
            default:
                return width.Range;
        }
    }
}
