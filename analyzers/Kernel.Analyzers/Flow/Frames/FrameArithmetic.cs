using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Arithmetic on the address of a frame.</summary>
internal sealed class FrameArithmetic(ConstantAmounts amounts)
{
    // More than any block of tables is long; a 32-bit kernel maps memory at 3 GiB, or at 2.
    private const long LeastBase = 1L << 28;

    /// <summary>
    /// Where the result leads: bits added or masked leave it where it led; an offset may lead elsewhere, unless it is the base of
    /// a mapping.
    /// </summary>
    public FrameValue Combine(IBinaryOperation binary, FrameValue left, FrameValue right, FrameState state)
    {
        if (!FrameAnalysis.CanLead(binary.Type) || !(left.IsTracked || right.IsTracked))
        {
            return FrameValue.Untracked;
        }

        bool leftLeads = left.IsTracked && !(right.IsTracked && IsOffset(binary.LeftOperand));
        bool rightLeads = right.IsTracked && !(left.IsTracked && IsOffset(binary.RightOperand));
        if (leftLeads == rightLeads)
        {
            return leftLeads ? Either(binary, left, right, state) : FrameValue.Untracked;
        }

        FrameValue address = leftLeads ? left : right;
        IOperation offset = leftLeads ? binary.RightOperand : binary.LeftOperand;
        bool moves = binary.OperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract;
        return moves && !IsMappingBase(offset) ? address.AsInterior() : address;
    }

    // Which of two parameters is the frame, and which the flags or the base of a mapping, only a caller knows.
    private static FrameValue Either(IBinaryOperation binary, FrameValue left, FrameValue right, FrameState state)
    {
        if (left.Group == right.Group)
        {
            return left.AsInterior();
        }

        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.Or:
                return state.Add(state.FactsOf(left).Join(state.FactsOf(right)));
            case BinaryOperatorKind.Add or BinaryOperatorKind.Subtract:
                return state.Add(state.FactsOf(left).Join(state.FactsOf(right))).AsInterior();
            default:
                return FrameValue.Untracked;
        }
    }

    // `hhdm + frame`, `frame | (flags & User)`
    private bool IsOffset(IOperation operand)
    {
        operand = operand.Innermost();
        return IsMappingBase(operand)
            || (operand is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask
                && (amounts.Of(mask.LeftOperand) is < MemoryFills.FrameBytes || amounts.Of(mask.RightOperand) is < MemoryFills.FrameBytes));
    }

    /// <summary>
    /// Whether the amount is what lies between physical memory and its mapping: nothing, a static, a field that keeps its value, more than any table is
    /// long, or something that is named so.
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
            ? amount is 0 or >= LeastBase
            : offset is IFieldReferenceOperation { Field: { IsStatic: true } or { IsReadOnly: true } }
                or IPropertyReferenceOperation { Property.IsStatic: true }
                || IsBaseName(EntryText.LastName(offset.Syntax));
    }

    private static bool IsBaseName(string name) =>
        Words.Has(name, "hhdm") || Words.Has(name, "physmap") || Words.Has(name, "directmap")
        || Words.Has(name, "higherhalf") || Words.Has(name, "physOffset") || Words.Has(name, "phys_offset")
        || Words.Has(name, "physicalOffset") || Words.Has(name, "physicalMemoryOffset")
        || Words.Has(name, "kernelBase") || Words.Has(name, "kernel_base") || Words.Has(name, "virtBase")
        || Words.Has(name, "virtualBase") || Words.Has(name, "mapBase");
}
