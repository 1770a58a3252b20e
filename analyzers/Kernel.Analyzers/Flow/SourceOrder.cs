using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>The order in which a compilation was given its source: bodies are analysed side by side and end in any order.</summary>
internal static class SourceOrder
{
    /// <summary>What was found at places of the source, in their order.</summary>
    /// <param name="found">The findings.</param>
    /// <param name="compilation">The compilation that the places belong to.</param>
    /// <param name="placeOf">Where a finding stands.</param>
    public static IEnumerable<T> InOrderOfSource<T>(this IEnumerable<T> found, Compilation compilation, Func<T, SyntaxNode> placeOf)
    {
        Dictionary<SyntaxTree, int> order = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            order.Add(tree, order.Count);
        }

        return found.OrderBy(one => order[placeOf(one).SyntaxTree]).ThenBy(one => placeOf(one).SpanStart);
    }
}
