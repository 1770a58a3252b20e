using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Checks that every lock that a body takes is released, once, and none is taken that is held.</summary>
internal sealed class LockBalance(LockChecks checks, LockPlaces places, IMethodSymbol? method, LockState entry, BodySource bodies)
{
    private readonly Dictionary<AccessPath, SyntaxNode> _givenBack = [];

    private bool IsNested => method is { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction };

    /// <summary>A lock is taken, for which one waits.</summary>
    /// <returns>Whether it is held already; what comes later is then part of the same mistake.</returns>
    public bool CheckAcquire(SyntaxNode place, AccessPath taken, LockState state, bool isFinal)
    {
        string? story = IsHeld(taken, state);
        if (story is not null && isFinal)
        {
            Note(LockMistake.TakenTwice, place, taken.ToString(), taken, story, Where(taken, state));
        }

        return story is not null;
    }

    /// <summary>A method is called that takes a lock by itself.</summary>
    public void CheckTaken(IOperation call, IMethodSymbol callee, AccessPath taken, LockState state)
    {
        if (IsHeld(taken, state) is { } story)
        {
            Note(LockMistake.TakenByCallee, LockChecks.NameIn(call.Syntax), (callee.AssociatedSymbol ?? callee).Name, taken, story, Where(taken, state));
        }
    }

    /// <summary>A lock is released.</summary>
    public void CheckRelease(SyntaxNode place, AccessPath released, LockState state)
    {
        bool wasReleased = state.Released.TryGetValue(released, out Location? before);
        if (state.IsExceptional || state.Certain.Contains(released) || IsQuiet(released, state) || (IsNested && !wasReleased))
        {
            return;
        }

        ImmutableArray<Location> history = wasReleased ? [before!] : [];
        if (state.Possible.Contains(released))
        {
            if (!state.IsBlurred)
            {
                Note(wasReleased ? LockMistake.ReleasedTwice : LockMistake.NotHeld, place, released.ToString(), released,
                    " on every path", history);
            }
        }
        else if (wasReleased)
        {
            if (!state.IsBlurred)
            {
                Note(LockMistake.ReleasedTwice, place, released.ToString(), released, "", history);
            }
        }
        else if (LockExemptions.IsStable(released))
        {
            _givenBack[released] = place;
        }
    }

    /// <summary>A guard is disposed, by hand or by <c>using</c>.</summary>
    public void CheckDispose(IInvocationOperation call, AccessPath place, LockState state)
    {
        if (state.IsExceptional || state.IsBlurred || !state.Disposed.TryGetValue(place, out Location? before)
            || before.SourceTree?.GetRoot(bodies.Cancellation).FindNode(before.SourceSpan, getInnermostNodeForTie: true) is not { } first)
        {
            return;
        }

        AccessPath held = state.Guards.TryGetValue(place, out AccessPath? known) ? known : place;
        if (call.IsImplicit)
        {
            Note(LockMistake.DisposedTwice, first, place.ToString(), held, "", []);
        }
        else
        {
            Note(LockMistake.ReleasedTwice, call.Syntax, held.ToString(), held, "", [before]);
        }
    }

    /// <summary>An exception leaves the method.</summary>
    public void CheckThrow(IEnumerable<LockState> states)
    {
        foreach (LockState state in states)
        {
            foreach (AccessPath held in Ordered(state.Certain.Where(held => IsOwed(held, state))))
            {
                NoteHeld(held, state, "");
            }
        }
    }

    /// <summary>The method is left normally.</summary>
    public void CheckExit(IReadOnlyList<LockState> states, LockSummaries summaries)
    {
        LockState[] ends = states.Where(state => !state.IsExceptional).ToArray();
        foreach (LockState state in states)
        {
            foreach (AccessPath held in Ordered(state.Possible.Where(held => IsOwed(held, state))))
            {
                bool isCertain = state.Certain.Contains(held);
                if ((isCertain || !(state.IsExceptional || state.IsBlurred))
                    && !IsTakenForCaller(held, ends, summaries))
                {
                    NoteHeld(held, state, isCertain && states.Count == 1 ? "" : " on some path");
                }
            }
        }

        CheckEntry(ends);
        foreach (KeyValuePair<AccessPath, SyntaxNode> release in _givenBack.OrderBy(entry => entry.Value.SpanStart))
        {
            if (!IsReleasedForCaller(release.Key, ends, summaries))
            {
                Note(LockMistake.NotHeld, release.Value, release.Key.ToString(), release.Key, "", []);
            }
            else if (method is { DeclaredAccessibility: Accessibility.Private })
            {
                checks.DropWhatCallerLocks(release.Key, release.Value);
            }
        }
    }

