using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What a method does to an entry that its caller may know more about.</summary>
internal enum EntryEventKind
{
    /// <summary>Makes it present without knowing what else is in it.</summary>
    Forces,

    /// <summary>Writes a part of it.</summary>
    Fills,

    /// <summary>Leaves it complete.</summary>
    Completes,

    /// <summary>Leaves it present.</summary>
    Presents,
}

/// <summary>Something that a method does to an entry.</summary>
internal sealed class EntryEvent(EntryEventKind kind, string entry, SyntaxNode site)
{
    public EntryEventKind Kind { get; } = kind;

    /// <summary>The entry as the method names it.</summary>
    public string Entry { get; } = entry;

    public SyntaxNode Site { get; } = site;
}

/// <summary>Collects what is found in one body, each store once.</summary>
internal sealed class EntryNotes
{
    private readonly Dictionary<SyntaxNode, EntryFinding> _late = [];
    private readonly Dictionary<SyntaxNode, EntryFinding> _forced = [];
    private readonly Dictionary<(SyntaxNode, EntryEventKind), EntryEvent> _events = [];

    /// <summary>Whether states are final, so that what is found holds.</summary>
    public bool IsNoting { get; set; }

    /// <summary>Entries that are present before they are complete, in the order of the text.</summary>
    public IEnumerable<EntryFinding> TooEarly => _late.Values.OrderBy(finding => finding.Site.SpanStart);

    /// <summary>Entries that are made present though nothing shows what is in them, in the order of the text.</summary>
    public IEnumerable<EntryFinding> Forced => _forced.Values.Where(finding => !_late.ContainsKey(finding.Site)).OrderBy(finding => finding.Site.SpanStart);

    /// <summary>What callers may know more about, in the order of the text.</summary>
    public IEnumerable<EntryEvent> Events => _events.Values.Where(known => !_late.ContainsKey(known.Site)).OrderBy(known => known.Site.SpanStart);

    /// <summary>A part of an entry is written at <paramref name="rest"/>, after it was made present.</summary>
    public void Late(EntryMistake mistake, SyntaxNode site, string entry, SyntaxNode rest)
    {
        if (IsNoting && (!_late.TryGetValue(site, out EntryFinding? known) || rest.SpanStart < known.History[0].SourceSpan.Start))
        {
            _late[site] = new EntryFinding(mistake, site, entry, [rest.GetLocation()]);
        }
    }

    /// <summary>An entry is made present, and nothing shows what else is in it.</summary>
    public void Force(string entry, SyntaxNode site, SyntaxNode? inner)
    {
        if (IsNoting)
        {
            _forced[site] = new EntryFinding(EntryMistake.Forced, site, entry, inner is null ? [] : [inner.GetLocation()]);
            _events[(site, EntryEventKind.Forces)] = new EntryEvent(EntryEventKind.Forces, entry, site);
        }
    }

    /// <summary>A part of an entry is written that this method has not made present.</summary>
    public void Fill(string entry, SyntaxNode site)
    {
        if (IsNoting)
        {
            _events[(site, EntryEventKind.Fills)] = new EntryEvent(EntryEventKind.Fills, entry, site);
        }
    }
}
