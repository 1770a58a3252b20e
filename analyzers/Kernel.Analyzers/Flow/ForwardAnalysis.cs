using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// A forward dataflow analysis over one control-flow graph: a worklist, one state per block and continuation, joined where paths
/// meet.
/// </summary>
/// <remarks>
/// Roslyn's graph runs a <c>finally</c> on the side and has no edges for exceptions. Here a branch that leaves a <c>try</c>
/// goes through its own copy of the <c>finally</c> blocks, and from before and after every operation inside a <c>try</c> that
/// may throw an edge leads to its handlers. A budget bounds the work; past it the analysis says that it does not know.
/// </remarks>
internal abstract class ForwardAnalysis<TState> where TState : class, IFlowState<TState>
{
    private const int VisitsPerBlock = 64;

    private readonly Dictionary<(int Block, FlowContinuation? After), TState> _entries = [];
    private readonly Dictionary<(object From, int Index, FlowContinuation? Outer), FlowContinuation> _continuations = [];
    private readonly SortedSet<int> _pendingOrder = [];
    private readonly Dictionary<int, HashSet<FlowContinuation>> _pendingInside = [];
    private readonly HashSet<int> _pendingOutside = [];
    private bool _spreading;

    protected ForwardAnalysis(ControlFlowGraph graph, CancellationToken cancellation)
    {
        Graph = graph;
        Cancellation = cancellation;
    }

    /// <summary>The graph that is analysed.</summary>
    protected ControlFlowGraph Graph { get; }

    /// <summary>Asks to stop.</summary>
    protected CancellationToken Cancellation { get; }

    /// <summary>
    /// False while states are still growing; true in the one pass over the final states in which findings are noted.
    /// </summary>
    protected bool IsFinal { get; private set; }

    /// <summary>The block whose operations are read now.</summary>
    protected BasicBlock CurrentBlock { get; private set; } = null!;

    /// <summary>Applies one operation to the state; null if execution does not go on after it.</summary>
    protected abstract TState? Transfer(IOperation operation, TState state);

    /// <summary>Applies what is true only on this way out of the block; null if it is never taken.</summary>
    protected virtual TState? TransferEdge(BasicBlock block, ControlFlowBranch branch, TState state) => state;

    /// <summary>Applies the value that the block returns.</summary>
    protected virtual TState? TransferReturn(IOperation value, TState state) => Transfer(value, state);

    /// <summary>Applies what is true only where an exception goes to its handlers.</summary>
    protected virtual TState TransferException(TState state) => state;

    /// <summary>Whether an exception may come out of the operation: what holds before and after it then holds in the handlers.</summary>
    protected virtual bool MayThrow(IOperation operation) => true;

    /// <summary>What a visit of a block costs in this state: one, unless states can grow with the body.</summary>
    protected virtual int CostOf(TState state) => 1;

    /// <summary>A <c>throw</c> outside every <c>try</c> leaves the graph.</summary>
    protected virtual void LeaveByThrow(TState state)
    {
    }

    /// <summary>
    /// Runs to the fixpoint and then once more to note findings. Null if the budget ran out; then nothing was noted.
    /// </summary>
    /// <param name="entry">What holds at the start.</param>
    /// <param name="exit">What holds at the normal end; null if it is never reached.</param>
    protected bool Run(TState entry, out TState? exit)
    {
        exit = null;
        long budget = (long)Graph.Blocks.Length * VisitsPerBlock;
        _spreading = true;
        Enter(Graph.Blocks[0], null, entry);
        while (TakePending(out BasicBlock? block, out FlowContinuation? after))
        {
            Cancellation.ThrowIfCancellationRequested();
            budget -= CostOf(_entries[(block!.Ordinal, after)]);
            if (budget < 0)
            {
                return false;
            }

            Visit(block, after);
        }

        _spreading = false;
        IsFinal = true;
        foreach ((int known, FlowContinuation? inside) in new List<(int, FlowContinuation?)>(_entries.Keys))
        {
            Cancellation.ThrowIfCancellationRequested();
            Visit(Graph.Blocks[known], inside);
        }

        _entries.TryGetValue((Graph.Blocks.Length - 1, null), out exit);
        return true;
    }

    private void Visit(BasicBlock block, FlowContinuation? after)
    {
        CurrentBlock = block;
        TState? state = _entries[(block.Ordinal, after)].Copy();
        bool guarded = IsGuarded(block.EnclosingRegion);
        foreach (IOperation operation in block.Operations)
        {
            bool throws = guarded && MayThrow(operation);
            if (throws)
            {
                Throw(block.EnclosingRegion, after, state);
            }

            state = Transfer(operation, state);
            if (state is null)
            {
                return;
            }

            if (throws)
            {
                Throw(block.EnclosingRegion, after, state);
            }
        }

        ControlFlowBranchSemantics? leaving = block.FallThroughSuccessor?.Semantics;
        bool mayLeave = guarded && (leaving is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow
            || (block.BranchValue is { } last && MayThrow(last)));
        if (mayLeave)
        {
            Throw(block.EnclosingRegion, after, state);
        }

        if (block.BranchValue is { } value)
        {
            bool returns = leaving == ControlFlowBranchSemantics.Return;
            state = returns ? TransferReturn(value, state) : Transfer(value, state);
            if (state is null)
            {
                return;
            }

            if (mayLeave)
            {
                Throw(block.EnclosingRegion, after, state);
            }
        }

        Leave(block, block.ConditionalSuccessor, after, state);
        Leave(block, block.FallThroughSuccessor, after, state);
    }