    /// <summary>What the caller handed over is given back as the contract says.</summary>
    private void CheckEntry(LockState[] ends)
    {
        if (method is null || IsNested || LockContracts.Releases(method, out _))
        {
            return;
        }

        foreach (AccessPath held in Ordered(entry.Certain))
        {
            foreach (LockState end in ends)
            {
                if (!end.IsBlurred && !end.Certain.Contains(held) && !end.Duties.Others.Contains(held)
                    && end.Released.TryGetValue(held, out Location? where)
                    && where.SourceTree?.GetRoot(bodies.Cancellation).FindNode(where.SourceSpan, getInnermostNodeForTie: true) is { } release)
                {
                    Note(LockMistake.GivenAway, release, method.Name, held, end.Possible.Contains(held) ? " on some path" : "", []);
                }
            }
        }
    }

    private bool IsOwed(AccessPath held, LockState state) =>
        !entry.Possible.Contains(held) && !state.Duties.Others.Contains(held) && !places.Shifts(held)
        && state.Duties.Taken.ContainsKey(held) && !IsPromised(held);

    /// <summary>Whether a contract says that the method returns with the lock.</summary>
    private bool IsPromised(AccessPath held) =>
        method is not null && LockContracts.Acquires(method, out ISymbol? member)
        && (member is null || IsNamed(held, member));

    private static bool IsNamed(AccessPath path, ISymbol member) => member is IParameterSymbol
        ? SymbolEqualityComparer.Default.Equals(path.Root as ISymbol, member)
        : path.Members.Any(one => SymbolEqualityComparer.Default.Equals(one, member));

    /// <summary>Whether the method takes the lock in any case, or as its result says, and somebody is there to release it.</summary>
    private bool IsTakenForCaller(AccessPath held, LockState[] ends, LockSummaries summaries)
    {
        if (method is null or { MethodKind: MethodKind.AnonymousFunction })
        {
            return false;
        }

        bool inAnyCase = ends.All(end => end.Certain.Contains(held)) || LockSummary.IsToldByResult(ends, held);
        return (inAnyCase && LockSummaries.IsForCaller(method, bodies))
            || ((inAnyCase || ends.All(end => !end.Released.ContainsKey(held)))
                && summaries.HasCounterpart(method, held, releases: true, bodies));
    }

    private bool IsReleasedForCaller(AccessPath released, LockState[] ends, LockSummaries summaries) =>
        method is null || IsNested || ends.Length == 0
        || ends.All(end => end.Duties.IsRestored(released))
        || (LockNames.IsUnmarked(LockState.TypeOf(released)) && ends.All(end => end.Duties.Once.IsEmpty))
        || (LockContracts.Releases(method, out ISymbol? member) && (member is null || IsNamed(released, member)))
        || (LockSummaries.IsForCaller(method, bodies)
            && ends.All(end => !end.Possible.Contains(released) || end.Duties.Others.Contains(released)))
        || summaries.HasCounterpart(method, released, releases: false, bodies);

    private string? IsHeld(AccessPath taken, LockState state)
    {
        if (LockState.IsReentrant(taken) || !LockExemptions.IsStable(taken) || !state.Possible.Contains(taken) || IsQuiet(taken, state)
            || (method is { MethodKind: MethodKind.LocalFunction } && entry.Possible.Contains(taken)))
        {
            return null;
        }

        return state.Certain.Contains(taken) ? "is" : state.IsExceptional || state.IsBlurred ? null : "may be";
    }

    private bool IsQuiet(AccessPath path, LockState state) => state.Duties.Others.Contains(path) || places.Shifts(path);

    private void NoteHeld(AccessPath held, LockState state, string story) => Note(LockMistake.StillHeld, state.Duties.Taken[held],
        held.ToString(), held, story, state.Released.TryGetValue(held, out Location? where) ? [where] : []);

    private static ImmutableArray<Location> Where(AccessPath taken, LockState state) =>
        state.Duties.Taken.TryGetValue(taken, out SyntaxNode? before) ? [before.GetLocation()] : [];

    private void Note(LockMistake mistake, SyntaxNode place, string member, AccessPath held, string story, ImmutableArray<Location> history) =>
        checks.Note(new LockFinding(mistake, place, member, held, story, history));

    private static IEnumerable<AccessPath> Ordered(IEnumerable<AccessPath> paths) =>
        paths.OrderBy(path => path.ToString(), System.StringComparer.Ordinal);
}
