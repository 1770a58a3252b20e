using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>The lambdas and local functions of a graph, which have graphs of their own.</summary>
internal static class NestedFunctions
{
    /// <summary>The functions directly inside the graph.</summary>
    public static IEnumerable<(IMethodSymbol Function, ControlFlowGraph Graph)> Of(ControlFlowGraph graph,
        CancellationToken cancellation)
    {
        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            yield return (local, graph.GetLocalFunctionControlFlowGraph(local, cancellation));
        }

        foreach (IOperation operation in OperationsOf(graph))
        {
            if (operation is IFlowAnonymousFunctionOperation function)
            {
                yield return (function.Symbol, graph.GetAnonymousFunctionControlFlowGraph(function, cancellation));
            }
        }
    }

    /// <summary>Every operation of the graph itself.</summary>
    public static IEnumerable<IOperation> OperationsOf(ControlFlowGraph graph)
    {
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (IOperation root in block.Operations)
            {
                foreach (IOperation operation in root.DescendantsAndSelf())
                {
                    yield return operation;
                }
            }

            if (block.BranchValue is { } value)
            {
                foreach (IOperation operation in value.DescendantsAndSelf())
                {
                    yield return operation;
                }
            }
        }
    }
}
