using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What is wrong with the locks at a place.</summary>
internal enum LockMistake
{
    /// <summary>Guarded state is touched without its lock.</summary>
    Unguarded,

    /// <summary>A method is called without the lock that it requires.</summary>
    Missing,

    /// <summary>A method that takes a lock is called while it may be held.</summary>
    Held,

    /// <summary>A method is given the guard of another lock.</summary>
    OtherGuard,

    /// <summary>A lock that was taken here is still held where the method is left.</summary>
    StillHeld,

    /// <summary>A lock that the caller holds, and goes on to rely on, is released.</summary>
    GivenAway,

    /// <summary>A lock is released that is not held.</summary>
    NotHeld,

    /// <summary>A lock is released that was released before.</summary>
    ReleasedTwice,

    /// <summary>A lock is taken that is held.</summary>
    TakenTwice,

    /// <summary>A method is called that takes a lock that is held.</summary>
    TakenByCallee,

    /// <summary>A guard is disposed by hand, and by <c>using</c> again.</summary>
    DisposedTwice,

    /// <summary>A method says that it returns with a lock, and does not.</summary>
    NotTaken,

    /// <summary>A method says that it releases a lock, and does not.</summary>
    NotReleased,
}

/// <summary>A use of a member that its lock contract forbids.</summary>
internal sealed class LockFinding(LockMistake mistake, SyntaxNode place, string member, AccessPath needed, string story,
    ImmutableArray<Location> history, bool mayBeHeld = false)
{
    public LockMistake Mistake { get; } = mistake;

    /// <summary>The smallest piece of source that names the mistake.</summary>
    public SyntaxNode Place { get; } = place;

    /// <summary>What is touched or called.</summary>
    public string Member { get; } = member;

    /// <summary>The lock in question.</summary>
    public AccessPath Needed { get; } = needed;

    /// <summary>On which path, as an insertion into a sentence; may be empty.</summary>
    public string Story { get; } = story;

    /// <summary>Whether some path holds the lock that is missing, so that taking it there would wait for ever.</summary>
    public bool MayBeHeld { get; } = mayBeHeld;

    /// <summary>Where the lock was last released.</summary>
    public ImmutableArray<Location> History { get; } = history;
}
