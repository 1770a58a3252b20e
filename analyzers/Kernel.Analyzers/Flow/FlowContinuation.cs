using System.Collections.Immutable;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>Where a path goes on when the <c>finally</c> regions that it runs on its way are done.</summary>
/// <remarks>
/// Every branch that leaves a <c>try</c> has its own copy of the <c>finally</c>, so that the paths through it do not mix.
/// </remarks>
internal sealed class FlowContinuation(
    ImmutableArray<ControlFlowRegion> regions,
    int index,
    BasicBlock? destination,
    FlowContinuation? outer)
{
    /// <summary>The <c>finally</c> regions to run, innermost first.</summary>
    public ImmutableArray<ControlFlowRegion> Regions { get; } = regions;

    /// <summary>The region that runs now.</summary>
    public int Index { get; } = index;

    /// <summary>The block after the last region; null when an exception is on its way out.</summary>
    public BasicBlock? Destination { get; } = destination;

    /// <summary>What waits outside, when the branch itself lies in a <c>finally</c>.</summary>
    public FlowContinuation? Outer { get; } = outer;
}
