using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>A frame that went back to an allocator too early.</summary>
internal sealed class FreedFinding(SyntaxNode node, string path, SyntaxNode cause)
{
    /// <summary>The frame.</summary>
    public SyntaxNode Node { get; } = node;

    /// <summary>What should have come first.</summary>
    public string Path { get; } = path;

    /// <summary>The change of the entry.</summary>
    public SyntaxNode Cause { get; } = cause;
}

/// <summary>Compares what frames that are freed were found with to what the entries that map them were found with.</summary>
internal sealed class FreedFrames(FlushValues values, FlushStory story)
{
    private readonly Dictionary<SyntaxNode, FreedFinding> _findings = [];
    private readonly HashSet<string> _dying = [];

    /// <summary>What was found, in the order of the text.</summary>
    public IEnumerable<FreedFinding> Findings => 
        _findings.Values.Where(finding => !IsDying(finding.Cause)).OrderBy(finding => finding.Node.SpanStart);

    /// <summary>Whether a frame was freed too early because of the change of an entry.</summary>
    public bool IsCausedBy(SyntaxNode change)
    {
        foreach (FreedFinding finding in _findings.Values)
        {
            if (finding.Cause == change)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the entry is in a table that the body frees too: one that is taken down as a whole is in use no more.</summary>
    public bool IsDying(SyntaxNode entry) => _dying.Contains(EntryText.LastName(entry));

    /// <summary>What explains a finding: the change of the entry, and the flush that comes too late, if there is one.</summary>
    public IEnumerable<Location> HistoryOf(FreedFinding finding)
    {
        yield return finding.Cause.GetLocation();
        SyntaxNode later = finding.Cause.SpanStart < finding.Node.SpanStart ? finding.Node : finding.Cause;
        if (story.SettledBehind(finding.Cause, later) is { } flush)
        {
            yield return flush.GetLocation();
        }
    }

    /// <summary>If the call gives a frame back, the entry that mapped it must be cleared and flushed by now.</summary>
    public void Check(IInvocationOperation call, FlushState state)
    {
        if (TranslationNames.FreedBy(call.TargetMethod) is not { } parameter || FlushCalls.ValueOf(call, parameter) is not { } frame)
        {
            return;
        }

        Check(frame, state);
    }

    /// <summary>The same of a call through a function pointer, by its name.</summary>
    public void CheckUnknown(IFunctionPointerInvocationOperation call, FlushState state)
    {
        if (!call.Arguments.IsEmpty && TranslationNames.FreesFrames(EntryText.LastName(call.Syntax)))
        {
            Check(call.Arguments[0].Value, state);
        }
    }

    private void Check(IOperation frame, FlushState state)
    {
        if (values.Unwrap(frame) is IParameterReferenceOperation { Parameter.Name: var table })
        {
            _dying.Add(table);
        }

        ImmutableHashSet<object> sources = Identity(values.Peek(frame, state).Sources);
        foreach (FlushDuty duty in state.Owed)
        {
            if (sources.Overlaps(Identity(duty.Sources)))
            {
                string owner = duty.IsValue ? $"what '{duty.Entry}' owes" : $"entry '{duty.Entry}', which mapped it,";
                Note(frame.Syntax, $"before {owner} is flushed", duty.Site);
            }
        }

        state.Free(frame.Syntax, sources);
    }

    /// <summary>An entry is changed: no frame that was found through it may be gone already.</summary>
    public void Change(string entry, SyntaxNode site, ImmutableHashSet<object> sources, FlushState state)
    {
        foreach (KeyValuePair<SyntaxNode, ImmutableHashSet<object>> freed in state.Freed)
        {
            if (freed.Value.Overlaps(Identity(sources)))
            {
                Note(freed.Key, $"before entry '{entry}', which maps it, is cleared and flushed", site);
            }
        }
    }

    private void Note(SyntaxNode frame, string path, SyntaxNode cause)
    {
        if (story.IsNoting && !_findings.ContainsKey(frame))
        {
            _findings.Add(frame, new FreedFinding(frame, path, cause));
        }
    }

    // Two values with the same constant in them need not have anything to do with each other.
    private static ImmutableHashSet<object> Identity(ImmutableHashSet<object> sources) =>
        sources.Any(static source => source is ulong) ? sources.Except(sources.Where(static source => source is ulong)) : sources;
}
