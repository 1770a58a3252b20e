using System;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Works out which values an integer expression can have: from its type, constants, masks, shifts, arithmetic, and checks that dominate it.</summary>
/// <param name="pointerBits">The width of a pointer on the target.</param>
public sealed class RangeEvaluation(int pointerBits)
{
    // Deep expressions and long chains of locals are given their type's range rather than time without bound.
    private const int MaximumDepth = 32;

    // Each check asks for the range of what it compares with, which other checks bound: far down that only costs.
    private const int MaximumChecks = 4;

    // A local that is written once has one range, however many ways lead to it.
    private readonly Dictionary<ISymbol, ValueRange> _locals = new(SymbolEqualityComparer.Default);

    private int _depth;
    private int _checks;

    /// <summary>All values that the expression can have, or null where it is not an integer.</summary>
    public ValueRange? Of(IOperation operation)
    {
        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
        {
            return ToInteger(constant) is { } value ? ValueRange.Of(value) : null;
        }

        if (IntegerWidth.Of(operation.Type, pointerBits) is not { } width)
        {
            return null;
        }

        if (_depth == MaximumDepth)
        {
            return width.Range;
        }

        _depth++;
        ValueRange range = OfShape(operation, width);
        range = range.IsWithin(width.Range) ? range : width.Range;
        if (_checks < MaximumChecks)
        {
            _checks++;
            foreach (ValueRange known in new DominatingChecks(this, pointerBits).RangesOf(operation))
            {
                range = range.Intersect(known);
            }

            _checks--;
        }

        _depth--;
        return range;
    }

    /// <summary>Whether the condition always holds or never does; null where it depends.</summary>
    public bool? Decide(IOperation condition) => new ConditionDecision(this).Of(condition);

    /// <summary>The integer that a constant stands for, or null.</summary>
    public static BigInteger? ToInteger(object constant) => constant switch
    {
        char character => character,
        sbyte or short or int or long => Convert.ToInt64(constant, CultureInfo.InvariantCulture),
        byte or ushort or uint or ulong => Convert.ToUInt64(constant, CultureInfo.InvariantCulture),
        _ => null,
    };

