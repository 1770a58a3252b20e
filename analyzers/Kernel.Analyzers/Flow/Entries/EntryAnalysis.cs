using System.Collections.Generic;
using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Follows entries through one body, from their first part to the bit that makes them present.</summary>
internal sealed class EntryAnalysis : ForwardAnalysis<EntryState>
{
    private readonly FlushValues _values;
    private readonly EntryBits _bits;
    private readonly EntryHalves _halves;
    private readonly EntryStores _stores;
    private readonly EntryCopies _copies;
    private readonly EntryChecks _checks;
    private readonly EntryCalls _calls;
    private readonly EntryReturns _returns;

    public EntryAnalysis(ControlFlowGraph graph, IMethodSymbol? method, EntrySummaries summaries, int hops)
        : base(graph, summaries.Bodies.Cancellation)
    {
        BodyDefinitions definitions = new(graph);
        _values = new FlushValues(definitions, summaries.ShapesFor(method));
        _bits = new EntryBits(_values);
        _halves = new EntryHalves(definitions, _values.Shapes, _bits, method);
        _stores = new EntryStores(_values, _bits);
        _copies = new EntryCopies(_values, _bits);
        _checks = new EntryChecks(_values);
        Notes = new EntryNotes();
        _calls = new EntryCalls(_values, summaries, Notes, hops);
        _returns = new EntryReturns(method, _values, _checks);
    }

    /// <summary>What was found, once <see cref="Summarize"/> has run.</summary>
    public EntryNotes Notes { get; }

    /// <summary>Runs the analysis; a body that is too large to finish does nothing that is known.</summary>
    public EntrySummary? Summarize()
    {
        if (!Run(new EntryState(), out EntryState? exit))
        {
            return null;
        }

        return new EntrySummary(exit, Notes.Events, _returns, Graph);
    }

    protected override EntryState? Transfer(IOperation operation, EntryState state)
    {
        Notes.IsNoting = IsFinal;
        return Evaluate(operation, state) ? state : null;
    }

    protected override EntryState? TransferReturn(IOperation value, EntryState state)
    {
        EntryState? after = Transfer(value, state);
        if (after is not null && IsFinal)
        {
            _returns.Note(value, after);
        }

        return after;
    }

    protected override EntryState? TransferEdge(BasicBlock block, ControlFlowBranch branch, EntryState state)
    {
        if (block.BranchValue is { } condition && block.ConditionKind != ControlFlowConditionKind.None)
        {
            bool holds = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
            _checks.Refine(condition, holds, state);
        }

        return state;
    }

    // False if execution does not go on.
    private bool Evaluate(IOperation? operation, EntryState state)
    {
        switch (operation)
        {
            case null or IFlowAnonymousFunctionOperation:
                return true;
            case IFlowCaptureOperation capture:
                if (!Evaluate(capture.Value, state))
                {
                    return false;
                }

                state.Write(capture.Id, _values.Peek(capture.Value, state.Values), default);
                _returns.NoteCapture(capture, state);
                return true;
            case ISimpleAssignmentOperation assignment:
                return EvaluateAll(assignment.Target.ChildOperations, state) && Evaluate(assignment.Value, state) && Assign(assignment, state);
            case ICompoundAssignmentOperation compound:
                return EvaluateAll(compound.ChildOperations, state) && Combine(compound, state);
            case IIncrementOrDecrementOperation { Target: var target }:
                _copies.Forget(target, state);
                return true;
            case IDeconstructionAssignmentOperation deconstruction:
                bool goesOn = Evaluate(deconstruction.Value, state);
                _copies.ForgetAll(deconstruction.Target, state);
                return goesOn;
            case IInvocationOperation call:
                return EvaluateAll(call.ChildOperations, state) && Call(call, state);
            case IThrowOperation:
                return false;
            default:
                return EvaluateAll(operation.ChildOperations, state);
        }
    }

    private bool EvaluateAll(IEnumerable<IOperation> operations, EntryState state) => operations.All(operation => Evaluate(operation, state));

