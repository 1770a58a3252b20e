using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>KMEM301 to KMEM305: what is said when a lock is missing, or held where it must not be, or handled wrongly.</summary>
public static class LockRules
{
    /// <summary>All rules that one pass over a body checks.</summary>
    public const string All = "KMEM301 to KMEM305";

    private const string GuardedId = "KMEM301";
    private const string GuardedTitle = "Guarded state is touched without its lock";
    private const string RequiredId = "KMEM302";
    private const string RequiredTitle = "A call breaks the lock contract of what it calls";

    private const string BalanceId = "KMEM303";
    private const string BalanceTitle = "A lock is not released once on every path";
    private const string TakenId = "KMEM304";
    private const string TakenTitle = "A lock is taken that is already held";
    private const string GuardId = "KMEM305";
    private const string GuardTitle = "A guard or a lock is copied, dropped or ended twice";

    /// <summary>KMEM301 at a use.</summary>
    public static readonly DiagnosticDescriptor Unguarded = RuleDescriptor.Create(
        GuardedId,
        RuleCategory.Locks,
        GuardedTitle,
        "'{0}' is guarded by '{1}', which is not certainly held here{2}: another processor may be changing it at this moment, and what is read or written is neither the old state nor the new");

    /// <summary>KMEM301 at the contract.</summary>
    public static readonly DiagnosticDescriptor NoSuchLock = RuleDescriptor.Create(
        GuardedId,
        RuleCategory.Locks,
        GuardedTitle,
        "'{0}' is to be guarded by '{1}', but '{2}' has no field or property of that name: nothing guards it");

    /// <summary>KMEM302 at a call that lacks a lock.</summary>
    public static readonly DiagnosticDescriptor Missing = RuleDescriptor.Create(
        RequiredId,
        RuleCategory.Locks,
        RequiredTitle,
        "'{0}' may be called only while '{1}' is held, which is not certainly so here{2}: it would work on state that another processor may be changing at this moment");

    /// <summary>KMEM302 at a contract that names no lock.</summary>
    public static readonly DiagnosticDescriptor NoLockToHold = RuleDescriptor.Create(
        RequiredId,
        RuleCategory.Locks,
        RequiredTitle,
        "'{0}' is said to rely on '{1}', but '{2}' has no field or property of that name: the contract holds for nothing");

    /// <summary>KMEM302 at a call that takes a lock again.</summary>
    public static readonly DiagnosticDescriptor Held = RuleDescriptor.Create(
        RequiredId,
        RuleCategory.Locks,
        RequiredTitle,
        "'{0}' takes '{1}' itself, which {2} held here already: it would wait for itself for ever, with interrupts disabled");

    /// <summary>KMEM302 at a guard of another lock.</summary>
    public static readonly DiagnosticDescriptor OtherGuard = RuleDescriptor.Create(
        RequiredId,
        RuleCategory.Locks,
        RequiredTitle,
        "'{0}' relies on the guard of '{1}', but this one holds '{2}': the state that it works on stays unlocked");

    /// <summary>KMEM302 at a declaration that demands more than its base.</summary>
    public static readonly DiagnosticDescriptor DemandsMore = RuleDescriptor.Create(
        RequiredId,
        RuleCategory.Locks,
        RequiredTitle,
        "'{0}' {3} '{1}', which '{2}' does not say: a caller that knows only that one would call it with the lock in the wrong state");

    /// <summary>KMEM303 at a lock that is taken.</summary>
    public static readonly DiagnosticDescriptor StillHeld = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{1}' is taken here and still held where the method is left{2}: the next to want it waits for ever");

    /// <summary>KMEM303 at a method that says it takes a lock.</summary>
    public static readonly DiagnosticDescriptor NotTaken = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{0}' promises to return with '{1}' held, and does not{2}: its callers go on as if nobody else could be there");

    /// <summary>KMEM303 at a method that says it releases a lock.</summary>
    public static readonly DiagnosticDescriptor NotReleased = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{0}' promises to release '{1}', and nothing in it does: the next to want it waits for ever");

    /// <summary>KMEM303 at a contract that names no lock.</summary>
    public static readonly DiagnosticDescriptor NoLockToTake = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{0}' is said to take or release '{1}', but '{2}' has no field or property of that name, and the method no parameter: the contract holds for nothing");

    /// <summary>KMEM303 at a release of what the caller holds.</summary>
    public static readonly DiagnosticDescriptor GivenAway = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{0}' is called with '{1}' held, and returns{2} after this release without it: its caller goes on as if nobody else could change what the lock guards");

    /// <summary>KMEM303 at a release.</summary>
    public static readonly DiagnosticDescriptor NotHeld = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{1}' is released here, but not held{2}: if another processor holds it, its critical section is open to everybody");

    /// <summary>KMEM303 at a second release.</summary>
    public static readonly DiagnosticDescriptor ReleasedTwice = RuleDescriptor.Create(
        BalanceId,
        RuleCategory.Locks,
        BalanceTitle,
        "'{1}' is released here, but was released before and is not held{2}: another processor may have taken it in between, and loses it in the middle of its critical section");

    /// <summary>KMEM304 at a lock that is taken.</summary>
    public static readonly DiagnosticDescriptor TakenTwice = RuleDescriptor.Create(
        TakenId,
        RuleCategory.Locks,
        TakenTitle,
        "'{1}' is taken here, but {2} held already: the processor waits for itself for ever");

    /// <summary>KMEM304 at a call.</summary>
    public static readonly DiagnosticDescriptor TakenByCallee = RuleDescriptor.Create(
        TakenId,
        RuleCategory.Locks,
        TakenTitle,
        "'{0}' takes '{1}', which {2} held here already: the processor waits for itself for ever");

    /// <summary>KMEM305 at a guard that is disposed by hand.</summary>
    public static readonly DiagnosticDescriptor DisposedTwice = RuleDescriptor.Create(
        GuardId,
        RuleCategory.Locks,
        GuardTitle,
        "'{0}' is disposed here and by its using again: the second time it releases a lock that another processor may have taken since");

    /// <summary>KMEM305 at a guard that is dropped.</summary>
    public static readonly DiagnosticDescriptor Discarded = RuleDescriptor.Create(
        GuardId,
        RuleCategory.Locks,
        GuardTitle,
        "The guard that '{0}' returns is dropped: nothing can release the lock any more");

    /// <summary>KMEM305 at a copy.</summary>
    public static readonly DiagnosticDescriptor Copied = RuleDescriptor.Create(
        GuardId,
        RuleCategory.Locks,
        GuardTitle,
        "'{0}' is copied here: {1}");

    /// <summary>KMEM305 at a field.</summary>
    public static readonly DiagnosticDescriptor ReadOnlyLock = RuleDescriptor.Create(
        GuardId,
        RuleCategory.Locks,
        GuardTitle,
        "'{0}' is a lock that cannot change: every use takes a copy of it, and two processors hold it at once");
}
