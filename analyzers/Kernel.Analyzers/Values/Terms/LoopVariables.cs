using System.Collections.Generic;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>The variables that are another number each time round a loop: they are forgotten where the loop is entered.</summary>
/// <remarks>Otherwise the first round would be followed with what they begin with, and what the rounds have in common would be lost.</remarks>
internal sealed class LoopVariables
{
    private readonly Dictionary<int, List<(object Variable, ITypeSymbol? Type)>> _written = [];

    public LoopVariables(ControlFlowGraph graph)
    {
        foreach (BasicBlock block in graph.Blocks)
        {
            int last = -1;
            foreach (ControlFlowBranch branch in block.Predecessors)
            {
                last = branch.Source.Ordinal > last ? branch.Source.Ordinal : last;
            }

            if (last >= block.Ordinal)
            {
                _written.Add(block.Ordinal, WrittenIn(graph, block.Ordinal, last));
            }
        }
    }

    /// <summary>Forgets what the variables hold, if the block is where a loop begins.</summary>
    public void Forget(BasicBlock block, TermState state)
    {
        if (_written.TryGetValue(block.Ordinal, out List<(object Variable, ITypeSymbol? Type)>? written))
        {
            foreach ((object variable, ITypeSymbol? type) in written)
            {
                state.Forget(variable, type);
            }
        }
    }

    private static List<(object Variable, ITypeSymbol? Type)> WrittenIn(ControlFlowGraph graph, int first, int last)
    {
        List<(object, ITypeSymbol?)> written = [];
        for (int ordinal = first; ordinal <= last; ordinal++)
        {
            foreach (IOperation operation in graph.Blocks[ordinal].Operations)
            {
                foreach (IOperation part in operation.DescendantsAndSelf())
                {
                    if (TargetOf(part) is { } target)
                    {
                        written.Add(target);
                    }
                }
            }
        }

        return written;
    }

    // A constant is the same each time.
    private static (object, ITypeSymbol?)? TargetOf(IOperation part) => part switch
    {
        ISimpleAssignmentOperation { Value.ConstantValue.HasValue: false } assignment => VariableIn(assignment.Target),
        ICompoundAssignmentOperation assignment => VariableIn(assignment.Target),
        IIncrementOrDecrementOperation step => VariableIn(step.Target),
        _ => null,
    };

    private static (object, ITypeSymbol?)? VariableIn(IOperation target) => target switch
    {
        ILocalReferenceOperation local => (local.Local, local.Type),
        IParameterReferenceOperation parameter => (parameter.Parameter, parameter.Type),
        _ => null,
    };
}
