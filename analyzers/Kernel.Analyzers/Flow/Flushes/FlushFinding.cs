using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>A change of an entry after which processors may go on using what they remember.</summary>
internal sealed class FlushFinding(SyntaxNode site, string entry, string path, ImmutableArray<Location> history, bool isOwn,
    bool isCertain)
{
    /// <summary>The change, or what made the value that stands for the duty.</summary>
    public SyntaxNode Site { get; } = site;

    public string Entry { get; } = entry;

    /// <summary>How it is left without a flush.</summary>
    public string Path { get; } = path;

    public ImmutableArray<Location> History { get; } = history;

    /// <summary>Whether only this method can settle it; a caller can settle what the method itself has changed.</summary>
    public bool IsOwn { get; } = isOwn;

    /// <summary>Whether no caller is taken to make it good.</summary>
    public bool IsCertain { get; } = isCertain;
}
