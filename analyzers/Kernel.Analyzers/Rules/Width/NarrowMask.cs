using System.Numerics;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>A mask that was complemented in 32 bits and then widened: <c>value &amp; ~0xFFFu</c>.</summary>
internal static class NarrowMask
{
    private const ulong HighestBit = 0x8000_0000;

    /// <summary>The report, or null where the operation does not mask, or the mask loses nothing that was there.</summary>
    public static Diagnostic? In(IOperation operation, int pointerBits) => operation switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } and =>
            Of(and, and.LeftOperand, and.RightOperand, pointerBits) ?? Of(and, and.RightOperand, and.LeftOperand, pointerBits),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } and =>
            Of(and, and.Target, and.Value, pointerBits),
        _ => null,
    };

    /// <summary>What the operation rounds by a complement of 32 bits, as in <c>value &amp; ~0xFFFu</c>; null where it does not.</summary>
    public static IOperation? RoundedIn(IOperation operation, int pointerBits) =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } and && IntegerWidth.Of(and.Type, pointerBits) is { Bits: 64 }
            ? IsNarrowComplement(and.RightOperand) ? and.LeftOperand : IsNarrowComplement(and.LeftOperand) ? and.RightOperand : null
            : null;

    private static bool IsNarrowComplement(IOperation mask) => WidenedFrom32Bits(mask) is { } narrow && IsComplement(narrow);

    private static Diagnostic? Of(IOperation and, IOperation value, IOperation mask, int pointerBits)
    {
        if (IntegerWidth.Of(and.Type, pointerBits) is not { Bits: 64 }
            || WidenedFrom32Bits(mask) is not { } narrow
            || !(IsComplement(narrow) || (IsUpperRun(narrow) && AddressSources.OriginOf(value, pointerBits) is not null && !IsField(and)))
            || new RangeEvaluation(pointerBits).Of(value) is not { } range
            || range.IsWithin(ValueRange.OfBits(32, isSigned: false))
            || IsWidenedItself(value, pointerBits)
            || IsNarrowedAgain(and, pointerBits))
        {
            return null;
        }

        return Diagnostic.Create(
            WidthMismatchAnalyzer.MaskRule,
            narrow.Syntax.GetLocation(),
            [value.Syntax.GetLocation()],
            WidthMismatchAnalyzer.Display(narrow.Type),
            WidthMismatchAnalyzer.Display(value.Type),
            WidthMismatchAnalyzer.OnTarget(and.Type, pointerBits));
    }

    // The expression of type uint below the conversions that widen it with zeros, or null.
    private static IOperation? WidenedFrom32Bits(IOperation mask)
    {
        IOperation inner = ValueIdentity.WithoutParentheses(mask);
        while (inner is IConversionOperation { OperatorMethod: null } conversion && !IsUInt32(inner.Type))
        {
            inner = ValueIdentity.WithoutParentheses(conversion.Operand);
        }

        return IsUInt32(inner.Type) ? inner : null;
    }

    private static bool IsUInt32(ITypeSymbol? type) => IntegerWidth.Of(type, pointerBits: 64) is { Bits: 32, IsSigned: false };

    private static bool IsComplement(IOperation mask)
    {
        mask = ValueIdentity.WithoutParentheses(mask);
        return mask switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation, OperatorMethod: null } => true,
            IConversionOperation { OperatorMethod: null } conversion => IsComplement(conversion.Operand),
            ILocalReferenceOperation { ConstantValue.HasValue: false } reference =>
                Body.Around(reference).OnlyValueOf(reference.Local) is { } value
                && IntegerWidth.Of(value.Type, pointerBits: 64) is { Bits: 32 }
                && IsComplement(value),
            _ => false,
        };
    }

    // 0xFFFFF000: all ones from bit 31 down, then zeros. One bit alone is a flag, 32 ones are the lower half.
    private static bool IsUpperRun(IOperation mask)
    {
        if (mask.ConstantValue is not { HasValue: true, Value: { } constant } || RangeEvaluation.ToInteger(constant) is not { } value)
        {
            return false;
        }

        BigInteger zeros = uint.MaxValue - value;
        return value > HighestBit && !zeros.IsZero && (zeros & (zeros + 1)).IsZero;
    }

    // `(value & 0xFF00_0000) >> 24` takes a field out.
    private static bool IsField(IOperation and) => and.Outermost().Parent is IBinaryOperation
    {
        OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
    };

    // `number & ~0x8000_0000` with an int: 64 bits come of it only because the mask has no sign.
    private static bool IsWidenedItself(IOperation value, int pointerBits) =>
        IntegerWidth.Of(value.Innermost().Type, pointerBits) is { Bits: <= 32 } && value is IConversionOperation { IsImplicit: true };

    private static bool IsNarrowedAgain(IOperation and, int pointerBits)
    {
        for (IOperation? around = and.Parent; around is IConversionOperation or IParenthesizedOperation; around = around.Parent)
        {
            if (IntegerWidth.Of(around.Type, pointerBits) is { Bits: <= 32 })
            {
                return true;
            }
        }

        return false;
    }
}
