using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>KMEM301 and KMEM302: what is said when a lock is missing, or held where it must not be.</summary>
public static class LockRules
{
    private const string GuardedId = "KMEM301";
    private const string GuardedTitle = "Guarded state is touched without its lock";
    private const string RequiredId = "KMEM302";
    private const string RequiredTitle = "A call breaks the lock contract of what it calls";

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
}
