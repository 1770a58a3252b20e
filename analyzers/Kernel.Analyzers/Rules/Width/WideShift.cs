using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>A shift by at least as many bits as the shifted value has.</summary>
internal static class WideShift
{
    /// <summary>The report, or null where the operation is no such shift.</summary>
    public static Diagnostic? In(IOperation operation, int pointerBits) => operation switch
    {
        IBinaryOperation { OperatorMethod: null } shift =>
            Of(shift, shift.OperatorKind, shift.LeftOperand, shift.RightOperand, pointerBits),
        ICompoundAssignmentOperation { OperatorMethod: null } shift =>
            Of(shift, shift.OperatorKind, shift.Target, shift.Value, pointerBits),
        _ => null,
    };

    // A negative count is left alone: `(x << n) | (x >> -n)` turns bits round and means the processor's modulus.
    private static Diagnostic? Of(IOperation shift, BinaryOperatorKind kind, IOperation value, IOperation count, int pointerBits)
    {
        if (kind is not (BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift)
            || IntegerWidth.Of(value.Type, pointerBits) is not { } width
            || new RangeEvaluation(pointerBits).Of(count) is not { } counts)
        {
            return null;
        }

        // What is narrower than an int is shifted as one.
        int bits = System.Math.Max(width.Bits, 32);
        return counts.Minimum < bits && !(bits == 32 && IsWidened(shift, pointerBits) && IsOfWideValue(count, pointerBits))
            ? null
            : Diagnostic.Create(
                WidthMismatchAnalyzer.ShiftRule,
                shift.Syntax.GetLocation(),
                WidthMismatchAnalyzer.Display(value.Type),
                bits,
                WidthMismatchAnalyzer.OnTarget(value.Type, pointerBits),
                counts.Minimum == counts.Maximum ? counts.Minimum.ToString() : counts.Minimum < bits ? $"up to {counts.Maximum}" : $"{counts.Minimum} or more");
    }

    private static bool IsWidened(IOperation shift, int pointerBits) =>
        shift.Outermost() is IConversionOperation widened && IntegerWidth.Of(widened.Type, pointerBits) is { Bits: 64 };

    // `(ulong)(1 << (bit & 63))`, `(ulong)(1 << (bit % 64))`: whoever writes that has 64 bits in mind.
    private static bool IsOfWideValue(IOperation count, int pointerBits) =>
        count.Innermost() is IBinaryOperation { OperatorMethod: null, OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Remainder } taken
        && new RangeEvaluation(pointerBits).Of(taken.RightOperand) is { } range
        && range.Minimum == range.Maximum
        && range.Maximum == (taken.OperatorKind == BinaryOperatorKind.And ? 63 : 64);
}
