using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Follows an integer forward through conversions, arithmetic, choices and locals to what it becomes.</summary>
/// <param name="pointerBits">The width of a pointer on the target.</param>
internal sealed class ValueDestination(int pointerBits)
{
    // Each local is followed once as long as the value is narrow and once when it is wide: the first way to it is as good as any other.
    private readonly HashSet<ISymbol> _followedNarrow = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _followedWide = new(SymbolEqualityComparer.Default);
    private readonly ValueOrigin _origins = AddressSources.Origins(pointerBits);

    /// <summary>What becomes of an integer of 32 bits or fewer; of several uses the one that is known best.</summary>
    public Arrival Of(IOperation value) => Of(value, null, ImmutableList<IOperation>.Empty);

    /// <summary>What becomes of a local that the operation has just written.</summary>
    public Arrival OfLocal(ILocalSymbol local, IOperation write) => OfLocal(local, write, null, ImmutableList<IOperation>.Empty);

    private Arrival Of(IOperation value, IOperation? widening, ImmutableList<IOperation> around)
    {
        for (IOperation child = value; child.Parent is { } parent; child = parent)
        {
            switch (parent)
            {
                case IConversionOperation { OperatorMethod: not null, Type.Name: "Index", Parent: IRangeOperation }:
                    return new(Destination.Size, widening, around);
                case IConversionOperation { OperatorMethod: not null }:
                    return Arrived(Destination.Address, HasAddressType(parent.Type));
                case IConversionOperation conversion:
                    if (IntegerWidth.Of(conversion.Type, pointerBits) is not { } width)
                    {
                        return default;
                    }

                    if (width.Bits < 64 && (widening is not null || width.Bits < 32))
                    {
                        return default;
                    }

                    widening = width.Bits == 64 ? widening ?? conversion : widening;
                    if (conversion.Type is IPointerTypeSymbol or IFunctionPointerTypeSymbol)
                    {
                        return new(IsAddedToWide(widening) ? Destination.Displacement : Destination.Address, widening, around);
                    }

                    break;
                case IBinaryOperation { Type: IPointerTypeSymbol }:
                    return new(Destination.Offset, WideOffset(child), around);
                case IBinaryOperation { OperatorMethod: not null } sum:
                    return Arrived(Destination.Displacement, HasAddressType(sum.LeftOperand.Type) || HasAddressType(sum.RightOperand.Type));
                case IBinaryOperation binary:
                    if (Past(binary, child, widening) is { } end)
                    {
                        return end == Destination.None ? default : new(end, widening, around);
                    }

                    around = widening is null ? around.Add(binary) : around;
                    break;
                case IParenthesizedOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation:
                case IConditionalOperation conditional when child != conditional.Condition:
                case IVariableInitializerOperation:
                    break;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsStatic: true, Name: "Min" or "Max" } } call }:
                    parent = call;
                    break;
                case IVariableDeclaratorOperation declarator:
                    return OfLocal(declarator.Symbol, declarator, widening, around);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } assignment when child == assignment.Value:
                    return OfLocal(local.Local, assignment, widening, around);
                case ICompoundAssignmentOperation { Type: IPointerTypeSymbol }:
                    return new(Destination.Offset, WideOffset(child), around);
                case ICompoundAssignmentOperation { OperatorMethod: null, Target: ILocalReferenceOperation local } assignment when child == assignment.Value:
                    return IsSum(assignment.OperatorKind)
                        ? OfLocal(local.Local, assignment, widening, widening is null ? around.Add(assignment) : around)
                        : default;
                default:
                    return AtPlace(parent, child);
            }
        }

        return default;

        Arrival Arrived(Destination destination, bool isKnown) =>
            isKnown ? new(destination, widening, around) : new(widening is null ? Destination.None : Destination.Number, widening, around);

        // An integer of 32 bits that moves a pointer of 64 is widened by the addition, without a conversion; one of 32 takes the low bits.
        IOperation? WideOffset(IOperation offset) => pointerBits == 64 ? widening ?? offset : null;

        Arrival AtPlace(IOperation place, IOperation child) => place switch
        {
            IExpressionStatementOperation or IArrayElementReferenceOperation => default,
            { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax access } when access.ArgumentList.Span.Contains(child.Syntax.Span) =>
                new(Destination.Offset, WideOffset(child), around),
            _ when AddressPlaces.Takes(place, child) => new(Destination.Address, widening, around),
            _ when SizePlaces.Takes(place) => new(Destination.Size, widening, around),
            _ => Arrived(Destination.None, isKnown: false),
        };
    }

    // Null where the value goes on, else where it ends.
    private Destination? Past(IBinaryOperation binary, IOperation child, IOperation? widening)
    {
        bool isWide = widening is not null;
        IOperation other = child == binary.LeftOperand ? binary.RightOperand : binary.LeftOperand;
        switch (binary.OperatorKind)
        {
            case BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply:
                return isWide && _origins.Of(other) is not null ? Destination.Displacement : null;
            case BinaryOperatorKind.Or:
                return isWide && _origins.Of(other) is not null ? Destination.Address
                    : ShiftsVariable(other) && !(isWide ? IsSigned(widening) : JoinsBytes(binary)) ? Destination.None
                    : null;
            case BinaryOperatorKind.LeftShift when child == binary.LeftOperand:
            case BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift or BinaryOperatorKind.Divide
                when isWide && child == binary.LeftOperand:
                return null;
            case BinaryOperatorKind.And when isWide:
                return new RangeEvaluation(pointerBits).Of(other) is { } mask && mask.IsWithin(ValueRange.OfBits(32, isSigned: false))
                    ? Destination.None
                    : null;
            case BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual:
                return isWide && _origins.Of(other) is not null ? Destination.Address : Destination.None;
            default:
                return Destination.None;
        }
    }

    // `(byte*)(start + (ulong)offset)`: the start is a number of 64 bits from elsewhere.
    private bool IsAddedToWide(IOperation? widening)
    {
        IOperation? child = widening;
        for (IOperation? parent = child?.Parent; parent is IBinaryOperation or IConversionOperation or IParenthesizedOperation; parent = parent.Parent)
        {
            if (parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum
                && IsWide(child == sum.LeftOperand ? sum.RightOperand : sum.LeftOperand))
            {
                return true;
            }

            child = parent;
        }

        return false;
    }

    private bool IsWide(IOperation operand) =>
        !operand.ConstantValue.HasValue && IntegerWidth.Of(operand.Innermost().Type, pointerBits) is { Bits: 64 };

    // `first | second << 8 | third << 16 | fourth << 24` of bytes: the last one sets the sign of an int.
    private static bool JoinsBytes(IBinaryOperation or) =>
        or.Type?.SpecialType == SpecialType.System_Int32
        && or.Descendants().All(part => part is not IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift } shift
            || IntegerWidth.Of(shift.LeftOperand.Innermost().Type, pointerBits: 64) is { Bits: <= 16, IsSigned: false });

    // `(ulong)(low | middle << 16) | (ulong)high << 32`: the sign of the lower half is spread over the upper one.
    private bool IsSigned(IOperation? widening) =>
        widening is IConversionOperation { Operand.Type: var narrow } && IntegerWidth.Of(narrow, pointerBits) is { IsSigned: true };

    // `bus << 20 | device << 15`: several fields are put together, not an address and its flags.
    private static bool ShiftsVariable(IOperation operand) => operand.DescendantsAndSelf().Any(part => part is IBinaryOperation
    {
        OperatorKind: BinaryOperatorKind.LeftShift,
        ConstantValue.HasValue: false,
    });

    private Arrival OfLocal(ILocalSymbol local, IOperation write, IOperation? widening, ImmutableList<IOperation> around)
    {
        if (IntegerWidth.Of(local.Type, pointerBits) is null || !(widening is null ? _followedNarrow : _followedWide).Add(local))
        {
            return default;
        }

        Body body = Body.Around(write);
        int overwritten = EndOfNextWrite(body.WritesTo(local), write);
        Arrival best = default;
        bool isUsed = false;
        foreach (ILocalReferenceOperation use in body.UsesOf(local))
        {
            if (use.Syntax.SpanStart < write.Syntax.Span.End
                || use.Parent is ISimpleAssignmentOperation { Target: var target } && target == use
                || use.Syntax.SpanStart >= overwritten)
            {
                continue;
            }

            isUsed = true;
            Arrival arrival = Of(use, widening, around);
            best = arrival.Destination > best.Destination ? arrival : best;
        }

        return isUsed || widening is null ? best : new(Destination.Number, widening, around);
    }

    // Where the text behind a write gives the variable another value; behind all text if it keeps this one.
    private static int EndOfNextWrite(IReadOnlyList<VariableWrite> writes, IOperation write)
    {
        int end = int.MaxValue;
        foreach (VariableWrite other in writes)
        {
            if (other.Place is ISimpleAssignmentOperation && other.Place.Syntax.SpanStart >= write.Syntax.Span.End)
            {
                end = Math.Min(end, other.Place.Syntax.Span.End);
            }
        }

        return end;
    }

    private static bool IsSum(BinaryOperatorKind kind) =>
        kind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Or;

    private static bool HasAddressType(ITypeSymbol? type) => AddressTypes.IsDeclared(type);
}
