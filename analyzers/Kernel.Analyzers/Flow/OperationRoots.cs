using Microsoft.CodeAnalysis;

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
}
