using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>How much of an entry a store decides.</summary>
internal enum StoreExtent
{
    /// <summary>All of it: what was there before is gone.</summary>
    Whole,

    /// <summary>Bits are added to what is there, or one part is written and the others stay.</summary>
    Added,

    /// <summary>Bits are taken from what is there.</summary>
    Removed,

    /// <summary>It cannot be told.</summary>
    Unknown,
}

/// <summary>One store into an entry in memory.</summary>
internal sealed class EntryStore(IOperation entry, string name, SyntaxNode site, StoreExtent extent, Presence presence, bool isFlags)
{
    public IOperation Entry { get; } = entry;

    /// <summary>The entry as the code names it.</summary>
    public string Name { get; } = name;

    /// <summary>What is reported.</summary>
    public SyntaxNode Site { get; } = site;

    public StoreExtent Extent { get; } = extent;

    /// <summary>Whether what is stored makes the entry present.</summary>
    public Presence Presence { get; } = presence;

    /// <summary>Whether nothing but rights and marks is stored.</summary>
    public bool IsFlags { get; } = isFlags;

    /// <summary>Whether it changes nothing that a walk looks at.</summary>
    public bool IsNote { get; set; }

    /// <summary>Whether nothing is left in what is written.</summary>
    public bool IsNothing { get; set; }

    /// <summary>Whether the memory is an entry by nothing but the constant that is stored.</summary>
    public bool IsWeak { get; set; }
}
