using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Follows owed flushes through one body, from the change of an entry to what makes processors forget it.</summary>
internal sealed class FlushAnalysis : ForwardAnalysis<FlushState>
{
    private readonly IMethodSymbol? _method;
    private readonly bool _handsOn;
    private readonly FlushValues _values;
    private readonly FlushEdges _edges;
    private readonly FlushCalls _calls;
    private readonly FlushStory _story;
    private readonly StoredPresence _presence;
    private readonly SyntaxNode _given;

    public FlushAnalysis(ControlFlowGraph graph, IMethodSymbol? method, FlushSummaries summaries)
        : base(graph, summaries.Bodies.Cancellation)
    {
        _method = method;
        _handsOn = method is null || FlushSummaries.HandsOn(method);
        _values = new FlushValues(new BodyDefinitions(graph), summaries.ShapesFor(method));
        _edges = new FlushEdges(_values);
        _story = new FlushStory();
        _presence = new StoredPresence(_values);
        _calls = new FlushCalls(graph, _values, summaries, _story);
        _given = graph.OriginalOperation.Syntax;
    }

    /// <summary>What was found, once <see cref="Summarize"/> has run.</summary>
    public List<FlushFinding> Findings { get; } = [];

    /// <summary>Whether the body was followed to its end, once <see cref="Summarize"/> has run.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The frames that were freed too early, once <see cref="Summarize"/> has run.</summary>
    public FreedFrames Freed => _calls.Freed;

    /// <summary>Runs the analysis; a body that is too large to finish does nothing that is known.</summary>
    public FlushSummary Summarize()
    {
        FlushState entry = new();

        // Whatever the caller owes: if the body settles it, it settles all that its caller owes.
        entry.Owe(new FlushDuty(_given, "", [], null, CallOutcome.Any, isValue: false));
        IsFinished = Run(entry, out FlushState? exit);
        if (!IsFinished)
        {
            return FlushSummary.Nothing;
        }

        if (exit is null)
        {
            return FlushSummary.Bottom;
        }

        FlushDuty? left = null;
        bool exempt = _method is not null && FlushSummaries.IsExempt(_method);
        foreach (FlushDuty duty in exit.Owed)
        {
            // One report for each mistake: a frame that is freed with the duty still open is the graver one.
            if (duty.Site == _given || Freed.IsCausedBy(duty.Site) || Freed.IsDying(duty.Site))
            {
                continue;
            }

            bool dropped = duty.IsValue ? _story.WasSettled(duty.Site) : !_handsOn && !exempt;
            if (dropped)
            {
                Findings.Add(_story.Tell(duty));
            }

            left = duty.IsValue || _handsOn || _story.IsElsewhere(duty.Site) ? left : left ?? duty;
        }

        return new FlushSummary(true, !exit.Owes(_given) && _story.WasSettled(_given), left, left is null ? CallOutcome.Any : _story.OutcomeOf(left.Site));
    }

    protected override FlushState? Transfer(IOperation operation, FlushState state)
    {
        _story.IsNoting = IsFinal;
        return Evaluate(operation, state) ? state : null;
    }

    protected override FlushState? TransferReturn(IOperation value, FlushState state)
    {
        FlushState? after = Transfer(value, state);
        if (after is not null && IsFinal)
        {
            CallOutcome outcome = value.ConstantValue is { HasValue: true, Value: var constant }
                ? EntryPlaces.IsZero(constant) ? CallOutcome.Zero : CallOutcome.NotZero
                : CallOutcome.Any;
            _story.NoteReturn(after, value.Syntax, outcome);
        }

        return after;
    }

    protected override FlushState? TransferEdge(BasicBlock block, ControlFlowBranch branch, FlushState state)
    {
        _story.IsNoting = IsFinal;
        if (block.BranchValue is { } condition && block.ConditionKind != ControlFlowConditionKind.None)
        {
            bool holds = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
            _edges.Refine(condition, holds, state);
        }

        if (IsFinal && branch.Destination is { Kind: BasicBlockKind.Exit } && block.BranchValue is null)
        {
            _story.NoteReturn(state, null, CallOutcome.Any);
        }

        return state;
    }

    // False if execution does not go on.
    private bool Evaluate(IOperation? operation, FlushState state)
    {
        switch (operation)
        {
            case null or IFlowAnonymousFunctionOperation:
                return true;
            case ILocalReferenceOperation or IFlowCaptureReferenceOperation:
                Use(operation, state);
                return true;
            case IFlowCaptureOperation capture:
                return Evaluate(capture.Value, state) && Capture(capture, state);
            case ISimpleAssignmentOperation assignment:
                return EvaluateAll(assignment.Target.ChildOperations, state) && Evaluate(assignment.Value, state)
                    && Assign(assignment.Target, assignment.Value, assignment.IsRef, state);
            case ICompoundAssignmentOperation assignment:
                return EvaluateAll(assignment.ChildOperations, state) && Assign(assignment.Target, null, false, state);
            case IIncrementOrDecrementOperation step:
                return EvaluateAll(step.Target.ChildOperations, state) && Assign(step.Target, null, false, state);
            case IDeconstructionAssignmentOperation deconstruction:
                return Evaluate(deconstruction.Value, state) && Forget(deconstruction.Target, state);
            case IInvocationOperation call:
                return EvaluateAll(call.ChildOperations, state) && _calls.Apply(call, state);
            case IThrowOperation:
                return false;
            default:
                if (!EvaluateAll(operation.ChildOperations, state))
                {
                    return false;
                }

                _calls.ApplyUnknown(operation, state);
                return true;
        }
    }

