using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// Tells on which path a frame stays dirty: never zeroed, zeroed too late, in part, or only where a condition holds.
/// </summary>
internal sealed class ZeroingStory(ControlFlowGraph graph)
{
    private const int MaximumConditionLength = 60;

    private readonly List<(int Block, int Position, ImmutableSortedSet<int> Sources)> _zeroings = [];

    /// <summary>Notes that frames from these sources are zeroed in this block.</summary>
    public void NoteZeroing(BasicBlock block, SyntaxNode syntax, ImmutableSortedSet<int> sources) =>
        _zeroings.Add((block.Ordinal, syntax.SpanStart, sources));

    /// <summary>The end of the sentence "the frame becomes reachable …".</summary>
    /// <param name="facts">What is known where it does.</param>
    /// <param name="link">Where it does.</param>
    /// <param name="position">The place in the source.</param>
    public string Tell(FrameFacts facts, BasicBlock link, int position)
    {
        if (facts.Partly)
        {
            return "after only a part of it was zeroed";
        }

        if (facts.Zeroed)
        {
            return ConditionAgainst(facts, link) is { } condition
                ? $"without having been zeroed when {condition}"
                : "without having been zeroed on every path to here";
        }

        return IsZeroedAfter(facts, link, position) ? "before it is zeroed, which happens only afterwards"
            : "and is never zeroed before that";
    }

    /// <summary>Whether such a frame is zeroed on a way on from the link.</summary>
    public bool IsZeroedAfter(FrameFacts facts, BasicBlock link, int position)
    {
        bool[] reached = new bool[graph.Blocks.Length];
        Stack<BasicBlock> pending = new(Successors(link));
        while (pending.Count > 0)
        {
            BasicBlock block = pending.Pop();
            if (!reached[block.Ordinal])
            {
                reached[block.Ordinal] = true;
                foreach (BasicBlock next in Successors(block))
                {
                    pending.Push(next);
                }
            }
        }

        foreach ((int block, int start, ImmutableSortedSet<int> sources) in _zeroings)
        {
            if (sources.Overlaps(facts.Dirty) && (reached[block] || (block == link.Ordinal && start > position)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last condition on a way to the link that passes no zeroing, whose other outcome leads to one.</summary>
    private string? ConditionAgainst(FrameFacts facts, BasicBlock link)
    {
        HashSet<int> zeroing = [];
        foreach ((int block, int _, ImmutableSortedSet<int> sources) in _zeroings)
        {
            if (sources.Overlaps(facts.Sources) && block != link.Ordinal)
            {
                zeroing.Add(block);
            }
        }

        Dictionary<int, BasicBlock> cameFrom = [];
        Queue<BasicBlock> pending = new([graph.Blocks[0]]);
        while (pending.Count > 0 && !cameFrom.ContainsKey(link.Ordinal))
        {
            BasicBlock block = pending.Dequeue();
            foreach (BasicBlock next in Successors(block))
            {
                if (!zeroing.Contains(next.Ordinal) && !cameFrom.ContainsKey(next.Ordinal))
                {
                    cameFrom.Add(next.Ordinal, block);
                    pending.Enqueue(next);
                }
            }
        }

        for (BasicBlock at = link; cameFrom.TryGetValue(at.Ordinal, out BasicBlock? before); at = before)
        {
            if (before.ConditionalSuccessor?.Destination is { } jump
                && before.FallThroughSuccessor?.Destination is { } next
                && before.BranchValue is { } condition
                && LeadsToZeroing(ReferenceEquals(jump, at) ? next : jump, zeroing, link))
            {
                bool holds = ReferenceEquals(jump, at) == (before.ConditionKind == ControlFlowConditionKind.WhenTrue);
                return $"'{Shorten(condition.Syntax)}' is {(holds ? "true" : "false")}";
            }

            if (before.Ordinal == 0)
            {
                break;
            }
        }

        return null;
    }

    private static bool LeadsToZeroing(BasicBlock from, HashSet<int> zeroing, BasicBlock link)
    {
        HashSet<int> seen = [];
        Stack<BasicBlock> pending = new([from]);
        while (pending.Count > 0)
        {
            BasicBlock block = pending.Pop();
            if (zeroing.Contains(block.Ordinal))
            {
                return true;
            }

            if (block.Ordinal != link.Ordinal && seen.Add(block.Ordinal))
            {
                foreach (BasicBlock next in Successors(block))
                {
                    pending.Push(next);
                }
            }
        }

        return false;
    }

    private static IEnumerable<BasicBlock> Successors(BasicBlock block)
    {
        if (block.ConditionalSuccessor?.Destination is { } jump)
        {
            yield return jump;
        }

        if (block.FallThroughSuccessor?.Destination is { } next)
        {
            yield return next;
        }
    }

    private static string Shorten(SyntaxNode syntax)
    {
        string text = string.Join(" ", syntax.ToString().Split((char[]?)null, System.StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MaximumConditionLength ? text : text.Substring(0, MaximumConditionLength) + "…";
    }
}
