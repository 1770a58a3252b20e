using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What source methods, accessors and operators without contracts do to locks.</summary>
internal sealed partial class LockAnalysis
{
    /// <summary>A property is read or written, or both: its accessors are called.</summary>
    private void UseAccessors(IPropertyReferenceOperation reference, LockState state)
    {
        bool isTarget = reference.Parent is IAssignmentOperation assignment && ReferenceEquals(assignment.Target, reference);
        bool isRead = !(isTarget && reference.Parent is ISimpleAssignmentOperation);
        bool isWritten = isTarget || reference.Parent is IIncrementOrDecrementOperation;
        IOperation?[] given = Given(reference.Arguments);
        UseAccessor(reference, isRead ? reference.Property.GetMethod : null, given, state);
        UseAccessor(reference, isWritten ? reference.Property.SetMethod : null, given, state);
    }

    private void UseAccessor(IPropertyReferenceOperation reference, IMethodSymbol? accessor, IOperation?[] given, LockState state)
    {
        if (accessor is null)
        {
            return;
        }

        CheckCall(reference, accessor, reference.Instance, state);
        if (_summaries.Of(accessor, _paths.Bodies) is { } summary)
        {
            Apply(summary, reference, accessor, reference.Instance, given, state, isGuard: false);
        }
    }

    /// <summary>An operator of the compilation's own is a call.</summary>
    private void UseOperator(IOperation operation, LockState state)
    {
        if (LockUses.OperatorOf(operation) is { } method && _summaries.Of(method, _paths.Bodies) is { } summary)
        {
            Apply(summary, operation, method, null, [.. operation.ChildOperations], state, isGuard: false);
        }
    }

    /// <summary>What is given for each parameter, by its position.</summary>
    private static IOperation?[] Given(ImmutableArray<IArgumentOperation> arguments)
    {
        IOperation?[] given = new IOperation?[arguments.Length];
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { Ordinal: var ordinal } && ordinal < given.Length)
            {
                given[ordinal] = argument.Value;
            }
        }

        return given;
    }

    /// <summary>Applies what a method without a contract does. The result is the lock whose guard it returns.</summary>
    private AccessPath? Apply(LockSummary summary, IOperation call, IMethodSymbol method, IOperation? instance,
        IReadOnlyList<IOperation?> given, LockState state, bool isGuard)
    {
        AccessPath? Map(AccessPath path) => MapToCaller(path, method, instance, given);
        AccessPath? guard = null;
        CheckTakes(summary.Takes.Select(Map), call, method, state, isCertain: true);
        CheckTakes(summary.MayTake.Select(Map), call, method, state, isCertain: false);
        foreach (AccessPath released in summary.Releases.Select(Map).OfType<AccessPath>())
        {
            // What an object releases when it is disposed, it took when it was made, under a name of its own.
            if (IsFinal && (method.Name != "Dispose" || state.Possible.Contains(released)))
            {
                _balance.CheckRelease(call.Syntax, released, state);
            }

            state.Release(released, call.Syntax.GetLocation());
        }

        foreach (AccessPath taken in summary.Acquires.Select(Map).OfType<AccessPath>())
        {
            bool isNested = state.Certain.Contains(taken) && LockState.IsReentrant(taken);
            if (isNested)
            {
                state.Nest(taken);
            }
            else
            {
                Take(call.Syntax, taken, state);
            }

            if (!isGuard && call is IInvocationOperation { Type: { } kept } && kept.GetMembers("Dispose").Length > 0)
            {
                state.HandOver(taken);
            }

            if (isGuard)
            {
                _byGuard.Add(taken);
                guard ??= taken;
            }
        }

        foreach (AccessPath taken in summary.Attempts.Select(Map).OfType<AccessPath>())
        {
            if (!state.Possible.Contains(taken))
            {
                state.Attempt(KeyOf(call), taken, call.Syntax);
            }
        }

        foreach (AccessPath unsure in summary.Unsure.Select(Map).OfType<AccessPath>())
        {
            state.HandOver(unsure);
        }

        return guard;
    }

    private void CheckTakes(IEnumerable<AccessPath?> takes, IOperation call, IMethodSymbol method, LockState state, bool isCertain)
    {
        foreach (AccessPath taken in takes.OfType<AccessPath>())
        {
            if (IsFinal && (isCertain || state.Certain.Contains(taken)) && !LockContracts.ExcludedBy(method).Any(excluded =>
                taken.Members.Length > 0 && SymbolEqualityComparer.Default.Equals(excluded, taken.Members[taken.Members.Length - 1])))
            {
                _balance.CheckTaken(call, method, taken, state);
            }

            state.Note(taken, call.Syntax, isCertain);
        }
    }

    private AccessPath? MapToCaller(AccessPath path, IMethodSymbol method, IOperation? instance, IReadOnlyList<IOperation?> given)
    {
        switch (path.Root)
        {
            case ITypeSymbol:
                return path;
            case IParameterSymbol parameter when IsOwn(parameter, method):
                return parameter.Ordinal < given.Count && _places.Resolve(given[parameter.Ordinal]) is { } argument
                    ? _places.Canonical(argument.Then(path)) : null;
            case WeakPlace { IsShared: true } weak when !weak.NamesThis || instance is IInstanceReferenceOperation:
                return path;
            case ISymbol or WeakPlace:
                return method.MethodKind == MethodKind.LocalFunction ? path : null;
            default:
                return method.MethodKind == MethodKind.LocalFunction ? path
                    : method.IsStatic || _places.Resolve(instance) is not { } self ? null : _places.Canonical(self.Then(path));
        }
    }

    private static bool IsOwn(IParameterSymbol parameter, IMethodSymbol method) =>
        SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol?.OriginalDefinition, (method.ReducedFrom ?? method).OriginalDefinition);

    /// <summary>What a local function of this body, or of one around it, does.</summary>
    private LockSummary? SummaryOf(IMethodSymbol function)
    {
        if (_functions.TryGetValue(function, out LockSummary? known))
        {
            return known;
        }

        for (ControlFlowGraph? graph = Graph; graph is not null; graph = graph.Parent)
        {
            if (graph.LocalFunctions.Contains(function))
            {
                _functions[function] = LockSummary.Nothing;
                ControlFlowGraph inner = graph.GetLocalFunctionControlFlowGraph(function, Cancellation);
                LockAnalysis analysis = new(inner, function, function, _summaries, _paths.Bodies, null, _functions);
                return _functions[function] = analysis.Summarize() ?? LockSummary.Nothing;
            }
        }

        return null;
    }
}
