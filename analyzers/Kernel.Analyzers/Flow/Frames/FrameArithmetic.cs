using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Arithmetic on the address of a frame.</summary>
internal sealed class FrameArithmetic(ConstantAmounts amounts)
{
    /// <summary>
    /// Where the result leads: bits added or masked leave it where it led; an offset may lead elsewhere, unless it is the base of
    /// a mapping.
    /// </summary>
    public FrameValue Combine(IBinaryOperation binary, FrameValue left, FrameValue right)
    {
        if (!FrameAnalysis.CanLead(binary.Type) || left.IsTracked == right.IsTracked)
        {
            return FrameValue.Untracked;
        }

        FrameValue address = left.IsTracked ? left : right;
        IOperation offset = left.IsTracked ? binary.RightOperand : binary.LeftOperand;
        bool moves = binary.OperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract;
        return moves && !IsMappingBase(offset) ? address.AsInterior() : address;
    }

    /// <summary>
    /// Whether the amount is what lies between physical memory and its mapping: nothing, a static, or more than any table is
    /// long.
    /// </summary>
    private bool IsMappingBase(IOperation offset)
    {
        while (offset is IConversionOperation { OperatorMethod: null } conversion)
        {
            offset = conversion.Operand;
        }

        if (offset.ConstantValue is { HasValue: true, Value: ulong and > long.MaxValue })
        {
            return true;
        }

        return amounts.Of(offset) is { } amount
            ? amount == 0 || amount >= uint.MaxValue
            : offset is IFieldReferenceOperation { Field.IsStatic: true }
                or IPropertyReferenceOperation { Property.IsStatic: true };
    }
}