    private bool EvaluateAll(IEnumerable<IOperation> operations, FlushState state)
    {
        foreach (IOperation operation in operations)
        {
            if (!Evaluate(operation, state))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A value that stands for a duty is read: unless it is only looked at or moved, it is in other hands now.</summary>
    private void Use(IOperation reference, FlushState state)
    {
        FlushValue value = _values.Peek(reference, state);
        if (value.Duties.IsEmpty)
        {
            return;
        }

        IOperation used = reference;
        while (used.Parent is IConversionOperation or IParenthesizedOperation or IArgumentOperation { Parameter.RefKind: RefKind.Out })
        {
            used = used.Parent;
        }

        bool onlySeen = used.Parent switch
        {
            ISimpleAssignmentOperation assignment => assignment.Target == used
                || assignment.Target is ILocalReferenceOperation { Local: var target } && !_values.IsShared(target),
            IFlowCaptureOperation or IMemberReferenceOperation or IBinaryOperation or IIsPatternOperation or IExpressionStatementOperation
                or IIsNullOperation => true,
            _ => false,
        };
        if (!onlySeen)
        {
            _calls.SettleValues(value, reference.Syntax, state);
        }
    }

    private bool Capture(IFlowCaptureOperation capture, FlushState state)
    {
        state.Write(capture.Id, OwnedBy(capture.Value, state));
        return true;
    }

    /// <summary>The value, with the duty that it stands for if a call or constructor has just made it.</summary>
    private FlushValue OwnedBy(IOperation value, FlushState state)
    {
        FlushValue known = _values.Peek(value, state);
        IOperation made = _values.Unwrap(value);
        if (!TranslationNames.IsDebt(value.Type) || value.Type is { IsTupleType: true })
        {
            return known.Settled();
        }

        if (made is IInvocationOperation or IObjectCreationOperation { Arguments.IsEmpty: false } && _values.Unwrap(value).Syntax == made.Syntax
            && value is not (ILocalReferenceOperation or IFlowCaptureReferenceOperation))
        {
            FlushDuty duty = new(made.Syntax, EntryText.LastName(made.Syntax), known.Sources, null, CallOutcome.Any, isValue: true);
            _calls.Owe(duty, state);
            return known.WithDuty(made.Syntax);
        }

        return known;
    }

    private bool Assign(IOperation target, IOperation? value, bool isReference, FlushState state)
    {
        IOperation place = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        if (!isReference && EntryPlaces.EntryAt(place, _values.Shapes) is { } entry)
        {
            if (!EntryPlaces.IsNote(place))
            {
                EntryLeft left = target.Parent is ICompoundAssignmentOperation change ? _presence.AfterChange(change) : _presence.AfterSet(place, entry, value);
                _calls.Change(entry, place.Syntax, left, state, target.Parent is ICompoundAssignmentOperation ? null : value);
            }

            return true;
        }

        switch (place)
        {
            case ILocalReferenceOperation { Local: var local } when !local.IsRef || isReference:
                state.Write(local, value is null ? FlushValue.Unknown : _values.IsShared(local) ? _values.Peek(value, state).Settled() : OwnedBy(value, state));
                break;
            case IParameterReferenceOperation { Parameter: var parameter }:
                state.Write(parameter, value is null ? FlushValue.Unknown : _values.Peek(value, state).Settled());
                HandOn(value, state);
                break;
            case IMemberReferenceOperation or IArrayElementReferenceOperation or { Kind: OperationKind.None }:
                HandOn(value, state);
                if (TranslationNames.IsWaitingList(EntryText.LastName(place.Syntax)) && value is not null && !EntryPlaces.IsNothing(value))
                {
                    _calls.SettleAll(place.Syntax, state);
                }

                break;
        }

        return true;
    }

    /// <summary>Something that stands for a flush is put where others find it: what is owed here is theirs now.</summary>
    private void HandOn(IOperation? value, FlushState state)
    {
        if (value is not null && TranslationNames.IsDebt(value.Type) && _values.Unwrap(value) is not (IDefaultValueOperation or IMemberReferenceOperation))
        {
            _calls.SettleAll(value.Syntax, state);
        }
    }

    private bool Forget(IOperation target, FlushState state)
    {
        foreach (IOperation operation in target.DescendantsAndSelf())
        {
            if (operation is ILocalReferenceOperation { Local: { IsRef: false } local })
            {
                state.Write(local, FlushValue.Unknown);
            }
            else if (operation.Parent is ITupleOperation && EntryPlaces.EntryAt(operation, _values.Shapes) is { } entry)
            {
                _calls.Change(entry, operation.Syntax, EntryLeft.Perhaps, state);
            }
        }

        return true;
    }
}
