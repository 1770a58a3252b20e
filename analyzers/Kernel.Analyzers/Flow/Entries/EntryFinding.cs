using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What is wrong with a store that makes an entry present.</summary>
internal enum EntryMistake
{
    /// <summary>Another part of the entry is written afterwards.</summary>
    TooEarly,

    /// <summary>The lower half is stored before the upper one.</summary>
    HalfFirst,

    /// <summary>Nothing shows what else is in the entry.</summary>
    Forced,
}

/// <summary>An entry that is made present before it is complete.</summary>
/// <param name="mistake">What is wrong.</param>
/// <param name="site">The store, or the call that does so.</param>
/// <param name="entry">The entry as the code names it.</param>
/// <param name="history">What is written too late, or what a called method does.</param>
internal sealed class EntryFinding(EntryMistake mistake, SyntaxNode site, string entry, ImmutableArray<Location> history)
{
    public EntryMistake Mistake { get; } = mistake;

    public SyntaxNode Site { get; } = site;

    public string Entry { get; } = entry;

    public ImmutableArray<Location> History { get; } = history;
}
