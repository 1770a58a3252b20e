using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What happened to each duty of a body, for the message.</summary>
internal sealed class FlushStory
{
    private readonly Dictionary<SyntaxNode, SyntaxNode> _settled = [];
    private readonly Dictionary<SyntaxNode, List<SyntaxNode>> _settlements = [];
    private readonly Dictionary<SyntaxNode, SyntaxNode> _elsewhere = [];
    private readonly Dictionary<SyntaxNode, SyntaxNode> _before = [];
    private readonly Dictionary<SyntaxNode, Location> _inner = [];
    private readonly Dictionary<SyntaxNode, SyntaxNode> _left = [];
    private readonly Dictionary<SyntaxNode, CallOutcome> _outcomes = [];

    /// <summary>Whether states are final, so that what happens may be told.</summary>
    public bool IsNoting { get; set; }

    /// <summary>A duty arose, after this flush.</summary>
    public void NoteOwed(SyntaxNode site, SyntaxNode? lastFlush, Location? inner)
    {
        if (IsNoting && lastFlush is not null)
        {
            _before[site] = lastFlush;
        }

        if (inner is not null)
        {
            _inner[site] = inner;
        }
    }

    /// <summary>A duty was settled here.</summary>
    public void NoteSettled(SyntaxNode site, SyntaxNode by)
    {
        if (IsNoting)
        {
            Keep(_settled, site, by);
            if (!_settlements.TryGetValue(site, out List<SyntaxNode>? known))
            {
                _settlements.Add(site, known = []);
            }

            known.Add(by);
        }
    }

    /// <summary>Another page was flushed here.</summary>
    public void NoteElsewhere(SyntaxNode site, SyntaxNode by)
    {
        if (IsNoting)
        {
            Keep(_elsewhere, site, by);
        }
    }

    /// <summary>The method ends here with this result; null for the end of its body.</summary>
    public void NoteReturn(FlushState state, SyntaxNode? value, CallOutcome outcome)
    {
        foreach (FlushDuty duty in state.Owed)
        {
            _outcomes[duty.Site] = _outcomes.TryGetValue(duty.Site, out CallOutcome known) && known != outcome ? CallOutcome.Any : outcome;
            if (value is not null)
            {
                Keep(_left, duty.Site, value);
            }
        }
    }

    /// <summary>Whether another page is flushed for the one of the duty: a mistake that no caller makes good.</summary>
    public bool IsElsewhere(SyntaxNode site) => _elsewhere.ContainsKey(site) && !_settled.ContainsKey(site);

    /// <summary>Whether the duty is settled on any path.</summary>
    public bool WasSettled(SyntaxNode site) => _settled.ContainsKey(site);

    /// <summary>The first in the text that settles the duty behind another node; null if nothing does.</summary>
    public SyntaxNode? SettledBehind(SyntaxNode site, SyntaxNode node) => _settlements.TryGetValue(site, out List<SyntaxNode>? known)
        ? known.Where(by => by.SpanStart >= node.Span.End).OrderBy(by => by.SpanStart).FirstOrDefault()
        : null;

    /// <summary>The results with which the method leaves the duty to its caller.</summary>
    public CallOutcome OutcomeOf(SyntaxNode site) => _outcomes.TryGetValue(site, out CallOutcome outcome) ? outcome : CallOutcome.Any;

    /// <summary>How a duty is left.</summary>
    public FlushFinding Tell(FlushDuty duty)
    {
        ImmutableArray<Location>.Builder history = ImmutableArray.CreateBuilder<Location>();
        string path = "never flushed afterwards";
        if (_inner.TryGetValue(duty.Site, out Location? inner))
        {
            history.Add(inner);
        }

        if (_elsewhere.TryGetValue(duty.Site, out SyntaxNode? other))
        {
            path = $"flushed only for another page, by '{Shorten(other)}'";
            history.Add(other.GetLocation());
        }
        else if (_settled.TryGetValue(duty.Site, out SyntaxNode? by))
        {
            path = _left.TryGetValue(duty.Site, out SyntaxNode? value) && value.Parent is ReturnStatementSyntax leaves && !leaves.Contains(by)
                ? $"flushed by '{Shorten(by)}' on some paths only, not on the one that leaves by '{Shorten(leaves)}'"
                : $"flushed by '{Shorten(by)}' on some paths only";
            history.Add(by.GetLocation());
        }
        else if (_before.TryGetValue(duty.Site, out SyntaxNode? before))
        {
            path = $"flushed only before, by '{Shorten(before)}', so that a processor may remember the old entry again";
            history.Add(before.GetLocation());
        }

        return new FlushFinding(duty.Site, duty.Entry, path, history.ToImmutable(), duty.IsValue, IsElsewhere(duty.Site));
    }

    // The first in the text, whatever order blocks are visited in.
    private static void Keep(Dictionary<SyntaxNode, SyntaxNode> known, SyntaxNode site, SyntaxNode by)
    {
        if (!known.TryGetValue(site, out SyntaxNode? earlier) || by.SpanStart < earlier.SpanStart)
        {
            known[site] = by;
        }
    }

    private static string Shorten(SyntaxNode node)
    {
        // A value is named with what is done with it.
        node = node.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member && member.Expression == node ? call : node;
        string text = EntryText.Of(node).TrimEnd(';');
        return text.Length <= 60 ? text : text.Substring(0, 57) + "...";
    }
}
