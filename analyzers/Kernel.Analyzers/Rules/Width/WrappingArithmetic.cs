using System.Numerics;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>A multiplication, an addition or a shift of 32 bits, and how much speaks for it that its result does not always fit.</summary>
internal sealed class WrappingArithmetic
{
    // Below this a factor is the size of an element: the number of elements would have to pass eight million.
    private const int LeastScale = 512;

    // A row of pixels has fewer bytes than a page, as a rule: what moves a pointer by less is left alone.
    private const int LeastOffsetScale = 4096;

    // A segment of real mode begins every 16 bytes.
    private const int ParagraphShift = 4;

    private readonly BinaryOperatorKind _kind;
    private readonly int _pointerBits;
    private readonly RangeEvaluation _evaluation;
    private readonly IntegerWidth _width;

    private WrappingArithmetic(IOperation operation, BinaryOperatorKind kind, IOperation left, IOperation right, IntegerWidth width, int pointerBits)
    {
        Operation = operation;
        Left = left;
        Right = right;
        _kind = kind;
        _width = width;
        _pointerBits = pointerBits;
        _evaluation = new(pointerBits);
    }

    /// <summary>The operator with its operands.</summary>
    public IOperation Operation { get; }

    public IOperation Left { get; }

    public IOperation Right { get; }

    /// <summary>What the operator is called in a message.</summary>
    public string Name => _kind switch
    {
        BinaryOperatorKind.Add => "sum",
        BinaryOperatorKind.Multiply => "product",
        _ => "shift",
    };

    /// <summary>The arithmetic that the operation does in 32 unchecked bits, or null.</summary>
    public static WrappingArithmetic? In(IOperation operation, int pointerBits) => operation switch
    {
        IBinaryOperation { OperatorMethod: null, IsChecked: false, IsLifted: false, ConstantValue.HasValue: false } binary =>
            Of(binary, binary.OperatorKind, binary.LeftOperand, binary.RightOperand, pointerBits),
        ICompoundAssignmentOperation { OperatorMethod: null, IsChecked: false, IsLifted: false } assignment =>
            Of(assignment, assignment.OperatorKind, assignment.Target, assignment.Value, pointerBits),
        _ => null,
    };

    /// <summary>Whether there is a destination at which it is reported.</summary>
    public bool CanBeReported() =>
        Exceeds(_width.Range.Maximum)
        && !IsShiftedAway()
        && !BeginsWide(Left)
        && !BeginsWide(Right)
        && (Scale() is { } scale
            ? scale >= BigInteger.Min(LeastScale, LeastOffsetScale) && !IsMember(Left) && !IsMember(Right)
            : OnlyValue(Left) is null && OnlyValue(Right) is null);

    /// <summary>Whether the result may have wrapped, as far as that matters where it goes to.</summary>
    public bool IsReportedAt(Arrival arrival)
    {
        Destination destination = arrival.Destination;
        if (destination == Destination.None || !CanBeReported() || !Exceeds(LimitAt(arrival.Widening)))
        {
            return false;
        }

        if (Scale() is { } scale)
        {
            return scale >= (destination == Destination.Offset ? LeastOffsetScale : LeastScale)
                && (destination != Destination.Number || scale.IsPowerOfTwo);
        }

        return IsOfMemory(destination) && IsUnknown(Left) && IsUnknown(Right);
    }

    private static WrappingArithmetic? Of(
        IOperation operation, BinaryOperatorKind kind, IOperation left, IOperation right, int pointerBits) =>
        kind is BinaryOperatorKind.Add or BinaryOperatorKind.Multiply or BinaryOperatorKind.LeftShift
        && IntegerWidth.Of(operation.Type, pointerBits) is { Bits: 32 } width
        && operation.Type is not (IPointerTypeSymbol or IFunctionPointerTypeSymbol)
            ? new(operation, kind, left, right, width, pointerBits)
            : null;

    // What two numbers that nobody bounds are taken for, where their product or sum goes.
    private bool IsOfMemory(Destination destination) => (destination, _kind) switch
    {
        (Destination.Address, BinaryOperatorKind.Add) => !OperandNames.SpeakOfRegister(Left, Right) && !IsFarPointer(),
        (Destination.Size, BinaryOperatorKind.Add) => true,
        (Destination.Address or Destination.Size, _) => !IsOfPicture(),
        (Destination.Offset or Destination.Displacement, not BinaryOperatorKind.Add) =>
            CountsPages() && !IsOfPicture(),
        (Destination.Number, not BinaryOperatorKind.Add) => (CountsPages() || CountsBlocks()) && (OperandNames.SpeakOfSize(Left) || OperandNames.SpeakOfSize(Right)),
        _ => false,
    };

