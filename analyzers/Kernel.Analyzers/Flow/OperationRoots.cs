using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// Tells the blocks of one member apart from those of another: a constructor's initializer and body share one graph.
/// </summary>
internal static class OperationRoots
{
    /// <summary>The outermost operation around this one.</summary>
    public static IOperation Of(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>The blocks of the member that the action is about, one for each graph. What attributes say is no code.</summary>
    public static IEnumerable<IOperation> BodiesIn(OperationBlockAnalysisContext context)
    {
        if (context.OperationBlocks is [{ Kind: not OperationKind.Attribute }])
        {
            return context.OperationBlocks;
        }

        HashSet<IOperation> seen = [];
        return context.OperationBlocks.Where(block => block.Kind != OperationKind.Attribute && seen.Add(Of(block)));
    }

    /// <summary>Whether anything in the block has such a type.</summary>
    public static bool HasType(IOperation block, Func<ITypeSymbol?, bool> isSuch)
    {
        foreach (IOperation operation in block.DescendantsAndSelf())
        {
            if (isSuch(operation.Type))
            {
                return true;
            }
        }

        return false;
    }
}
