using System.Linq;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Finds the checks that show of a sum whether it has wrapped.</summary>
internal static class WrapChecks
{
    /// <summary>Whether a check in the same body is about this sum.</summary>
    /// <remarks>
    /// Before: one operand is compared with something less the other (<c>size &lt;= limit - start</c>). After: the sum, or the local that
    /// holds it, is compared with an operand (<c>end &lt; start</c>). Which arm leaves is not asked.
    /// </remarks>
    public static bool Cover(IBinaryOperation sum)
    {
        ILocalSymbol? result = HolderOf(sum);
        foreach (IOperation part in Body.Around(sum).Operations)
        {
            switch (part)
            {
                case IBinaryOperation comparison when IsOrder(comparison):
                    if (IsCheck(comparison.LeftOperand, comparison.RightOperand, sum, result)
                        || IsCheck(comparison.RightOperand, comparison.LeftOperand, sum, result))
                    {
                        return true;
                    }

                    break;
                case IInvocationOperation { Arguments.Length: >= 2 } guard when CheckReader.IsGuard(guard.TargetMethod):
                    (IOperation first, IOperation second) = (guard.Arguments[0].Value, guard.Arguments[1].Value);
                    if (IsCheck(first, second, sum, result) || IsCheck(second, first, sum, result))
                    {
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>Whether the operation says which of two values is the lower one.</summary>
    public static bool IsOrder(IBinaryOperation operation) =>
        operation.Type?.SpecialType == SpecialType.System_Boolean
        && operation.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
            or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

    private static bool IsCheck(IOperation side, IOperation other, IBinaryOperation sum, ILocalSymbol? result)
    {
        side = side.Innermost();
        IOperation? counterpart = CounterpartOf(side);
        if (counterpart is not null)
        {
            return (AreAlike(counterpart, sum.LeftOperand) && AreAlike(other, sum.RightOperand))
                || (AreAlike(counterpart, sum.RightOperand) && AreAlike(other, sum.LeftOperand));
        }

        return (IsResult(side, sum, result)) && (AreAlike(other, sum.LeftOperand) || AreAlike(other, sum.RightOperand));
    }

    // `limit - start` leaves room above start; so does `~start`.
    private static IOperation? CounterpartOf(IOperation side) => side switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, RightOperand: { ConstantValue.HasValue: false } taken } => taken,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation } complement => complement.Operand,
        _ => null,
    };

    private static bool IsResult(IOperation side, IBinaryOperation sum, ILocalSymbol? result) => side switch
    {
        ILocalReferenceOperation local => result is not null && SymbolEqualityComparer.Default.Equals(local.Local, result),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } again =>
            AreAlike(again.LeftOperand, sum.LeftOperand) && AreAlike(again.RightOperand, sum.RightOperand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, RightOperand.ConstantValue.HasValue: true } step =>
            IsResult(step.LeftOperand.Innermost(), sum, result),
        _ => false,
    };

    private static ILocalSymbol? HolderOf(IOperation sum)
    {
        IOperation stored = sum;
        while (stored.Parent is IConversionOperation or IParenthesizedOperation or IArgumentOperation or IObjectCreationOperation or IInvocationOperation
            or IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract })
        {
            stored = stored.Parent;
        }

        return stored.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } => target.Local,
            _ => null,
        };
    }

    // What is written the same is meant to be the same, even where another thread could change it between. `start.Value` stands for `start`.
    private static bool AreAlike(IOperation left, IOperation right)
    {
        (IOperation one, IOperation other) = (RawOf(left), RawOf(right));
        return ValueIdentity.AreSame(one, other) || SyntaxFactory.AreEquivalent(one.Syntax, other.Syntax);
    }

    private static IOperation RawOf(IOperation operand)
    {
        operand = operand.Innermost();
        return operand is IPropertyReferenceOperation { Instance: { } instance, Property: { } property } && MarkedMembers.IsAddress(property)
            && AddressTypes.IsDeclared(instance.Type)
                ? instance.Innermost()
                : operand;
    }
}