    private void Leave(BasicBlock block, ControlFlowBranch? branch, FlowContinuation? after, TState state)
    {
        if (branch is null)
        {
            return;
        }

        if (branch.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling)
        {
            if (after is not null)
            {
                Resume(after, state);
            }

            return;
        }

        if (branch.Destination is not { } destination)
        {
            if (IsFinal && branch.Semantics == ControlFlowBranchSemantics.Throw && !IsGuarded(block.EnclosingRegion))
            {
                LeaveByThrow(state);
            }

            return;
        }

        TState? onEdge = TransferEdge(block, branch, state.Copy());
        if (onEdge is null)
        {
            return;
        }

        if (branch.FinallyRegions.IsEmpty)
        {
            Enter(destination, after, onEdge);
        }
        else
        {
            EnterFinally(branch, branch.FinallyRegions, 0, destination, after, onEdge);
        }
    }

    private void Resume(FlowContinuation done, TState state)
    {
        int next = done.Index + 1;
        if (next < done.Regions.Length)
        {
            EnterFinally(done, done.Regions, next, done.Destination, done.Outer, state);
        }
        else if (done.Destination is { } destination)
        {
            Enter(destination, done.Outer, state);
        }
        else
        {
            Throw(done.Regions[done.Index].EnclosingRegion, done.Outer, state);
        }
    }

    private void EnterFinally(
        object from,
        ImmutableArray<ControlFlowRegion> regions,
        int index,
        BasicBlock? destination,
        FlowContinuation? outer,
        TState state)
    {
        if (!_continuations.TryGetValue((from, index, outer), out FlowContinuation? continuation))
        {
            continuation = new FlowContinuation(regions, index, destination, outer);
            _continuations.Add((from, index, outer), continuation);
        }

        Enter(Graph.Blocks[regions[index].FirstBlockOrdinal], continuation, state);
    }

    /// <summary>
    /// Follows an exception from a region outwards: into the handlers that may catch it, and through the nearest <c>finally</c>.
    /// </summary>
    private void Throw(ControlFlowRegion? from, FlowContinuation? after, TState state)
    {
        for (ControlFlowRegion? region = from; IsInside(region); region = region!.EnclosingRegion)
        {
            if (region!.Kind == ControlFlowRegionKind.Finally)
            {
                after = after?.Outer;
            }

            if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { } statement)
            {
                continue;
            }

            TState thrown = TransferException(state);
            foreach (ControlFlowRegion handler in statement.NestedRegions)
            {
                if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler)
                {
                    Enter(Graph.Blocks[handler.FirstBlockOrdinal], after, thrown);
                }
                else if (handler.Kind == ControlFlowRegionKind.Finally)
                {
                    EnterFinally(handler, [handler], 0, null, after, thrown);
                    return;
                }
            }
        }
    }

    private static bool IsGuarded(ControlFlowRegion? region)
    {
        for (; IsInside(region); region = region!.EnclosingRegion)
        {
            if (region!.Kind == ControlFlowRegionKind.Try)
            {
                return true;
            }
        }

        return false;
    }

    // Around the root of a nested function's graph lie the regions of the function that it is in.
    private static bool IsInside(ControlFlowRegion? region) => region is { Kind: not ControlFlowRegionKind.Root };

    private void Enter(BasicBlock block, FlowContinuation? after, TState state)
    {
        if (!_spreading)
        {
            return;
        }

        (int, FlowContinuation?) key = (block.Ordinal, after);
        if (!_entries.TryGetValue(key, out TState? known))
        {
            _entries.Add(key, state.Copy());
        }
        else
        {
            TState joined = known.Join(state);
            if (joined.SameAs(known))
            {
                return;
            }

            _entries[key] = joined;
        }

        AddPending(block.Ordinal, after);
    }

    // Blocks are numbered in source order, so that taking the lowest first reaches a join after most of its predecessors.
    private void AddPending(int block, FlowContinuation? after)
    {
        _pendingOrder.Add(block);
        if (after is null)
        {
            _pendingOutside.Add(block);
            return;
        }

        if (!_pendingInside.TryGetValue(block, out HashSet<FlowContinuation>? waiting))
        {
            _pendingInside.Add(block, waiting = []);
        }

        waiting.Add(after);
    }

    private bool TakePending(out BasicBlock? block, out FlowContinuation? after)
    {
        block = null;
        after = null;
        if (_pendingOrder.Count == 0)
        {
            return false;
        }

        int ordinal = _pendingOrder.Min;
        block = Graph.Blocks[ordinal];
        if (!_pendingOutside.Remove(ordinal))
        {
            HashSet<FlowContinuation> waiting = _pendingInside[ordinal];
            foreach (FlowContinuation first in waiting)
            {
                after = first;
                break;
            }

            waiting.Remove(after!);
        }

        bool more = _pendingOutside.Contains(ordinal)
            || (_pendingInside.TryGetValue(ordinal, out HashSet<FlowContinuation>? left) && left.Count > 0);
        if (!more)
        {
            _pendingOrder.Remove(ordinal);
        }

        return true;
    }
}
