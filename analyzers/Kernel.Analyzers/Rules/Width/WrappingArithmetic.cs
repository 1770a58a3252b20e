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

    /// <summary>Whether there is a destination at which it is reported: asked first, because following the result is what costs.</summary>
    public bool CanBeReported() =>
        Exceeds()
        && (Scale() is { } scale
            ? scale >= BigInteger.Min(LeastScale, LeastOffsetScale)
            : OnlyValue(Left) is null && OnlyValue(Right) is null);

    /// <summary>Whether the result may have wrapped, as far as that matters where it goes to.</summary>
    public bool IsReportedAt(Destination destination)
    {
        if (destination == Destination.None || !Exceeds())
        {
            return false;
        }

        if (Scale() is { } scale)
        {
            return scale >= (destination == Destination.Offset ? LeastOffsetScale : LeastScale)
                && (destination != Destination.Number || scale.IsPowerOfTwo);
        }

        return destination is Destination.Address or Destination.Size or Destination.Offset
            && (_kind != BinaryOperatorKind.Add || destination != Destination.Offset)
            && IsUnknown(Left)
            && IsUnknown(Right);
    }

    private static WrappingArithmetic? Of(
        IOperation operation, BinaryOperatorKind kind, IOperation left, IOperation right, int pointerBits) =>
        kind is BinaryOperatorKind.Add or BinaryOperatorKind.Multiply or BinaryOperatorKind.LeftShift
        && IntegerWidth.Of(operation.Type, pointerBits) is { Bits: 32 } width
        && operation.Type is not (IPointerTypeSymbol or IFunctionPointerTypeSymbol)
            ? new(operation, kind, left, right, width, pointerBits)
            : null;

    // A count is not negative: only what lies above counts.
    private bool Exceeds()
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
        } > _width.Range.Maximum;
    }

    // The constant that the other operand is multiplied by; null where there is none.
    private BigInteger? Scale()
    {
        switch (_kind)
        {
            case BinaryOperatorKind.LeftShift:
                return OnlyValue(Left) is null && OnlyValue(Right) is { } count && count.Sign >= 0 ? BigInteger.One << (int)BigInteger.Min(count, 31) : null;
            case BinaryOperatorKind.Multiply:
                return OnlyValue(Left) ?? OnlyValue(Right);
            default:
                return null;
        }
    }

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
