using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Checks uses of members against the locks that are held, and notes what is wrong once for each place.</summary>
internal sealed class LockChecks(PathResolver paths, LockPlaces places, LockExemptions exemptions)
{
    private readonly HashSet<(SyntaxNode, LockMistake)> _noted = [];

    /// <summary>What was found.</summary>
    public List<LockFinding> Findings { get; } = [];

    /// <summary>The uses of members whose lock is not known, so that they may be right or wrong.</summary>
    public List<(SyntaxNode Place, ISymbol Member, LockMistake Mistake)> Undecided { get; } = [];

    /// <summary>Notes what is wrong, once for each place.</summary>
    public void Note(LockFinding finding)
    {
        if (_noted.Add((finding.Place, finding.Mistake)))
        {
            Findings.Add(finding);
        }
    }

    /// <summary>A lock that a loop takes again because a path through it forgets the release is reported once.</summary>
    public void DropConsequences() => Findings.RemoveAll(finding =>
        finding.Mistake == LockMistake.TakenTwice && _noted.Contains((finding.Place, LockMistake.StillHeld)));

    /// <summary>A lock that a private method releases for its callers is held from its start: they have taken it.</summary>
    public void DropWhatCallerLocks(AccessPath released, SyntaxNode where) => Findings.RemoveAll(finding =>
        finding.Mistake is LockMistake.Unguarded or LockMistake.Missing && finding.Needed.Equals(released)
        && finding.History.IsEmpty && finding.Place.SpanStart < where.SpanStart);

    /// <summary>A read or write of a member.</summary>
    public void Touch(IOperation use, ISymbol member, IOperation? instance, LockState state)
    {
        if (LockContracts.GuardOf(member) is { } guard)
        {
            Require(LockMistake.Unguarded, NameIn(use.Syntax), member, guard, instance, state);
        }
    }

    /// <summary>A call of a method, constructor or accessor.</summary>
    public void Call(IOperation call, IMethodSymbol method, IOperation? instance, LockState state)
    {
        ISymbol called = method.AssociatedSymbol ?? method;
        foreach (ISymbol required in LockContracts.RequiredBy(method))
        {
            Require(LockMistake.Missing, NameIn(call.Syntax), called, required, instance, state);
        }

        foreach (ISymbol excluded in LockContracts.ExcludedBy(method))
        {
            if (LockOf(called, excluded, instance) is { } path && state.Possible.Contains(path)
                && _noted.Add((call.Syntax, LockMistake.Held)))
            {
                Findings.Add(new LockFinding(LockMistake.Held, NameIn(call.Syntax), called.Name, path,
                    state.Certain.Contains(path) ? "is" : "may be", []));
            }
        }
    }

    private void Require(LockMistake mistake, SyntaxNode place, ISymbol member, ISymbol guard, IOperation? instance,
        LockState state)
    {
        AccessPath? holder = member.IsStatic ? new AccessPath(member.ContainingType) : paths.Resolve(instance);
        if (holder is null || LockOf(member, guard, instance) is not { } needed)
        {
            if (!(holder is null ? exemptions.IsExclusive : exemptions.Cover(holder, state)))
            {
                Undecided.Add((place, member, mistake));
            }

            return;
        }

        if (state.Certain.Contains(needed)
            || exemptions.Cover(holder, needed, state)
            || !_noted.Add((place, mistake)))
        {
            return;
        }

        if (!LockContracts.IsKnown(LockState.TypeOf(needed)))
        {
            Undecided.Add((place, member, mistake));
            return;
        }

        bool wasReleased = state.Released.TryGetValue(needed, out Location? where);
        bool mayBeHeld = state.Possible.Contains(needed);
        string story = mayBeHeld ? " on every path" : wasReleased ? " any more" : "";
        Findings.Add(new LockFinding(mistake, place, member.Name, needed, story, wasReleased ? [where!] : [], mayBeHeld));
    }

    private AccessPath? LockOf(ISymbol member, ISymbol guard, IOperation? instance)
    {
        AccessPath? holder = member.IsStatic ? null : paths.Resolve(instance);
        return (member.IsStatic || holder is not null || guard.IsStatic)
            && paths.Member(holder, guard, member.ContainingType) is { } path && LockExemptions.IsStable(path)
            ? places.Canonical(path) : null;
    }

    /// <summary>A guard given to a method must be that of the lock that the method relies on.</summary>
    public void GivenGuard(IInvocationOperation call, IArgumentOperation argument, AccessPath guard)
    {
        if (argument.Parameter is not { RefKind: not RefKind.Out } parameter || !LockContracts.IsGuard(parameter.Type))
        {
            return;
        }

        AccessPath? needed = null;
        foreach (ISymbol member in LockContracts.LocksOf(call.TargetMethod.ContainingType, parameter.Type))
        {
            needed = LockOf(call.TargetMethod, member, call.Instance);
            if (needed is null || needed.Equals(guard) || !LockExemptions.IsStable(guard))
            {
                return;
            }
        }

        if (needed is not null && _noted.Add((argument.Syntax, LockMistake.OtherGuard)))
        {
            Findings.Add(new LockFinding(LockMistake.OtherGuard, argument.Value.Syntax, call.TargetMethod.Name, needed,
                guard.ToString(), []));
        }
    }

    /// <summary>The name that is used, without what it is used on.</summary>
    public static SyntaxNode NameIn(SyntaxNode syntax) => syntax switch
    {
        InvocationExpressionSyntax call => NameIn(call.Expression),
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => syntax,
    };
}
