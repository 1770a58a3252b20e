using System;
using System.Threading;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>Follows the terms of a method from its start to each of its returns.</summary>
internal sealed class TermAnalysis(ControlFlowGraph graph, TermReader reader, TermChecks checks, CancellationToken cancellation)
    : ForwardAnalysis<TermState>(graph, cancellation)
{
    private readonly LoopVariables _loops = new(graph);

    /// <summary>Called for every return of a value once the states are final: the value, what holds there, and whether a handler returns it.</summary>
    public Action<Term, TermState, bool>? Returned { get; set; }

    /// <summary>Called for every conversion between numbers once the states are final: the conversion, what it converts, and what holds there.</summary>
    public Action<IConversionOperation, Term, TermFacts>? Converted { get; set; }

    /// <summary>What holds at the end of the method; null if it never returns. False if the work was too much to be done.</summary>
    public bool TryRun(out TermState? exit)
    {
        reader.Converting = (conversion, operand, state) =>
        {
            if (IsFinal)
            {
                Converted?.Invoke(conversion, operand, state.Facts);
            }
        };
        return Run(TermState.AtStart, out exit);
    }

    protected override TermState? Transfer(IOperation operation, TermState state)
    {
        reader.Read(operation, state);
        return state.IsOver ? null : state;
    }

    protected override TermState? TransferReturn(IOperation value, TermState state)
    {
        Term returned = reader.Read(value, state);
        if (state.IsOver)
        {
            return null;
        }

        if (IsFinal)
        {
            Returned?.Invoke(returned, state, IsInHandler(CurrentBlock.EnclosingRegion));
        }

        return state;
    }

    protected override TermState? TransferEdge(BasicBlock block, ControlFlowBranch branch, TermState state)
    {
        if (block.ConditionKind == ControlFlowConditionKind.None || block.BranchValue is not { } condition)
        {
            return Entering(branch, state);
        }

        bool holds = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
        if (checks.Assume(reader.Read(condition, state.Copy()), holds, state.Facts) is not { } facts)
        {
            return null;
        }

        state.Facts = facts;
        return Entering(branch, state);
    }

    private TermState Entering(ControlFlowBranch branch, TermState state)
    {
        if (branch.Destination is { } destination)
        {
            _loops.Forget(destination, state);
        }

        return state;
    }

    private static bool IsInHandler(ControlFlowRegion? region)
    {
        for (; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind is ControlFlowRegionKind.Catch)
            {
                return true;
            }
        }

        return false;
    }
}
