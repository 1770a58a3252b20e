using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Finds the checks that every path to an expression has passed: an enclosing condition, or an earlier one whose other arm leaves.</summary>
/// <remarks>
/// A check counts only while the variables in it keep their values: a write between, a write in a loop that comes round again, a write in a
/// nested function and a reference taken anywhere all void it. So does any write in a body with a <c>goto</c>; a block with a label is
/// not read at all.
/// </remarks>
internal sealed class DominatingChecks(RangeEvaluation evaluation, int pointerBits)
{
    /// <summary>The ranges that the checks leave to the expression, one for each check.</summary>
    public IEnumerable<ValueRange> RangesOf(IOperation value)
    {
        if (value.ConstantValue.HasValue || !ValueIdentity.AreSame(value, value))
        {
            yield break;
        }

        IOperation child = value;
        for (IOperation? parent = value.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                yield break;
            }

            foreach ((IOperation condition, bool holds) in PassedIn(parent, child))
            {
                int from = parent is IForLoopOperation ? child.Syntax.SpanStart : condition.Syntax.Span.End;
                if (new CheckReader(evaluation, value, pointerBits).RangeWhen(condition, holds) is { } range
                    && IsStillTrue(value, from, parent))
                {
                    yield return range;
                }
            }
        }
    }

    /// <summary>Whether a check that never lets control pass stands before the expression: <c>if (nuint.Size == 8)</c> on a 32-bit target.</summary>
    public bool RuleOut(IOperation operation)
    {
        IOperation child = operation;
        for (IOperation? parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            foreach ((IOperation condition, bool holds) in PassedIn(parent, child))
            {
                if (evaluation.Decide(condition) == !holds)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<(IOperation Condition, bool Holds)> PassedIn(IOperation parent, IOperation child)
    {
        switch (parent)
        {
            case IConditionalOperation conditional when child == conditional.WhenTrue:
                yield return (conditional.Condition, true);
                break;
            case IConditionalOperation conditional when child == conditional.WhenFalse:
                yield return (conditional.Condition, false);
                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when child == both.RightOperand:
                yield return (both.LeftOperand, true);
                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when child == either.RightOperand:
                yield return (either.LeftOperand, false);
                break;
            case IWhileLoopOperation { ConditionIsTop: true, Condition: { } condition } loop when child == loop.Body:
                yield return (condition, !loop.ConditionIsUntil);
                break;
            case IForLoopOperation { Condition: { } condition } loop when child == loop.Body:
                yield return (condition, true);
                break;
            case ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } arm when child == arm.Value:
                foreach ((IOperation, bool) passed in PassedInArms(choice, arm))
                {
                    yield return passed;
                }

                break;
            case IBlockOperation or ISwitchCaseOperation:
                foreach ((IOperation, bool) passed in PassedBefore(child, parent))
                {
                    yield return passed;
                }

                break;
        }
    }

    // The arm's own pattern and guard hold; those of the arms before it do not.
    private static IEnumerable<(IOperation Condition, bool Holds)> PassedInArms(ISwitchExpressionOperation choice, ISwitchExpressionArmOperation arm)
    {
        foreach (ISwitchExpressionArmOperation before in choice.Arms)
        {
            if (before == arm)
            {
                break;
            }

            if (before.Guard is null)
            {
                yield return (before.Pattern, false);
            }
        }

        yield return (arm.Pattern, true);
        if (arm.Guard is { } guard)
        {
            yield return (guard, true);
        }
    }

    private static IEnumerable<(IOperation Condition, bool Holds)> PassedBefore(IOperation statement, IOperation block)
    {
        var passed = new List<(IOperation, bool)>();
        bool isBefore = true;
        foreach (IOperation sibling in block.ChildOperations)
        {
            if (sibling is ILabeledOperation)
            {
                return [];
            }

            isBefore &= sibling != statement;
            if (!isBefore)
            {
                continue;
            }

            switch (sibling)
            {
                case IConditionalOperation { WhenTrue: var whenTrue, WhenFalse: var whenFalse } conditional:
                    if (ControlTransfer.NeverCompletes(whenTrue))
                    {
                        passed.Add((conditional.Condition, false));
                    }
                    else if (whenFalse is not null && ControlTransfer.NeverCompletes(whenFalse))
                    {
                        passed.Add((conditional.Condition, true));
                    }

                    break;
                case IExpressionStatementOperation { Operation: IInvocationOperation guard } when CheckReader.IsGuard(guard.TargetMethod):
                    passed.Add((guard, true));
                    break;
                case IExpressionStatementOperation { Operation: IInvocationOperation call }:
                    foreach (IArgumentOperation argument in call.Arguments)
                    {
                        if (ControlTransfer.DoesNotReturnIf(argument.Parameter) is { } leaves)
                        {
                            passed.Add((argument.Value, !leaves));
                        }
                    }

                    break;
            }
        }

        return passed;
    }

    private static bool IsStillTrue(IOperation value, int from, IOperation checkedIn)
    {
        Body body = Body.Around(value);
        foreach (ISymbol variable in ValueIdentity.VariablesOf(value))
        {
            foreach (VariableWrite write in body.WritesTo(variable))
            {
                if (write.IsAlias
                    || MayRunBetween(write.Place, from, value, checkedIn)
                    || (write.Place is not IVariableDeclaratorOperation && body.HasGoto))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool MayRunBetween(IOperation write, int from, IOperation value, IOperation checkedIn)
    {
        int position = write.Syntax.SpanStart;
        bool writesAfterReading = write is ISimpleAssignmentOperation or ICompoundAssignmentOperation or IVariableDeclaratorOperation
            && write.Syntax.Span.Contains(value.Syntax.Span);
        if (position >= from && position < value.Syntax.SpanStart && !writesAfterReading)
        {
            return true;
        }

        for (IOperation? around = write.Parent; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation && !around.Syntax.Span.Contains(value.Syntax.Span))
            {
                return true;
            }
        }

        // A loop inside the checked region that comes round to the value again without passing the check.
        for (IOperation around = value; around != checkedIn && around.Parent is { } parent; around = parent)
        {
            if (around is ILoopOperation && around.Syntax.Span.Contains(write.Syntax.Span))
            {
                return true;
            }
        }

        return false;
    }
}
