using System.Numerics;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Kernel.Analyzers.Values.Terms;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Whether what a method hands back is all of what it was given.</summary>
internal sealed class NarrowingProof(TermRanges ranges)
{
    /// <summary>The term below the returned one that may have lost bits, with no check that says otherwise; null if there is none, or none is sure.</summary>
    public Term? LossIn(Term term, TermFacts facts)
    {
        if (term.Kind == TermKind.Choice)
        {
            for (int index = 0; index < term.Parts.Length; index++)
            {
                if (facts.And(term.Under[index]) is { } here && LossIn(term.Parts[index], here) is { } loss)
                {
                    return loss;
                }
            }

            return null;
        }

        if (facts.Kept.TryGetValue(term, out Term? original))
        {
            return LossIn(original, facts);
        }

        if (Loses(term, facts))
        {
            return IsDoubted(term, facts) ? null : term;
        }

        if (term.Kind is not (TermKind.Conversion or TermKind.Binary or TermKind.Creation))
        {
            return null;
        }

        foreach (Term part in term.Parts)
        {
            if (LossIn(part, facts) is { } loss)
            {
                return loss;
            }
        }

        return null;
    }

    /// <summary>Whether a check has found that the value does not fit what is returned, so that nothing may be.</summary>
    public bool HasFailed(ITypeSymbol returned, TermFacts facts)
    {
        if (!facts.Changed.IsEmpty)
        {
            return true;
        }

        if (IntegerWidth.Of(returned, ranges.PointerBits) is not { } width)
        {
            return false;
        }

        foreach (System.Collections.Generic.KeyValuePair<Term, ValueRange> known in facts.Ranges)
        {
            if (IsInput(known.Key)
                && ranges.WidthOf(known.Key) is { } input && input.Bits > width.Bits
                && (known.Value.Minimum > width.Range.Maximum || known.Value.Maximum < width.Range.Minimum))
            {
                return true;
            }
        }

        return false;
    }

    private bool Loses(Term term, TermFacts facts)
    {
        switch (term.Kind)
        {
            case TermKind.Conversion:
                return LosesByConversion(term, term.Parts[0], facts);
            case TermKind.Binary when (BinaryOperatorKind)term.Key! == BinaryOperatorKind.And:
                return LosesByMask(term.Parts[0], term.Parts[1], facts) || LosesByMask(term.Parts[1], term.Parts[0], facts);
            case TermKind.Binary when (BinaryOperatorKind)term.Key! == BinaryOperatorKind.Remainder:
                return IsInput(term.Parts[0])
                    && ranges.Of(term.Parts[0], facts) is { } value && ranges.Of(term, facts) is { } rest && !value.IsWithin(rest);
            case TermKind.Call when term.Key is IMethodSymbol { Name: "Min" or "Max" or "Clamp", IsStatic: true }:
                return IsInput(term.Parts[0]) && ranges.Of(term.Parts[0], facts) is { } free && ranges.Of(term, facts) is { } kept && !free.IsWithin(kept);
            default:
                return false;
        }
    }

    private bool LosesByConversion(Term conversion, Term operand, TermFacts facts) =>
        ranges.WidthOf(conversion) is { } to
        && ranges.WidthOf(operand) is { } from
        && to.Bits < from.Bits
        && ranges.Of(operand, facts) is { } range
        && !range.IsWithin(to.Range)
        && !IsNarrowedByHelper(operand, to.Bits);

    // A helper that returns its argument's width has proven the width that it was told, or one that only it knows.
    private bool IsNarrowedByHelper(Term operand, int bits)
    {
        if (operand is not { Kind: TermKind.Call, Key: IMethodSymbol method } || !Contract.Has(method, Contract.CheckedNarrowing))
        {
            return false;
        }

        int widest = 0;
        foreach (Term argument in operand.Parts)
        {
            if (argument.Number is { } told && (told == 8 || told == 16 || told == 32 || told == 64) && told > bits)
            {
                return false;
            }

            if (argument.Number is null)
            {
                widest = System.Math.Max(widest, ranges.WidthOf(argument)?.Bits ?? 64);
            }
        }

        return IntegerWidth.Of(method.ReturnType, ranges.PointerBits) is not { } result || result.Bits >= widest;
    }

    // A mask of whole bytes takes the lower part; any other takes a field out or rounds.
    private bool LosesByMask(Term value, Term mask, TermFacts facts)
    {
        if (!IsInput(value) || ranges.WidthOf(value) is not { } width || ranges.Of(value, facts) is not { } range)
        {
            return false;
        }

        if (mask.Number is { } number)
        {
            bool isLowPart = number == byte.MaxValue || number == ushort.MaxValue || number == uint.MaxValue;
            return isLowPart && width.Range.Maximum > number && !range.IsWithin(new(BigInteger.Zero, number));
        }

        return mask is { Kind: TermKind.Binary, Key: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift };
    }

    private static bool IsInput(Term term) => term.Kind switch
    {
        TermKind.Parameter or TermKind.Instance => true,
        TermKind.Member or TermKind.Conversion => term.Parts.Length == 1 && IsInput(term.Parts[0]),
        TermKind.Call => term.Key is IMethodSymbol { MethodKind: MethodKind.Conversion } && term.Parts.Length == 1 && IsInput(term.Parts[0]),
        _ => false,
    };

    private static bool IsDoubted(Term term, TermFacts facts)
    {
        foreach (Term root in term.Roots())
        {
            if (facts.Doubted.Contains(root))
            {
                return true;
            }
        }

        return false;
    }
}
