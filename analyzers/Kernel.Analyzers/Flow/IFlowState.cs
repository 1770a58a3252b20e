namespace Kernel.Analyzers.Flow;

/// <summary>
/// What an analysis knows at one point of a method. Changed in place while a block is read, never after it was stored.
/// </summary>
internal interface IFlowState<TSelf> where TSelf : class, IFlowState<TSelf>
{
    /// <summary>A copy that can be changed without changing this.</summary>
    TSelf Copy();

    /// <summary>What holds on both paths: nothing may be certain in it that is not certain in both.</summary>
    TSelf Join(TSelf other);

    /// <summary>Whether both say the same.</summary>
    bool SameAs(TSelf other);
}
