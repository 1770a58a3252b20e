using System;
using System.Collections.Generic;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Follows a value back through conversions, arithmetic, choices and locals to the expression that made it a pointer or an address.</summary>
/// <param name="isSource">Whether an expression is such an origin itself.</param>
/// <param name="pointerBits">The width of a pointer on the target.</param>
internal sealed class ValueOrigin(Func<IOperation, bool> isSource, int pointerBits)
{
    // What is known of each local; nothing yet of one that is being followed. Without it a chain of locals is followed once for each way
    // through it, and cryptography has more of these than time allows.
    private readonly Dictionary<ISymbol, IOperation?> _known = new(SymbolEqualityComparer.Default);

    /// <summary>The origin, or null where none was found.</summary>
    public IOperation? Of(IOperation operation)
    {
        if (isSource(operation))
        {
            return operation;
        }

        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand);
            case IConversionOperation { OperatorMethod: null } conversion:
                return CanHoldAddress(conversion.Type) ? Of(conversion.Operand) : null;
            case IUnaryOperation { OperatorMethod: null } unary:
                return Of(unary.Operand);
            case IBinaryOperation { OperatorMethod: null } binary:
                return OfBinary(binary.OperatorKind, binary.LeftOperand, binary.RightOperand);
            case ICompoundAssignmentOperation { OperatorMethod: null } assignment:
                return OfBinary(assignment.OperatorKind, assignment.Target, assignment.Value);
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return Of(conditional.WhenTrue) ?? Of(whenFalse);
            case ICoalesceOperation coalesce:
                return Of(coalesce.Value) ?? Of(coalesce.WhenNull);
            case IConditionalAccessOperation access:
                return Of(access.WhenNotNull);
            case ISwitchExpressionOperation choice:
                return OfArms(choice);
            case ISimpleAssignmentOperation assignment:
                return Of(assignment.Value);
            case IIncrementOrDecrementOperation step:
                return Of(step.Target);
            case ILocalReferenceOperation reference:
                return OfLocal(reference);
            case IInvocationOperation { Instance: { } instance, TargetMethod.Name: "ToInt64" or "ToUInt64" }
                when IntegerWidth.IsPointerSized(instance.Type):
                return Of(instance);
            case IInvocationOperation { TargetMethod: { IsStatic: true, Name: "Min" or "Max" or "Clamp" } } call
                when CanHoldAddress(call.Type):
                return OfArguments(call);
            default:
                return null;
        }
    }

    private IOperation? OfBinary(BinaryOperatorKind kind, IOperation left, IOperation right)
    {
        switch (kind)
        {
            case BinaryOperatorKind.Add or BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr
                or BinaryOperatorKind.Multiply:
                return Of(left) ?? Of(right);
            case BinaryOperatorKind.Subtract:
                // The distance between two addresses is a count, not an address.
                return Of(left) is { } origin && Of(right) is null ? origin : null;
            case BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift
                or BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder:
                return Of(left);
            default:
                return null;
        }
    }

    private IOperation? OfArms(ISwitchExpressionOperation choice)
    {
        foreach (ISwitchExpressionArmOperation arm in choice.Arms)
        {
            if (Of(arm.Value) is { } origin)
            {
                return origin;
            }
        }

        return null;
    }

    private IOperation? OfArguments(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (Of(argument.Value) is { } origin)
            {
                return origin;
            }
        }

        return null;
    }

    private IOperation? OfLocal(ILocalReferenceOperation reference)
    {
        // A local that holds 32 bits or fewer was narrowed where it was written, and reported there.
        if (!CanHoldAddress(reference.Type))
        {
            return null;
        }

        if (_known.TryGetValue(reference.Local, out IOperation? origin))
        {
            return origin;
        }

        _known.Add(reference.Local, null);
        foreach (VariableWrite write in Body.Around(reference).WritesTo(reference.Local))
        {
            origin ??= write.Value is null ? null : Of(write.Value);
        }

        _known[reference.Local] = origin;
        return origin;
    }

    // Floating point can carry an address's bits on the way down.
    private bool CanHoldAddress(ITypeSymbol? type) =>
        type?.SpecialType is SpecialType.System_Double or SpecialType.System_Decimal
        || IntegerWidth.Of(type, pointerBits) is { } width && width.Bits >= pointerBits;
}
