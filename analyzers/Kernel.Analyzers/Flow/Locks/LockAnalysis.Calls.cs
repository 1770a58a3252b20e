using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What calls do to locks: by contract, by what is known of the system's locks, by their bodies.</summary>
internal sealed partial class LockAnalysis
{
    private readonly LockValues _values = new();
    private readonly Dictionary<IMethodSymbol, LockSummary> _functions;

    private AccessPath? Create(IObjectCreationOperation creation, LockState state)
    {
        AccessPath? guard = null;
        bool isGuard = LockContracts.IsGuard(creation.Type);
        foreach (IArgumentOperation argument in creation.Arguments)
        {
            AccessPath? given = Evaluate(argument.Value, state);
            if (LockContracts.IsGuard(argument.Value.Type) && !isGuard)
            {
                HandOver(given, state);
            }

            guard ??= given;
            ChangeArgument(argument, state);
        }

        Evaluate(creation.Initializer, state);
        if (creation.Constructor is not { } constructor)
        {
            return null;
        }

        CheckCall(creation, constructor, null, state);
        if (guard is null && _summaries.Of(constructor, _paths.Bodies) is { } summary)
        {
            ImmutableHashSet<AccessPath> before = state.Possible;
            guard = Apply(summary, creation, constructor, null, Given(creation.Arguments), state, isGuard);
            if (!isGuard && creation.Type!.GetMembers("Dispose").Length > 0)
            {
                foreach (AccessPath kept in state.Possible.Except(before))
                {
                    state.HandOver(kept);
                }
            }
        }

        return isGuard ? guard : null;
    }

    private AccessPath? Call(IInvocationOperation call, LockState state)
    {
        AccessPath? wrapped = Evaluate(call.Instance, state);
        List<(IArgumentOperation Argument, AccessPath? Guard)> arguments = [];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            arguments.Add((argument, Evaluate(argument.Value, state)));
        }

        IMethodSymbol method = call.TargetMethod;
        CheckCall(call, method, call.Instance, state);
        foreach ((IArgumentOperation argument, AccessPath? guard) in arguments)
        {
            wrapped ??= guard;
            if (IsFinal && guard is not null)
            {
                _checks.GivenGuard(call, argument, guard);
            }
        }

        if (method.MethodKind == MethodKind.LocalFunction)
        {
            NoteLocalCall(method.OriginalDefinition, state);
        }

        if (_conditions.RecurringNullKeyOf(call.Instance) is { } isNull)
        {
            state.Learn(isNull, false);
        }

        if (method is { Name: "Dispose", Parameters.IsEmpty: true } && LockContracts.IsGuard(call.Instance?.Type)
            && PlaceOfGuard(call.Instance!) is { } place)
        {
            if (IsFinal)
            {
                _balance.CheckDispose(call, place, state);
            }

            state.Dispose(place, call.Syntax.GetLocation(), _byGuard);
            return null;
        }

        if (method is { Name: "Dispose", Parameters.IsEmpty: true } && LockContracts.IsGuard(call.Instance?.Type) && wrapped is not null)
        {
            state.Release(wrapped, call.Syntax.GetLocation());
            return null;
        }

        foreach ((IArgumentOperation argument, AccessPath? guard) in arguments)
        {
            if (guard is not null && argument.Parameter is { RefKind: RefKind.None } parameter && GuardTakers.Dispose(parameter, Cancellation))
            {
                state.Release(guard, call.Syntax.GetLocation());
            }
        }

        if (EffectOf(call) is { } effect)
        {
            foreach (IArgumentOperation argument in call.Arguments)
            {
                ChangeArgument(argument, state);
            }

            return effect.Acquires ? Acquire(call, effect, state) : Release(call, effect, state);
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            ChangeArgument(argument, state);
        }

        if (LockNames.AssertsHeld(method) && Asserted(call) is { } asserted)
        {
            state.Hold(asserted);
            state.HandOver(asserted);
        }

        if (NeverReturns(call, state))
        {
            state.End();
            return null;
        }