    private bool Assign(ISimpleAssignmentOperation assignment, EntryState state)
    {
        IOperation place = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        // A loop gives the reference that it declares another place; it stores nothing there.
        bool isReference = assignment.IsRef || place is ILocalReferenceOperation { Local.IsRef: true, Syntax: not IdentifierNameSyntax };
        if (!isReference && StoreHalf(place, assignment.Value, place.Syntax, state))
        {
            return true;
        }

        if (!isReference && _stores.Read(assignment, state) is { } store)
        {
            Apply(store, state);
            return true;
        }

        _copies.Assign(place, assignment.Value, isReference, state);
        _calls.NoteFound(place, assignment.Value, state);
        return true;
    }

    private bool Combine(ICompoundAssignmentOperation compound, EntryState state)
    {
        if (_stores.Read(compound, state) is { } store)
        {
            Apply(store, state);
        }
        else
        {
            _copies.Combine(compound, state);
        }

        return true;
    }

    private bool Call(IInvocationOperation call, EntryState state)
    {
        if (call.TargetMethod is { IsStatic: true, Name: "Write", ContainingType.Name: "Volatile" } && call.Arguments.Length == 2
            && StoreHalf(call.Arguments[0].Value, call.Arguments[1].Value, call.Syntax, state))
        {
            return true;
        }

        if (_stores.Read(call, state) is { } store)
        {
            Apply(store, state);
            return true;
        }

        if (_copies.Call(call, state))
        {
            return true;
        }

        return _calls.Apply(call, _checks, state);
    }

    /// <summary>Whether the store is one of a half by its name, so that there is nothing else to it.</summary>
    private bool StoreHalf(IOperation place, IOperation value, SyntaxNode site, EntryState state)
    {
        bool isHalf = _halves.Apply(place, value, site, state, out SyntaxNode? early);
        if (early is not null)
        {
            Notes.Late(EntryMistake.HalfFirst, early, EntryText.Of(place.Syntax), site);
        }

        return isHalf;
    }

    private void Apply(EntryStore store, EntryState state)
    {
        // What no processor walks yet may be written in any order.
        if (store.IsNote || _values.Peek(EntryPlaces.TableOf(store.Entry), state.Values).IsFresh)
        {
            return;
        }

        switch (store.Presence)
        {
            case Presence.Set when !store.IsWeak:
                MakePresent(store, state);
                break;
            case Presence.Clear when store is { Extent: StoreExtent.Whole, IsFlags: true }:
                state.SetAbsent(store.Name);
                state.SetIncomplete(store.Name);
                break;
            case Presence.Clear:
                state.SetAbsent(store.Name);
                state.SetComplete(store.Name);
                break;
            default:
                Fill(store, state);
                break;
        }
    }

    private void MakePresent(EntryStore store, EntryState state)
    {
        if (store.Extent == StoreExtent.Whole)
        {
            state.SetPresent(store.Name, new PresentSite(store.Site, store.IsFlags));
            Complete(store, state);
        }
        else if (state.Present.TryGetValue(store.Name, out PresentSite known) && known.Site != store.Site)
        {
            if (!store.IsFlags)
            {
                Fill(store, state);
            }
        }
        else
        {
            bool isForced = store.IsFlags && !_calls.IsComplete(store.Name, _values.Peek(store.Entry, state.Values).Sources, state);
            if (isForced)
            {
                Notes.Force(store.Name, store.Site, null);
            }

            state.SetPresent(store.Name, new PresentSite(store.Site, isForced));
            state.SetComplete(store.Name);
        }
    }

    private void Complete(EntryStore store, EntryState state)
    {
        if (store.IsFlags)
        {
            state.SetIncomplete(store.Name);
        }
        else
        {
            state.SetComplete(store.Name);
        }
    }

    /// <summary>Something else than the present bit is stored.</summary>
    private void Fill(EntryStore store, EntryState state)
    {
        switch (store.Extent)
        {
            case StoreExtent.Whole:
                state.SetAbsent(store.Name);
                Complete(store, state);
                break;
            case StoreExtent.Added:
                if (state.Present.TryGetValue(store.Name, out PresentSite present) && (present.IsBare || !store.IsNothing))
                {
                    Notes.Late(EntryMistake.TooEarly, present.Site, store.Name, store.Site);
                    state.SetAbsent(store.Name);
                }
                else if (!state.Complete.Contains(store.Name))
                {
                    Notes.Fill(store.Name, store.Site);
                }

                if (!store.IsFlags)
                {
                    state.SetComplete(store.Name);
                }

                break;
            case StoreExtent.Unknown:
                state.SetAbsent(store.Name);
                state.SetComplete(store.Name);
                break;
        }
    }
}
