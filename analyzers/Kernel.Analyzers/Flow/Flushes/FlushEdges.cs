using System;
using System.Linq;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Applies what the outcome of a condition says about entries and duties.</summary>
internal sealed class FlushEdges(FlushValues values)
{
    private readonly AbsenceChecks _absence = new(values);

    /// <summary>The condition has turned out like this.</summary>
    public void Refine(IOperation condition, bool holds, FlushState state)
    {
        if (_absence.Read(condition, state, out bool absentWhen) is { } entry && absentWhen == holds)
        {
            state.SetAbsent(entry);
            Forgive(state, duty => !duty.IsValue && duty.Entry == entry);
        }

        bool positive = holds;
        IOperation tested = Strip(condition, ref positive);
        RefineCall(tested, positive, state);
        RefineValue(tested, positive, state);
        RefineFlag(tested, positive, state);
        RefineLoop(condition, holds, state);
    }

    private IOperation Strip(IOperation condition, ref bool positive)
    {
        for (int depth = 0; depth < 16; depth++)
        {
            switch (condition)
            {
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                    positive = !positive;
                    condition = not.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    condition = parenthesized.Operand;
                    break;
                default:
                    return condition;
            }
        }

        return condition;
    }

    /// <summary>A call that owes only with some results has had another one.</summary>
    private void RefineCall(IOperation tested, bool positive, FlushState state)
    {
        SyntaxNode? call = null;
        bool? isZero = null;
        if (tested is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison)
        {
            bool equal = positive == (comparison.OperatorKind == BinaryOperatorKind.Equals);
            call = values.Peek(comparison.LeftOperand, state).Call;
            isZero = IsZeroAfter(comparison.RightOperand, equal);
        }
        else if (tested is IIsPatternOperation pattern)
        {
            (IPatternOperation inner, bool equal) = pattern.Pattern is INegatedPatternOperation negated ? (negated.Pattern, !positive) : (pattern.Pattern, positive);
            call = values.Peek(pattern.Value, state).Call;
            isZero = inner is IConstantPatternOperation constant ? IsZeroAfter(constant.Value, equal) : null;
        }
        else if (tested.Type?.SpecialType == SpecialType.System_Boolean)
        {
            call = values.Peek(tested, state).Call;
            isZero = !positive;
        }

        if (call is not null)
        {
            Forgive(state, duty => duty.Call == call && duty.Outcome != CallOutcome.Any
                && (isZero is null || isZero == (duty.Outcome == CallOutcome.NotZero)));
        }
    }

    // Null where the comparison does not tell.
    private static bool? IsZeroAfter(IOperation constant, bool equal) => constant.ConstantValue is { HasValue: true, Value: var value }
        ? EntryPlaces.IsZero(value) ? equal : equal ? false : null
        : null;

    /// <summary>A value that stands for a duty is asked whether there is anything to do.</summary>
    private void RefineValue(IOperation tested, bool positive, FlushState state)
    {
        foreach (IOperation part in tested.DescendantsAndSelf())
        {
            // What the tested call is given or hands out is not what is asked.
            if (part is not (ILocalReferenceOperation or IFlowCaptureReferenceOperation) || part.Parent is IArgumentOperation or IDeclarationExpressionOperation || values.Peek(part, state).Duties is not { IsEmpty: false } duties)
            {
                continue;
            }

            bool keeps = part.Parent == tested && tested is IMemberReferenceOperation { Member.Name: var name }
                && (TranslationNames.SaysAbsent(name) ? !positive : positive);
            if (!keeps)
            {
                Forgive(state, duty => duties.Contains(duty.Site));
            }
        }
    }

