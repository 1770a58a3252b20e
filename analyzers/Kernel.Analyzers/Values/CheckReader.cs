using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Reads from a condition which values an expression can still have once the condition is known to hold, or not to hold.</summary>
internal sealed class CheckReader(RangeEvaluation evaluation, IOperation value, int pointerBits)
{
    /// <summary>Whether the method is one of <see cref="System.ArgumentOutOfRangeException"/> that throw unless a bound holds.</summary>
    public static bool IsGuard(IMethodSymbol method) =>
        method is { IsStatic: true, ContainingType: { Name: nameof(System.ArgumentOutOfRangeException), ContainingNamespace.Name: "System" } }
        && method.Name.StartsWith("ThrowIf", System.StringComparison.Ordinal);

    /// <summary>The range left to the value, or null where the condition says nothing about it.</summary>
    public ValueRange? RangeWhen(IOperation condition, bool holds)
    {
        condition = ValueIdentity.WithoutParentheses(condition);
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                return RangeWhen(not.Operand, !holds);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when holds:
                return Both(RangeWhen(both.LeftOperand, true), RangeWhen(both.RightOperand, true));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !holds:
                return Both(RangeWhen(either.LeftOperand, false), RangeWhen(either.RightOperand, false));
            case IBinaryOperation { OperatorMethod: null } comparison:
                BinaryOperatorKind? kind = holds ? comparison.OperatorKind : Opposite(comparison.OperatorKind);
                return Both(
                    FromComparison(kind, comparison.LeftOperand, comparison.RightOperand),
                    FromComparison(Mirrored(kind), comparison.RightOperand, comparison.LeftOperand));
            case IPatternOperation { Parent: ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } } pattern:
                return FromPattern(choice.Value, pattern, holds);
            case IIsPatternOperation isPattern:
                return FromPattern(isPattern.Value, isPattern.Pattern, holds);
            case IInvocationOperation guard when holds:
                return FromGuard(guard);
            default:
                return null;
        }
    }

    // What is still possible after the call has returned.
    private ValueRange? FromGuard(IInvocationOperation guard)
    {
        if (guard.Arguments.Length == 0)
        {
            return null;
        }

        IOperation subject = ArgumentFor(guard, 0);
        return guard.TargetMethod.Name switch
        {
            "ThrowIfGreaterThan" => FromComparison(BinaryOperatorKind.LessThanOrEqual, subject, ArgumentFor(guard, 1)),
            "ThrowIfGreaterThanOrEqual" => FromComparison(BinaryOperatorKind.LessThan, subject, ArgumentFor(guard, 1)),
            "ThrowIfLessThan" => FromComparison(BinaryOperatorKind.GreaterThanOrEqual, subject, ArgumentFor(guard, 1)),
            "ThrowIfLessThanOrEqual" => FromComparison(BinaryOperatorKind.GreaterThan, subject, ArgumentFor(guard, 1)),
            "ThrowIfNotEqual" => FromComparison(BinaryOperatorKind.Equals, subject, ArgumentFor(guard, 1)),
            "ThrowIfNegative" => FromSign(subject, BigInteger.Zero),
            "ThrowIfNegativeOrZero" => FromSign(subject, BigInteger.One),
            _ => null,
        };
    }

    private ValueRange? FromSign(IOperation subject, BigInteger least) =>
        Mentions(subject) && IntegerWidth.Of(subject.Type, pointerBits) is { } width
            ? Undo(subject, new(least, width.Range.Maximum))
            : null;

    // Arguments stand in the order of the text, which names can change.
    private static IOperation ArgumentFor(IInvocationOperation call, int parameter)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter)
            {
                return argument.Value;
            }
        }

        return call.Arguments[0].Value;
    }

    private ValueRange? FromComparison(BinaryOperatorKind? kind, IOperation subject, IOperation bound)
    {
        if (kind is null || !Mentions(subject) || evaluation.Of(bound) is not { } limit
            || IntegerWidth.Of(subject.Type, pointerBits) is not { } width)
        {
            return null;
        }

        return Bounded(kind.Value, limit, width.Range) is { } range ? Undo(subject, range) : null;
    }

    private static ValueRange? Bounded(BinaryOperatorKind kind, ValueRange limit, ValueRange all)
    {
        ValueRange? range = kind switch
        {
            BinaryOperatorKind.Equals => limit,
            BinaryOperatorKind.LessThan => new(all.Minimum, limit.Maximum - 1),
            BinaryOperatorKind.LessThanOrEqual => new(all.Minimum, limit.Maximum),
            BinaryOperatorKind.GreaterThan => new(limit.Minimum + 1, all.Maximum),
            BinaryOperatorKind.GreaterThanOrEqual => new(limit.Minimum, all.Maximum),
            _ => null,
        };
        return range is { } found && found.Minimum <= found.Maximum ? found : null;
    }

    private ValueRange? FromPattern(IOperation subject, IPatternOperation pattern, bool holds)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return FromPattern(subject, negated.Pattern, !holds);
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both when holds:
                return Both(FromPattern(subject, both.LeftPattern, true), FromPattern(subject, both.RightPattern, true));
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either when !holds:
                return Both(FromPattern(subject, either.LeftPattern, false), FromPattern(subject, either.RightPattern, false));
            case IRelationalPatternOperation relational:
                return FromComparison(holds ? relational.OperatorKind : Opposite(relational.OperatorKind), subject, relational.Value);
            case IConstantPatternOperation constant when holds:
                return FromComparison(BinaryOperatorKind.Equals, subject, constant.Value);
            case IRecursivePatternOperation whole when holds:
                return FromProperties(subject, whole);
            default:
                return null;
        }
    }

    // `address is { Value: <= limit }` says it of `address.Value`.
    private ValueRange? FromProperties(IOperation subject, IRecursivePatternOperation whole)
    {
        if (value is not IMemberReferenceOperation { Instance: { } owner } member || !ValueIdentity.AreSame(owner, subject))
        {
            return null;
        }

        ValueRange? all = null;
        foreach (IPropertySubpatternOperation property in whole.PropertySubpatterns)
        {
            if (property.Member is IMemberReferenceOperation { Member: var named } && SymbolEqualityComparer.Default.Equals(named, member.Member))
            {
                all = Both(all, FromPattern(value, property.Pattern, holds: true));
            }
        }

        return all;
    }

    /// <summary>What the range of <paramref name="subject"/> says about the value inside it.</summary>
    private ValueRange? Undo(IOperation subject, ValueRange range)
    {
        subject = ValueIdentity.WithoutParentheses(subject);
        if (ValueIdentity.AreSame(subject, value))
        {
            return range;
        }

        switch (subject)
        {
            case IConversionOperation { OperatorMethod: null } conversion
                when IntegerWidth.Of(conversion.Operand.Type, pointerBits) is { } from && IntegerWidth.Of(conversion.Type, pointerBits) is { } to:
                if (from.Range.IsWithin(to.Range))
                {
                    return Undo(conversion.Operand, range.Intersect(from.Range));
                }

                // The same bits read with another sign: only what both readings agree on is known.
                return to.Bits >= from.Bits && range.IsNonNegative && range.IsWithin(from.Range) ? Undo(conversion.Operand, range) : null;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.RightShift, OperatorMethod: null } shift
                when evaluation.Of(shift.RightOperand) is { } count && count.Minimum == count.Maximum && count.IsNonNegative
                    && IntegerWidth.Of(shift.Type, pointerBits) is { } shifted && count.Maximum < shifted.Bits:
                int bits = (int)count.Maximum;
                return Undo(shift.LeftOperand, new(range.Minimum << bits, ((range.Maximum + 1) << bits) - 1));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } mask
                when range.Minimum.IsZero && range.Maximum.IsZero
                    && evaluation.Of(mask.RightOperand) is { } bitsTested && bitsTested.Minimum == bitsTested.Maximum
                    && IntegerWidth.Of(mask.Type, pointerBits) is { } masked:
                return UndoMask(mask.LeftOperand, bitsTested.Minimum, masked);
            default:
                return null;
        }
    }

    // `value & mask` is zero: only the bits outside the mask can be set.
    private ValueRange? UndoMask(IOperation operand, BigInteger mask, IntegerWidth width)
    {
        BigInteger allBits = ValueRange.OfBits(width.Bits, isSigned: false).Maximum;
        BigInteger free = allBits & ~mask;
        return free <= width.Range.Maximum ? Undo(operand, new(BigInteger.Zero, free)) : null;
    }

    private bool Mentions(IOperation subject)
    {
        foreach (IOperation part in subject.DescendantsAndSelf())
        {
            if (ValueIdentity.AreSame(part, value))
            {
                return true;
            }
        }

        return false;
    }

    private static ValueRange? Both(ValueRange? left, ValueRange? right) =>
        left is null ? right : right is null ? left : left.Value.Intersect(right.Value);

    private static BinaryOperatorKind? Opposite(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => BinaryOperatorKind.NotEquals,
        BinaryOperatorKind.NotEquals => BinaryOperatorKind.Equals,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThan,
        _ => null,
    };

    private static BinaryOperatorKind? Mirrored(BinaryOperatorKind? kind) => kind switch
    {
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => kind,
    };
}