        LockSummary? known = method.MethodKind == MethodKind.LocalFunction ? SummaryOf(method.OriginalDefinition)
            : _summaries.Of(method, _paths.Bodies);
        CallBack(call, state);
        GiveLambdas(call, known, state);
        AccessPath? held = known is { } summary
            ? Apply(summary, call, method, call.Instance, Given(call.Arguments), state, LockContracts.IsGuard(call.Type))
            : null;
        return LockContracts.IsGuard(call.Type) ? held ?? wrapped : null;
    }

    private AccessPath? PlaceOfGuard(IOperation instance) =>
        instance is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id) : _paths.Resolve(instance);

    private AccessPath? Acquire(IInvocationOperation call, LockEffect effect, LockState state)
    {
        if (PlaceOf(effect) is not { } taken)
        {
            return null;
        }

        if (effect.IsGuarded)
        {
            _byGuard.Add(taken);
        }

        string? flag = effect.Flag is null ? KeyOf(call) : _conditions.KeyOf(effect.Flag, out _);
        bool isAttempt = effect.IsAttempt || (effect.Flag is not null && effect.MayFail);
        if (effect.IsReentrant && !isAttempt && state.Certain.Contains(taken))
        {
            state.Nest(taken);
            if (effect.Flag is not null && flag is not null)
            {
                state.Learn(flag, true);
            }

            return taken;
        }

        if (isAttempt)
        {
            if (state.Possible.Contains(taken))
            {
                state.HandOver(taken);
            }
            else if (flag is not null)
            {
                state.Attempt(flag, taken, call.Syntax);
            }
        }
        else
        {
            Take(call.Syntax, taken, state, effect.IsReentrant);
            if (effect.Flag is not null && flag is not null)
            {
                state.Learn(flag, true);
            }
        }

        if (effect.MayBeGuarded && !effect.IsGuarded)
        {
            state.HandOver(taken);
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out && LockContracts.IsGuard(argument.Parameter.Type))
            {
                if (_paths.Resolve(argument.Value) is { Root: ILocalSymbol { IsRef: false } } place)
                {
                    state.Keep(place, taken);
                }
                else
                {
                    state.HandOver(taken);
                }
            }
        }

        return LockContracts.IsGuard(call.Type) ? taken : null;
    }

    private void Take(SyntaxNode place, AccessPath taken, LockState state, bool isReentrant = false)
    {
        bool isAgain = state.Duties.Taken.TryGetValue(taken, out SyntaxNode? before) && !ReferenceEquals(before, place);
        bool isHeld = !isReentrant && _balance.CheckAcquire(place, taken, state, IsFinal);
        state.Acquire(taken, place);
        if (isHeld && isAgain)
        {
            state.HandOver(taken);
        }
    }

    private AccessPath? Release(IInvocationOperation call, LockEffect effect, LockState state)
    {
        if (PlaceOf(effect) is { } released)
        {
            if (IsFinal)
            {
                _balance.CheckRelease(call.Syntax, released, state);
            }

            state.Release(released, call.Syntax.GetLocation());
        }

        return null;
    }

    /// <summary>The lock of which a call says that it is held.</summary>
    private AccessPath? Asserted(IInvocationOperation call) =>
        LockContracts.IsLock(call.Instance?.Type) ? _places.Resolve(call.Instance)
            : call is { Instance: null, Arguments: [{ Value: var given }, ..] } && LockContracts.IsLock(given.Type) ? _places.Resolve(given)
            : null;

    private AccessPath? PlaceOf(LockEffect effect)
    {
        AccessPath? holder = _places.Resolve(effect.Holder);
        return effect.Member is null ? holder : _places.Member(holder, effect.Member, effect.Member.ContainingType);
    }

    private void NoteLocalCall(IMethodSymbol function, LockState state)
    {
        if (IsFinal)
        {
            LocalCalls[function] = LocalCalls.TryGetValue(function, out LockState? known) ? known.Join(state) : state.Copy();
        }
    }

    private bool NeverReturns(IInvocationOperation call, LockState state)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (NoReturn.StopsWhere(argument.Parameter) is { } fatal && !Test(argument.Value, !fatal, state))
            {
                return true;
            }
        }

        return NoReturn.IsSaidOf(call.TargetMethod);
    }

    /// <summary>A value that is given away cannot be told from what its new owner makes of it.</summary>
    private void HandOver(AccessPath? guard, LockState state)
    {
        foreach (AccessPath held in guard is not null ? [guard] : _byGuard.Where(state.Possible.Contains).ToArray())
        {
            state.HandOver(held);
        }
    }

    private void Return(AccessPath? guard, LockState state)
    {
        HandOver(guard, state);
        if (IsFinal)
        {
            _values.Guards.Add(guard);
        }
    }
}
