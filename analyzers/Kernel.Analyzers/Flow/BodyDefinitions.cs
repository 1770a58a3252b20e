using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// What a graph says once and for all: what each capture and each <c>ref</c> local stands for, and which locals nested functions
/// see.
/// </summary>
internal sealed class BodyDefinitions
{
    private const int MaximumSteps = 16;

    private readonly Dictionary<CaptureId, IOperation?> _captures = [];
    private readonly Dictionary<ILocalSymbol, IOperation?> _refLocals = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ILocalSymbol, IOperation?> _locals = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, int> _writes = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _shared = new(SymbolEqualityComparer.Default);

    public BodyDefinitions(ControlFlowGraph graph)
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            Collect(operation);
        }

        foreach ((IMethodSymbol _, ControlFlowGraph inner) in NestedFunctions.Of(graph, default))
        {
            Share(inner);
        }
    }

    /// <summary>The value captured, if only one place defines the capture.</summary>
    public IOperation? Captured(CaptureId id) => _captures.TryGetValue(id, out IOperation? value) ? value : null;

    /// <summary>What a <c>ref</c> local refers to, if only one place defines it.</summary>
    public IOperation? Referent(ILocalSymbol local) => _refLocals.TryGetValue(local, out IOperation? value) ? value : null;

    /// <summary>What a local is set to, if only one assignment sets it.</summary>
    public IOperation? Assigned(ILocalSymbol local) => _locals.TryGetValue(local, out IOperation? value) ? value : null;

    /// <summary>Whether the local or parameter names different values at different places.</summary>
    public bool IsReassigned(ISymbol symbol) => _writes.TryGetValue(symbol, out int writes) && writes > (symbol is IParameterSymbol ? 0 : 1);

    /// <summary>Whether a lambda or local function touches the local or parameter, so that it may change at any call.</summary>
    public bool IsShared(ISymbol symbol) => _shared.Contains(symbol);

    /// <summary>The call whose <c>bool</c> result a condition tests, and whether the condition negates it.</summary>
    public IInvocationOperation? TestedCall(IOperation condition, out bool negated)
    {
        negated = false;
        IOperation? tested = condition;
        for (int step = 0; step < MaximumSteps && tested is not null; step++)
        {
            switch (tested)
            {
                case IInvocationOperation call:
                    return call;
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                    negated = !negated;
                    tested = not.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    tested = parenthesized.Operand;
                    break;
                case ILocalReferenceOperation { Local: var local }:
                    tested = Assigned(local);
                    break;
                case IFlowCaptureReferenceOperation capture:
                    tested = Captured(capture.Id);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private void Collect(IOperation operation)
    {
        if (WrittenBy(operation) is { } written)
        {
            _writes[written] = _writes.TryGetValue(written, out int writes) ? writes + 1 : 1;
        }

        switch (operation)
        {
            case IFlowCaptureOperation capture:
                _captures[capture.Id] = _captures.ContainsKey(capture.Id) ? null : capture.Value;
                break;
            case ISimpleAssignmentOperation { IsRef: true } definition when TargetOf(definition) is { } local:
                _refLocals[local] = _refLocals.ContainsKey(local) ? null : definition.Value;
                break;
            case ISimpleAssignmentOperation assignment when TargetOf(assignment) is { } local:
                _locals[local] = _locals.ContainsKey(local) ? null : assignment.Value;
                break;
            case ICompoundAssignmentOperation { Target: ILocalReferenceOperation target }:
                _locals[target.Local] = null;
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: ILocalReferenceOperation target }:
                _locals[target.Local] = null;
                break;
        }
    }

    /// <summary>The local or parameter that the operation itself gives another value.</summary>
    private static ISymbol? WrittenBy(IOperation operation)
    {
        IOperation? target = operation switch
        {
            IAssignmentOperation assignment => assignment.Target,
            IIncrementOrDecrementOperation step => step.Target,
            IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
            _ => null,
        };
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        return target switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
    }

    private static ILocalSymbol? TargetOf(ISimpleAssignmentOperation definition) => definition.Target switch
    {
        ILocalReferenceOperation reference => reference.Local,
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation reference } => reference.Local,
        _ => null,
    };

    private void Share(ControlFlowGraph nested)
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(nested))
        {
            switch (operation)
            {
                case ILocalReferenceOperation reference:
                    _shared.Add(reference.Local);
                    break;
                case IParameterReferenceOperation reference:
                    _shared.Add(reference.Parameter);
                    break;
            }
        }

        foreach ((IMethodSymbol _, ControlFlowGraph inner) in NestedFunctions.Of(nested, default))
        {
            Share(inner);
        }
    }
}
