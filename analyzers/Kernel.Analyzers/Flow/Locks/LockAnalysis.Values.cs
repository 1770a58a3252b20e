using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Objects that are handed on locked, and delegates that are called under a lock.</summary>
internal sealed partial class LockAnalysis
{
    private const int DeepestValue = 8;

    private readonly Dictionary<IMethodSymbol, ImmutableArray<AccessPath>> _handed = new(SymbolEqualityComparer.Default);

    /// <summary>An object is returned: its caller gets it with the locks inside it that are held.</summary>
    private void ReturnLocked(IOperation value, LockState state)
    {
        if (IsReleaser(value))
        {
            foreach (AccessPath held in state.Possible)
            {
                state.HandOver(held);
            }
        }

        if (value.Type is not { IsReferenceType: true } || value.ConstantValue.HasValue || state.IsExceptional)
        {
            return;
        }

        AccessPath? place = _places.Resolve(value) is { } named && !named.Equals(AccessPath.This) ? named : null;
        AccessPath[] inside = place is null ? []
            : [.. state.Possible.Where(held => held.StartsWith(place) && held.Members.Length > place.Members.Length)];
        if (IsFinal)
        {
            _values.Carry(inside.Where(state.Certain.Contains).Select(held => held.Rebase(place!, new AccessPath(LockValues.Root))));
        }

        foreach (AccessPath held in inside)
        {
            state.HandOver(held);
        }
    }

    /// <summary>Whether the value was just made to stand for the locks that are held, and releases them when it is disposed.</summary>
    private bool IsReleaser(IOperation? value, int depth = 0) => value switch
    {
        _ when depth > DeepestValue => false,
        IConversionOperation conversion => IsReleaser(conversion.Operand, depth + 1),
        ILocalReferenceOperation { Local: var local } => IsReleaser(_definitions.Assigned(local), depth + 1),
        IFlowCaptureReferenceOperation capture => IsReleaser(_definitions.Captured(capture.Id), depth + 1),
        IObjectCreationOperation { Type: { } made } => made.GetMembers("Dispose").OfType<IMethodSymbol>().Any(LockSummaries.SpeaksOfLocks),
        _ => false,
    };

    /// <summary>A place is given what a call returns: with the object come the locks inside it that the callee took.</summary>
    private void CarryInto(AccessPath place, IOperation? value, LockState state)
    {
        if (CallIn(value) is not { } call || _summaries.Of(call.TargetMethod, _paths.Bodies) is not { } summary)
        {
            return;
        }

        AccessPath root = new(LockValues.Root);
        foreach (AccessPath held in summary.Carried)
        {
            state.Acquire(held.Rebase(root, place), call.Syntax);
        }

        foreach (AccessPath held in summary.MaybeCarried)
        {
            state.HandOver(held.Rebase(root, place));
        }
    }

    private IInvocationOperation? CallIn(IOperation? value) => value switch
    {
        IInvocationOperation call => call,
        IConversionOperation conversion => CallIn(conversion.Operand),
        IFlowCaptureReferenceOperation capture => CallIn(_definitions.Captured(capture.Id)),
        _ => null,
    };

    /// <summary>Where there is no object, none of its locks is held.</summary>
    private void TestForNull(IOperation condition, bool answer, LockState state)
    {
        if (_conditions.NullTested(condition, out bool negated) is not { } tested || answer == negated)
        {
            return;
        }

        IOperation named = tested is ISimpleAssignmentOperation assignment ? assignment.Target : tested;
        foreach (ILocalSymbol local in condition.DescendantsAndSelf().Select(DeclaredBy).Append((named as ILocalReferenceOperation)?.Local).OfType<ILocalSymbol>())
        {
            state.Forget(path => SymbolEqualityComparer.Default.Equals(path.Root as ISymbol, local) && path.Members.Length > 0);
        }
    }

    private static ISymbol? DeclaredBy(IOperation operation) => operation switch
    {
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        _ => null,
    };

    /// <summary>The value that a pattern is held against.</summary>
    private static IOperation? TestedBy(IOperation pattern)
    {
        IOperation? around = pattern.Parent;
        while (around is INegatedPatternOperation)
        {
            around = around.Parent;
        }

        return (around as IIsPatternOperation)?.Value;
    }

    /// <summary>A delegate that is a parameter is called.</summary>
    private void CallBack(IInvocationOperation call, LockState state)
    {
        if (IsFinal && call.TargetMethod.MethodKind == MethodKind.DelegateInvoke
            && _paths.Resolve(call.Instance) is { Root: IParameterSymbol { ContainingSymbol: IMethodSymbol } parameter, Members.IsEmpty: true })
        {
            _values.CallBack(parameter.Ordinal, state.Certain);
        }
    }

    /// <summary>
    /// Lambdas are given to a method. One that the method calls runs with what the method holds; one that is given to a method that
    /// cannot be read runs during the call, as far as is known, unless the method's name speaks of another time.
    /// </summary>
    private void GiveLambdas(IInvocationOperation call, LockSummary? summary, LockState state)
    {
        if (!IsFinal)
        {
            return;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (LambdaIn(argument.Value) is not { } lambda || argument.Parameter is not { Ordinal: var ordinal })
            {
                continue;
            }

            LockState entry = state.Copy();
            if (summary is not null && summary.HeldInCallbacks.TryGetValue(ordinal, out ImmutableHashSet<AccessPath>? held))
            {
                IOperation?[] given = Given(call.Arguments);
                foreach (AccessPath path in held.Select(path => MapToCaller(path, call.TargetMethod, call.Instance, given)).OfType<AccessPath>())
                {
                    entry.Hold(path);
                }
            }
            else if (!call.TargetMethod.DeclaringSyntaxReferences.IsEmpty || SpeaksOfLater(call.TargetMethod.Name)
                || LockContracts.IsThreading(call.TargetMethod.ContainingType))
            {
                continue;
            }

            Callbacks[lambda] = entry;
        }
    }

    /// <summary>A lambda that releases a lock which it did not take is handed that lock.</summary>
    private void HandToLambda(IFlowAnonymousFunctionOperation lambda, LockState state)
    {
        if (!_handed.TryGetValue(lambda.Symbol, out ImmutableArray<AccessPath> released))
        {
            ControlFlowGraph inner = Graph.GetAnonymousFunctionControlFlowGraph(lambda, Cancellation);
            LockAnalysis analysis = new(inner, lambda.Symbol, null, _summaries, _paths.Bodies, null);
            _handed.Add(lambda.Symbol, released = (analysis.Summarize() ?? LockSummary.Nothing).Releases);
        }

        LockState entry = new();
        foreach (AccessPath handed in released)
        {
            state.HandOver(handed);
            entry.Hold(handed);
        }

        Callbacks[lambda.Symbol] = entry;
    }

    private static IMethodSymbol? LambdaIn(IOperation value) => value switch
    {
        IConversionOperation conversion => LambdaIn(conversion.Operand),
        IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation { Symbol: { IsAsync: false } lambda } } => lambda,
        _ => null,
    };

    private static bool SpeaksOfLater(string name)
    {
        foreach (string word in new[] { "Run", "Start", "Queue", "Schedule", "Post", "Defer", "Later", "Continue", "Register", "Subscribe", "On",
            "Add", "Push", "Enqueue", "Set", "After", "Spawn", "Create" })
        {
            if (name.StartsWith(word, System.StringComparison.Ordinal) || name.EndsWith(word, System.StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
