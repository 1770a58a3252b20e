using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>The links of dirty frames in one body. How each came about is told when all zeroings are known.</summary>
internal sealed class LinkNotes(ZeroingStory story)
{
    private readonly List<(FrameFacts Facts, BasicBlock Block, SyntaxNode Place, string Link, ImmutableArray<Location> History, FrameLinkKind Kind)> _notes = [];
    private readonly HashSet<SyntaxNode> _places = [];

    /// <summary>Where frames are zeroed.</summary>
    public ZeroingStory Story { get; } = story;

    /// <summary>Notes a link, once for each place.</summary>
    public void Add(FrameFacts facts, BasicBlock block, SyntaxNode place, string link, ImmutableArray<Location> history, FrameLinkKind kind)
    {
        if (_places.Add(place))
        {
            _notes.Add((facts, block, place, link, history, kind));
        }
    }

    /// <summary>The links as findings.</summary>
    public IEnumerable<FrameFinding> Tell()
    {
        foreach ((FrameFacts facts, BasicBlock block, SyntaxNode place, string link, ImmutableArray<Location> history, FrameLinkKind kind) in _notes)
        {
            bool canZeroBefore = !Story.IsZeroedAfter(facts, block, place.SpanStart);
            string path = Story.Tell(facts, block, place.SpanStart);
            yield return new FrameFinding(
                place.GetLocation(), place.ToString(), link, path, history, isBrokenContract: false, canZeroBefore, kind);
        }
    }
}
