using System.Linq;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>What around a narrowing shows that no bit is lost, although the narrowing itself drops some.</summary>
internal static class NarrowingExits
{
    /// <summary>Whether the narrow value is only compared with what it was made from: <c>(uint)value == value</c>, the check itself.</summary>
    public static bool IsComparedWithOriginal(IConversionOperation narrowing)
    {
        IOperation side = narrowing.Outermost();

        if (side.Parent is not IBinaryOperation
            {
                OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals,
                OperatorMethod: null,
            } comparison)
        {
            return false;
        }

        IOperation other = side == comparison.LeftOperand ? comparison.RightOperand : comparison.LeftOperand;
        return ValueIdentity.AreSame(other.Innermost(), narrowing.Innermost());
    }

    /// <summary>Whether a later statement of the block compares the stored value with what it was made from.</summary>
    public static bool IsComparedLater(IConversionOperation narrowing)
    {
        ISymbol? stored = narrowing.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } => local.Local,
            ISimpleAssignmentOperation { Target: IParameterReferenceOperation parameter } => parameter.Parameter,
            _ => null,
        };
        if (stored is null || SurroundingsOf(narrowing) is not IBlockOperation block)
        {
            return false;
        }

        foreach (IOperation part in block.Descendants())
        {
            if (part is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, OperatorMethod: null } test
                && test.Syntax.SpanStart > narrowing.Syntax.SpanStart
                && ReferenceEquals(SurroundingsOf(test), block)
                && (IsOf(test.LeftOperand, test.RightOperand) || IsOf(test.RightOperand, test.LeftOperand))
                && !IsWrittenBetween(narrowing.Innermost(), narrowing, test))
            {
                return true;
            }
        }

        return false;

        bool IsOf(IOperation narrow, IOperation wide) =>
            narrow.Innermost() is ILocalReferenceOperation or IParameterReferenceOperation
            && ValueIdentity.VariablesOf(narrow.Innermost()).Contains(stored, SymbolEqualityComparer.Default)
            && ValueIdentity.AreSame(wide.Innermost(), narrowing.Innermost());
    }

    /// <summary>Whether only low bits are taken from the narrow value: <c>(int)value &amp; 0xFFF</c>, <c>(uint)value % 4096</c>.</summary>
    /// <remarks>
    /// A mask that keeps the topmost bit and others, as that of a page number, is no such one: it wants the bits that are lost.
    /// </remarks>
    public static bool IsMasked(IConversionOperation narrowing, int pointerBits)
    {
        IOperation side = narrowing.Outermost();
        if (IntegerWidth.Of(narrowing.Type, pointerBits) is not { } width || side.Parent is not IBinaryOperation { OperatorMethod: null } taking)
        {
            return false;
        }

        IOperation other = side == taking.LeftOperand ? taking.RightOperand : taking.LeftOperand;
        ValueRange? kept = new RangeEvaluation(pointerBits).Of(other);
        return taking.OperatorKind switch
        {
            BinaryOperatorKind.And => IsLessOne(other)
                || kept?.IsWithin(ValueRange.OfBits(width.Bits - 1, isSigned: false)) == true
                || (kept is { Minimum: { Sign: > 0, IsPowerOfTwo: true } flag, Maximum: var only } && flag == only),
            BinaryOperatorKind.Remainder => other == taking.RightOperand
                && kept is { Minimum: { Sign: > 0, IsPowerOfTwo: true } divisor, Maximum: var greatest } && divisor == greatest
                && (IntegerWidth.Of(taking.Type, pointerBits) is { IsSigned: false } || IsComparedWithZero(taking)),
            _ => false,
        };
    }

    /// <summary>Whether the narrow value is one side of a distance: <c>(uint)end - (uint)start</c> is right as long as the distance fits.</summary>
    public static bool IsOfDistance(IConversionOperation narrowing, int pointerBits)
    {
        IOperation side = narrowing.Outermost();
        return side.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, OperatorMethod: null, IsChecked: false } difference
            && IsAddress(difference.LeftOperand)
            && IsAddress(difference.RightOperand);

        bool IsAddress(IOperation operand) =>
            operand.Innermost() is var value
            && IntegerWidth.Of(value.Type, pointerBits) is { } width && width.Bits >= pointerBits
            && AddressSources.RealOriginOf(value, pointerBits) is not null;
    }

    /// <summary>Whether the value was a number of no more bits before it was put into a pointer: <c>(int)cookie</c> after <c>cookie = (void*)id</c>.</summary>
    public static bool IsTakenOut(IConversionOperation narrowing, int pointerBits)
    {
        if (IntegerWidth.Of(narrowing.Type, pointerBits) is not { } width)
        {
            return false;
        }

        IOperation value = narrowing.Innermost();
        while (value is ILocalReferenceOperation reference && Body.Around(reference).OnlyValueOf(reference.Local)?.Innermost() is { } only && only != value)
        {
            value = only;
        }

        return IntegerWidth.Of(value.Type, pointerBits) is { } before && before.Bits <= width.Bits;
    }

    // `alignment - 1` is the mask of a power of two.
    private static bool IsLessOne(IOperation mask) => mask.Innermost() is IBinaryOperation
    {
        OperatorKind: BinaryOperatorKind.Subtract,
        OperatorMethod: null,
        RightOperand.ConstantValue: { HasValue: true, Value: 1 or 1u or 1L or 1ul },
    };

    private static bool IsComparedWithZero(IOperation value) =>
        value.Outermost().Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
        && (comparison.LeftOperand.ConstantValue is { HasValue: true, Value: 0 } || comparison.RightOperand.ConstantValue is { HasValue: true, Value: 0 });

    /// <summary>The innermost block; outside of blocks (an expression body, an initializer) all of it.</summary>
    public static IOperation SurroundingsOf(IOperation operation)
    {
        while (operation is not (IBlockOperation or ISwitchCaseOperation) && operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>Whether a variable or a member in the value is given another one between the two places, or can be from elsewhere.</summary>
    public static bool IsWrittenBetween(IOperation value, IOperation one, IOperation other)
    {
        (IOperation first, IOperation second) = one.Syntax.SpanStart < other.Syntax.SpanStart ? (one, other) : (other, one);
        Body body = Body.Around(value);
        foreach (ISymbol variable in ValueIdentity.VariablesOf(value))
        {
            foreach (VariableWrite write in body.WritesTo(variable))
            {
                if (write.IsAlias || IsBetween(write.Place))
                {
                    return true;
                }
            }
        }

        return body.Operations.Any(part => part is IAssignmentOperation { Target: IMemberReferenceOperation { Member: var member } } && IsBetween(part)
            && value.DescendantsAndSelf().Any(read => read is IMemberReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Member, member)));

        bool IsBetween(IOperation place) =>
            place.Syntax.SpanStart >= first.Syntax.Span.End && place.Syntax.SpanStart < second.Syntax.SpanStart;
    }

    /// <summary>Whether the value is less than a number that is narrow itself: a remainder by it, the smaller one of the two.</summary>
    public static bool IsBoundedByNarrow(IOperation value, IntegerWidth target, int pointerBits)
    {
        value = value.Innermost();
        return value switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder, OperatorMethod: null } rest => IsNarrow(rest.RightOperand),
            IInvocationOperation { TargetMethod: { IsStatic: true, Name: "Min" } } call => call.Arguments.Any(argument => IsNarrow(argument.Value)),
            ILocalReferenceOperation { Local: var local } => Body.Around(value).OnlyValueOf(local) is { } only
                && !(only.Innermost() is ILocalReferenceOperation)
                && IsBoundedByNarrow(only, target, pointerBits),
            _ => false,
        };

        bool IsNarrow(IOperation bound) =>
            new RangeEvaluation(pointerBits).Of(bound.Innermost()) is { } range && range.Maximum <= target.Capacity.Maximum;
    }
}
