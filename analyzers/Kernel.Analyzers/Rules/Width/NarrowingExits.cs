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
        if (stored is null || Surroundings(narrowing) is not IBlockOperation block)
        {
            return false;
        }

        foreach (IOperation part in block.Descendants())
        {
            if (part is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, OperatorMethod: null } test
                && test.Syntax.SpanStart > narrowing.Syntax.SpanStart
                && ReferenceEquals(Surroundings(test), block)
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

    /// <summary>Whether only low bits are taken from the narrow value: <c>(int)value &amp; 0xFFF</c>.</summary>
    /// <remarks>A mask that keeps the topmost bit, as that of a page number, is no such one: it wants the bits that are lost.</remarks>
    public static bool IsMasked(IConversionOperation narrowing, int pointerBits)
    {
        IOperation side = narrowing.Outermost();

        if (IntegerWidth.Of(narrowing.Type, pointerBits) is not { } width
            || side.Parent is not IBinaryOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } and)
        {
            return false;
        }

        IOperation mask = side == and.LeftOperand ? and.RightOperand : and.LeftOperand;
        return new RangeEvaluation(pointerBits).Of(mask) is { } kept
            && kept.IsWithin(ValueRange.OfBits(width.Bits - 1, isSigned: false));
    }

    /// <summary>Whether both halves are folded into one before: <c>(uint)(value ^ (value >> 32))</c>, a hash.</summary>
    public static bool IsFolded(IConversionOperation narrowing)
    {
        if (narrowing.Innermost() is not IBinaryOperation { OperatorKind: BinaryOperatorKind.ExclusiveOr, OperatorMethod: null } fold)
        {
            return false;
        }

        (IOperation left, IOperation right) = (fold.LeftOperand.Innermost(), fold.RightOperand.Innermost());
        return (Shifted(right) is (var low, 32) && ValueIdentity.AreSame(low, left))
            || (Shifted(left) is (var other, 32) && ValueIdentity.AreSame(other, right));
    }

    /// <summary>
    /// Whether the bits above are stored beside: <c>low = (uint)value; high = (uint)(value >> 32);</c> in one statement or one block; in as
    /// many pieces as it takes.
    /// </summary>
    public static bool HasHighHalfBeside(IConversionOperation narrowing, int pointerBits)
    {
        (IOperation value, int below) = Shifted(narrowing.Innermost()) ?? (narrowing.Innermost(), 0);
        if (narrowing.Type is not { } type || IntegerWidth.Of(type, pointerBits) is not { } width || !ValueIdentity.AreSame(value, value))
        {
            return false;
        }

        foreach (IOperation candidate in Surroundings(narrowing).Descendants())
        {
            if (candidate is IConversionOperation { OperatorMethod: null, Type: { } other } high
                && IntegerWidth.Of(other, pointerBits) is { Bits: <= 32 }
                && Shifted(high.Innermost()) is { } above
                && above.Count == below + width.Bits
                && ValueIdentity.AreSame(above.Value, value)
                && IsStored(high)
                && !IsWrittenBetween(value, narrowing, high))
            {
                return true;
            }
        }

        return false;
    }

    // What `x >> n` shifts, and by how much.
    private static (IOperation Value, int Count)? Shifted(IOperation operation) =>
        operation is IBinaryOperation
        {
            OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
            OperatorMethod: null,
            RightOperand.ConstantValue: { HasValue: true, Value: int count },
        } shift
            ? (shift.LeftOperand.Innermost(), count)
            : null;

    // The innermost block; outside of blocks (an expression body, an initializer) all of it.
    private static IOperation Surroundings(IOperation operation)
    {
        while (operation is not (IBlockOperation or ISwitchCaseOperation) && operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    private static bool IsStored(IOperation high)
    {
        while (high.Parent is IConversionOperation or IParenthesizedOperation)
        {
            high = high.Parent;
        }

        return high.Parent is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation })
            && !(high.Parent is IBinaryOperation comparison && comparison.Type?.SpecialType == SpecialType.System_Boolean);
    }

    private static bool IsWrittenBetween(IOperation value, IOperation low, IOperation high)
    {
        (IOperation first, IOperation second) = low.Syntax.SpanStart < high.Syntax.SpanStart ? (low, high) : (high, low);
        IOperation root = VariableWrites.RootOf(value);
        foreach (ISymbol variable in ValueIdentity.VariablesOf(value))
        {
            foreach (VariableWrite write in VariableWrites.Of(variable, root))
            {
                if (write.IsAlias
                    || (write.Place.Syntax.SpanStart >= first.Syntax.Span.End && write.Place.Syntax.SpanStart < second.Syntax.SpanStart))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
