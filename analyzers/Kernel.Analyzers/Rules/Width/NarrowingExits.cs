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
        IOperation side = narrowing;
        while (side.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            side = side.Parent;
        }

        if (side.Parent is not IBinaryOperation
            {
                OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals,
                OperatorMethod: null,
            } comparison)
        {
            return false;
        }

        IOperation other = side == comparison.LeftOperand ? comparison.RightOperand : comparison.LeftOperand;
        return ValueIdentity.AreSame(Innermost(other), Innermost(narrowing));
    }

    /// <summary>Whether the bits above are stored beside: <c>low = (uint)value; high = (uint)(value >> 32);</c> in one statement or one block.</summary>
    public static bool HasHighHalfBeside(IConversionOperation narrowing, int pointerBits)
    {
        IOperation value = Innermost(narrowing);
        if (narrowing.Type is not { } type || IntegerWidth.Of(type, pointerBits) is not { Bits: 32 } || !ValueIdentity.AreSame(value, value))
        {
            return false;
        }

        foreach (IOperation candidate in Surroundings(narrowing).Descendants())
        {
            if (candidate is IConversionOperation { OperatorMethod: null, Type: { } other } high
                && IntegerWidth.Of(other, pointerBits) is { Bits: 32 }
                && ShiftedBy32(high) is { } shifted
                && ValueIdentity.AreSame(Innermost(shifted), value)
                && IsStored(high)
                && !IsWrittenBetween(value, narrowing, high))
            {
                return true;
            }
        }

        return false;
    }

    // The left operand of `x >> 32` below the conversion, or null.
    private static IOperation? ShiftedBy32(IConversionOperation conversion) =>
        Innermost(conversion) is IBinaryOperation
        {
            OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
            OperatorMethod: null,
            RightOperand.ConstantValue: { HasValue: true, Value: 32 },
        } shift
            ? shift.LeftOperand
            : null;

    private static IOperation Innermost(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

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