    /// <summary>
    /// The condition asks whether the tables are in use, whether the caller wants a flush, or whether anything was changed.
    /// </summary>
    private static void RefineFlag(IOperation tested, bool positive, FlushState state)
    {
        bool keeps = tested switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, RightOperand.ConstantValue: { HasValue: true, Value: var zero } } =>
                positive != EntryPlaces.IsZero(zero),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals, RightOperand.ConstantValue: { HasValue: true, Value: var zero } } =>
                positive == EntryPlaces.IsZero(zero),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } => positive,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } => !positive,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan, RightOperand.ConstantValue.HasValue: true } => positive,
            IBinaryOperation => false,
            _ => positive,
        };
        if (!positive && IsOwnState(tested))
        {
            Forgive(state, static duty => duty.Entry.Length == 0);
        }

        if (keeps)
        {
            return;
        }

        foreach (SyntaxToken token in tested.Syntax.DescendantTokens())
        {
            if (!token.IsKind(SyntaxKind.IdentifierToken))
            {
                continue;
            }

            string name = token.ValueText;
            bool asks = Words.Has(name, "current") || Words.Has(name, "active") || Words.Has(name, "cr3")
                || Words.Has(name, "loaded") || Words.Has(name, "inuse") || Words.Has(name, "flush")
                || Words.Has(name, "invalidate") || Words.Has(name, "shootdown") || Words.Has(name, "isLive");
            Forgive(state, duty => !duty.IsValue && (asks || IsNotedBeside(duty.Site, name)));
        }
    }

    // `if (_end > _start) Shootdown(_start, _end);` An object that keeps what is to be flushed knows whether its caller owes anything.
    private static bool IsOwnState(IOperation tested)
    {
        bool asks = false;
        foreach (IOperation part in tested.DescendantsAndSelf())
        {
            bool isOwn = part is IFieldReferenceOperation { Instance: IInstanceReferenceOperation };
            asks |= isOwn;
            if (!isOwn && part is not (IBinaryOperation or IConversionOperation or IParenthesizedOperation or ILiteralOperation or IInstanceReferenceOperation))
            {
                return false;
            }
        }

        return asks;
    }

    // `changed = true;` next to the change.
    private static bool IsNotedBeside(SyntaxNode site, string name) =>
        site.FirstAncestorOrSelf<BlockSyntax>() is { } block
        && block.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax assignment => EntryText.LastName(assignment.Left) == name && assignment.Left is IdentifierNameSyntax,
            PostfixUnaryExpressionSyntax step => EntryText.LastName(step.Operand) == name,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } step => EntryText.LastName(step.Operand) == name,
            _ => false,
        });

    /// <summary>A loop that flushes page by page ends: it has flushed all pages, however many there were.</summary>
    private static void RefineLoop(IOperation condition, bool holds, FlushState state)
    {
        StatementSyntax? loop = LoopOf(condition.Syntax);
        if (holds || loop is null || !loop.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(IsFlushCall))
        {
            return;
        }

        Forgive(state, duty => !duty.IsValue && !loop.Span.Contains(duty.Site.Span) && !FlushLoops.StartsLater(loop, duty.Site));
    }

    private static bool IsFlushCall(InvocationExpressionSyntax call)
    {
        string name = EntryText.LastName(call);
        return Words.Has(name, "invl") || Words.Has(name, "flush") || Words.Has(name, "invalidate")
            || Words.Has(name, "shootdown");
    }

    private static StatementSyntax? LoopOf(SyntaxNode condition)
    {
        for (SyntaxNode? node = condition; node is not null; node = node.Parent)
        {
            switch (node.Parent)
            {
                case ForStatementSyntax loop when loop.Condition == node:
                    return loop;
                case WhileStatementSyntax loop when loop.Condition == node:
                    return loop;
                case CommonForEachStatementSyntax loop when loop.Expression == node:
                    return loop;
                case StatementSyntax:
                    return node.Parent as CommonForEachStatementSyntax;
            }
        }

        return null;
    }

    private static void Forgive(FlushState state, Func<FlushDuty, bool> forgiven)
    {
        foreach (FlushDuty duty in state.Owed.ToList())
        {
            if (forgiven(duty))
            {
                state.Settle(duty.Site);
            }
        }
    }
}
