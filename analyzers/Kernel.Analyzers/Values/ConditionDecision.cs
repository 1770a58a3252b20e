using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Says of a condition whether it always holds or never does: because the ranges of what it compares lie apart.</summary>
internal sealed class ConditionDecision(RangeEvaluation evaluation)
{
    /// <summary>True or false where the condition can be nothing else; null where it depends, and for what is no condition.</summary>
    public bool? Of(IOperation condition)
    {
        condition = ValueIdentity.WithoutParentheses(condition);
        if (condition.ConstantValue is { HasValue: true, Value: bool constant })
        {
            return constant;
        }

        return condition switch
        {
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not => !Of(not.Operand),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd, OperatorMethod: null } both =>
                Of(both.LeftOperand) & Of(both.RightOperand),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr, OperatorMethod: null } either =>
                Of(either.LeftOperand) | Of(either.RightOperand),
            IBinaryOperation { OperatorMethod: null, IsLifted: false } comparison =>
                OfComparison(comparison.OperatorKind, evaluation.Of(comparison.LeftOperand), evaluation.Of(comparison.RightOperand)),
            IIsPatternOperation test => OfPattern(test.Pattern, RangeOf(test.Value)),
            IPatternOperation { Parent: ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } } pattern =>
                OfPattern(pattern, RangeOf(choice.Value)),
            _ => null,
        };
    }

    // What may be null matches no number.
    private ValueRange? RangeOf(IOperation input) =>
        input.Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } ? null : evaluation.Of(input);

    private bool? OfPattern(IPatternOperation pattern, ValueRange? input) => pattern switch
    {
        IDiscardPatternOperation => true,
        INegatedPatternOperation negated => !OfPattern(negated.Pattern, input),
        IConstantPatternOperation constant => OfComparison(BinaryOperatorKind.Equals, input, evaluation.Of(constant.Value)),
        IRelationalPatternOperation relational => OfComparison(relational.OperatorKind, input, evaluation.Of(relational.Value)),
        _ => null,
    };

    private static bool? OfComparison(BinaryOperatorKind kind, ValueRange? left, ValueRange? right) =>
        (left, right) is ({ } one, { } other)
            ? kind switch
            {
                BinaryOperatorKind.Equals => AreEqual(one, other),
                BinaryOperatorKind.NotEquals => !AreEqual(one, other),
                BinaryOperatorKind.LessThan => IsLess(one, other),
                BinaryOperatorKind.GreaterThan => IsLess(other, one),
                BinaryOperatorKind.LessThanOrEqual => !IsLess(other, one),
                BinaryOperatorKind.GreaterThanOrEqual => !IsLess(one, other),
                _ => null,
            }
            : null;

    private static bool? AreEqual(ValueRange left, ValueRange right) =>
        left.Maximum < right.Minimum || right.Maximum < left.Minimum ? false
        : left.Minimum == left.Maximum && right.Minimum == right.Maximum ? true
        : null;

    private static bool? IsLess(ValueRange left, ValueRange right) =>
        left.Maximum < right.Minimum ? true : left.Minimum >= right.Maximum ? false : null;
}