    private bool CountsPages() => OperandNames.SpeakOfPages(Left) || OperandNames.SpeakOfPages(Right);

    private bool CountsBlocks() => OperandNames.SpeakOfBlocks(Left) || OperandNames.SpeakOfBlocks(Right);

    // `(segment << 4) + offset`: two numbers of 16 bits, whatever they are kept in.
    private bool IsFarPointer() => IsParagraph(Left) || IsParagraph(Right);

    private bool IsParagraph(IOperation operand) =>
        operand.Innermost() is IBinaryOperation { OperatorMethod: null } shifted
        && (shifted.OperatorKind, OnlyValue(shifted.RightOperand)) is (BinaryOperatorKind.LeftShift, { } count) && count == ParagraphShift
        && OperandNames.SpeakOfSegment(shifted.LeftOperand);

    private bool IsOfPicture() => OperandNames.SpeakOfPicture(Left) || OperandNames.SpeakOfPicture(Right);

    // `(uint)(high << 16)`: the bit that an int calls its sign is one more bit of what an unsigned conversion widens.
    private BigInteger LimitAt(IOperation? widening)
    {
        IOperation? narrow = widening is IConversionOperation conversion ? conversion.Operand : widening;
        return IntegerWidth.Of(narrow?.Type, _pointerBits) is { Bits: 32 } width ? BigInteger.Max(width.Range.Maximum, _width.Range.Maximum) : _width.Range.Maximum;
    }

    // What is shifted by its width or more is KMEM205's.
    private bool IsShiftedAway() => _kind == BinaryOperatorKind.LeftShift && _evaluation.Of(Right) is { } count && count.Minimum >= _width.Bits;

    // `(uint)pointer + size`: what was lost before is the narrowing's.
    private bool BeginsWide(IOperation operand) =>
        operand.Innermost() is var value
        && IntegerWidth.Of(value.Type, _pointerBits) is { Bits: 64 }
        && AddressSources.OriginOf(value, _pointerBits) is not null;

    private static bool IsMember(IOperation operand) => operand.Innermost().Type is { TypeKind: TypeKind.Enum };

    // A count is not negative: only what lies above counts. The product of two numbers of 16 bits has 32, and is small where it is signed.
    private bool Exceeds(BigInteger limit)
    {
        if (_evaluation.Of(Left) is not { } left || _evaluation.Of(Right) is not { } right)
        {
            return false;
        }

        (BigInteger first, BigInteger second) = (BigInteger.Max(left.Maximum, 0), BigInteger.Max(right.Maximum, 0));
        return _kind switch
        {
            BinaryOperatorKind.Add => first + second,
            BinaryOperatorKind.Multiply => first * second,
            _ => first << (int)BigInteger.Min(second, 31),
        } > (_kind == BinaryOperatorKind.Multiply && first <= ushort.MaxValue && second <= ushort.MaxValue ? uint.MaxValue : limit);
    }

    // The constant that the other operand is multiplied by; null where there is none.
    private BigInteger? Scale()
    {
        switch (_kind)
        {
            case BinaryOperatorKind.LeftShift:
                return OnlyValue(Left) is null && LeastShift() is { Sign: >= 0 } count ? BigInteger.One << (int)BigInteger.Min(count, 31) : null;
            case BinaryOperatorKind.Multiply:
                return OnlyValue(Left) ?? OnlyValue(Right);
            default:
                return null;
        }
    }

    // By 12 or more where `12 + 9 * level` stands: what is added to a shift is no less than nothing.
    private BigInteger? LeastShift() =>
        OnlyValue(Right)
        ?? (Right.Innermost() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum ? OnlyValue(sum.LeftOperand) ?? OnlyValue(sum.RightOperand) : null);

    private BigInteger? OnlyValue(IOperation operand) =>
        _evaluation.Of(operand) is { } range && range.Minimum == range.Maximum ? range.Minimum : null;

    // A constant, the size of a type, a member of an enum, and what was compared with a bound are known to somebody.
    private bool IsUnknown(IOperation operand)
    {
        while (operand is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            operand = operand is IConversionOperation conversion ? conversion.Operand : ValueIdentity.WithoutParentheses(operand);
            if (operand.Type?.TypeKind == TypeKind.Enum)
            {
                return false;
            }
        }

        if (operand is ISizeOfOperation || OnlyValue(operand) is not null || IntegerWidth.Of(operand.Type, _pointerBits) is not { } width)
        {
            return false;
        }

        foreach (ValueRange range in new DominatingChecks(_evaluation, _pointerBits).RangesOf(operand))
        {
            if (range.Maximum < width.Range.Maximum || range.Minimum <= width.Range.Minimum)
            {
                return false;
            }
        }

        return operand is not IBinaryOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Remainder };
    }
}