    private ValueRange OfShape(IOperation operation, IntegerWidth width)
    {
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand) ?? width.Range;
            case IConversionOperation { OperatorMethod: null } conversion:
                return Of(conversion.Operand) is { } operand && operand.IsWithin(width.Range) ? operand : width.Range;
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional when Decide(conditional.Condition) is { } holds:
                return Of(holds ? conditional.WhenTrue : whenFalse) ?? width.Range;
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return Of(conditional.WhenTrue) is { } one && Of(whenFalse) is { } other ? one.Union(other) : width.Range;
            case ISimpleAssignmentOperation assignment:
                return Of(assignment.Value) ?? width.Range;
            case ILocalReferenceOperation reference:
                return OfLocal(reference, width);
            case ISizeOfOperation { TypeOperand: var type } when IntegerWidth.Of(type, pointerBits) is { } sized:
                return ValueRange.Of(sized.Bits / 8);
            case ISizeOfOperation:
                return new(BigInteger.One, int.MaxValue);
            case IPropertyReferenceOperation { Property: { IsStatic: true } property }
                when IntegerWidth.IsPointerSized(property.ContainingType) && IntegerWidth.Of(property.ContainingType, pointerBits) is { } native:
                return OfNativeLimit(property.Name, native) ?? width.Range;
            case IPropertyReferenceOperation { Property: { IsStatic: true, IsAbstract: false, IsVirtual: false } property }
                when LiteralOf(property) is { } literal:
                return ValueRange.Of(literal);
            case IPropertyReferenceOperation { Property: { Name: "Length", Type.SpecialType: SpecialType.System_Int32 } length }
                when length.ContainingType is { Name: "Span" or "ReadOnlySpan" or "Array" or "String", ContainingNamespace.Name: "System" }:
                return new(BigInteger.Zero, int.MaxValue);
            case IInvocationOperation call:
                return OfCall(call) ?? width.Range;
            case IBinaryOperation { OperatorMethod: null, IsLifted: false } binary
                when Of(binary.LeftOperand) is { } left && Of(binary.RightOperand) is { } right:
                return OfBinary(binary.OperatorKind, left, right, width);
            default:
                return width.Range;
        }
    }

    private ValueRange OfLocal(ILocalReferenceOperation reference, IntegerWidth width)
    {
        if (_locals.TryGetValue(reference.Local, out ValueRange known))
        {
            return known;
        }

        ValueRange range = Body.Around(reference).OnlyValueOf(reference.Local) is { } value && IntegerWidth.Of(value.Type, pointerBits) is not null
            ? Of(value) ?? width.Range
            : width.Range;
        _locals[reference.Local] = range;
        return range;
    }

    // `nuint.Size` and its neighbours are constants of the target, though not of the language.
    private static ValueRange? OfNativeLimit(string property, IntegerWidth native) => property switch
    {
        "Size" => ValueRange.Of(native.Bits / 8),
        "MaxValue" => ValueRange.Of(native.Range.Maximum),
        "MinValue" => ValueRange.Of(native.Range.Minimum),
        _ => null,
    };

    // `static int Shift => 12`, which an interface with static members wants as a property.
    private static BigInteger? LiteralOf(IPropertySymbol property)
    {
        foreach (SyntaxReference reference in property.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody.Expression: LiteralExpressionSyntax { Token.Value: { } value } })
            {
                return ToInteger(value);
            }
        }

        return null;
    }

    // A result outside the type wraps, and may then be anything: the caller takes the type's range for it.
    internal static ValueRange OfBinary(BinaryOperatorKind kind, ValueRange left, ValueRange right, IntegerWidth width)
    {
        switch (kind)
        {
            case BinaryOperatorKind.And when left.IsNonNegative && right.IsNonNegative:
                return new(BigInteger.Zero, BigInteger.Min(left.Maximum, right.Maximum));
            case BinaryOperatorKind.And when right.IsNonNegative:
                return new(BigInteger.Zero, right.Maximum);
            case BinaryOperatorKind.And when left.IsNonNegative:
                return new(BigInteger.Zero, left.Maximum);
            case BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr when left.IsNonNegative && right.IsNonNegative:
                return ValueRange.OfBitsIn(left, right);
            case BinaryOperatorKind.Remainder when right.Minimum.Sign > 0:
                BigInteger greatest = right.Maximum - 1;
                return left.IsNonNegative
                    ? new(BigInteger.Zero, BigInteger.Min(left.Maximum, greatest))
                    : new(-greatest, greatest);
            case BinaryOperatorKind.Divide when right.Minimum.Sign > 0 && left.IsNonNegative:
                return new(left.Minimum / right.Maximum, left.Maximum / right.Minimum);
            case BinaryOperatorKind.RightShift when IsShift(right, width):
                return new(left.Minimum >> (int)right.Minimum, left.Maximum >> (int)right.Minimum);
            case BinaryOperatorKind.UnsignedRightShift when IsShift(right, width):
                return left.IsNonNegative
                    ? new(left.Minimum >> (int)right.Minimum, left.Maximum >> (int)right.Minimum)
                    : right.Minimum.Sign > 0 ? ValueRange.OfBits(width.Bits - (int)right.Minimum, isSigned: false) : width.Range;
            case BinaryOperatorKind.LeftShift when IsShift(right, width):
                return new(left.Minimum << (int)right.Minimum, left.Maximum << (int)right.Minimum);
            case BinaryOperatorKind.Add:
                return new(left.Minimum + right.Minimum, left.Maximum + right.Maximum);
            case BinaryOperatorKind.Subtract:
                return new(left.Minimum - right.Maximum, left.Maximum - right.Minimum);
            case BinaryOperatorKind.Multiply when left.IsNonNegative && right.IsNonNegative:
                return new(left.Minimum * right.Minimum, left.Maximum * right.Maximum);
            default:
                return width.Range;
        }
    }

    // The processor masks larger counts: nothing is claimed about those.
    private static bool IsShift(ValueRange count, IntegerWidth width) =>
        count.Minimum == count.Maximum && count.IsNonNegative && count.Maximum < width.Bits;

    private ValueRange? OfCall(IInvocationOperation call)
    {
        if (!HasNumberFunctions(call.TargetMethod.ContainingType)
            || call.Arguments.Length < 2
            || Of(call.Arguments[0].Value) is not { } first
            || Of(call.Arguments[1].Value) is not { } second)
        {
            return null;
        }

        return call.TargetMethod.Name switch
        {
            "Min" => new(BigInteger.Min(first.Minimum, second.Minimum), BigInteger.Min(first.Maximum, second.Maximum)),
            "Max" => new(BigInteger.Max(first.Minimum, second.Minimum), BigInteger.Max(first.Maximum, second.Maximum)),
            "Clamp" when call.Arguments.Length == 3 && Of(call.Arguments[2].Value) is { } third => new(second.Minimum, third.Maximum),
            _ => null,
        };
    }

    // `Math` and the integer types themselves have the same three functions.
    private bool HasNumberFunctions(INamedTypeSymbol? type) =>
        IntegerWidth.Of(type, pointerBits) is not null
        || type is { Name: "Math", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
