using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>A flush that is owed since an entry was changed.</summary>
/// <param name="site">What changed it; tells duties of one body apart.</param>
/// <param name="entry">The entry, as the code names it.</param>
/// <param name="sources">What the entry was found with: locals, parameters, calls, constants.</param>
/// <param name="call">The call that owes it, whose result may say that it did not; null for a store.</param>
/// <param name="outcome">The outcome of that call with which it owes.</param>
/// <param name="isValue">Whether a value stands for the duty, rather than the duty being the method's own.</param>
internal sealed class FlushDuty(SyntaxNode site, string entry, ImmutableHashSet<object> sources, SyntaxNode? call, CallOutcome outcome,
    bool isValue)
{
    public SyntaxNode Site { get; } = site;

    public string Entry { get; } = entry;

    public ImmutableHashSet<object> Sources { get; } = sources;

    public SyntaxNode? Call { get; } = call;

    public CallOutcome Outcome { get; } = outcome;

    public bool IsValue { get; } = isValue;

    /// <summary>The same duty, whose entry was found with nothing but these.</summary>
    public FlushDuty With(ImmutableHashSet<object> sources) =>
        ReferenceEquals(sources, Sources) ? this : new(Site, Entry, sources, Call, Outcome, IsValue);
}

/// <summary>With which results of a call something holds.</summary>
internal enum CallOutcome
{
    /// <summary>Whatever it returns.</summary>
    Any,

    /// <summary>Only when it returns zero: <c>false</c>, or no error.</summary>
    Zero,

    /// <summary>Only when it returns something else than zero.</summary>
    NotZero,
}
