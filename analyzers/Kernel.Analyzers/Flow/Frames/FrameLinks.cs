using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Who can reach a frame from then on.</summary>
internal enum FrameLinkKind
{
    /// <summary>The page-table walker: the frame is a table.</summary>
    Table,

    /// <summary>A program: the frame is one of its pages.</summary>
    User,
}

/// <summary>Checks what reaches the page-table walker, or a program.</summary>
internal readonly struct FrameLinks(FrameAnalysis analysis, FrameBody body, FrameState state)
{
    /// <summary>A value is about to become reachable: its frame must be zeroed by now.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">The argument.</param>
    /// <param name="link">What makes it reachable.</param>
    /// <param name="inner">Where a called method does so, if the call itself does not say.</param>
    /// <param name="kind">Who can reach it then.</param>
    public void Check(FrameValue value, SyntaxNode place, string link, Location? inner, FrameLinkKind kind = FrameLinkKind.Table)
    {
        if (!value.IsTracked || value.Interior)
        {
            return;
        }

        FrameFacts facts = state.FactsOf(value);
        if (facts.Dirty.IsEmpty)
        {
            return;
        }

        ImmutableArray<Location>.Builder history = ImmutableArray.CreateBuilder<Location>();
        bool certain = false;
        foreach (int id in facts.Dirty)
        {
            FrameSource source = body.Source(id);
            if (source.Kind == FrameSourceKind.PlainParameter)
            {
                if (!analysis.ParameterLinks.ContainsKey((source.Parameter, kind)))
                {
                    analysis.ParameterLinks.Add((source.Parameter, kind), (place.GetLocation(), link));
                }

                continue;
            }

            certain = true;
            if (!history.Contains(source.Location))
            {
                history.Add(source.Location);
            }
        }

        if (certain && analysis.IsNoting)
        {
            if (inner is not null)
            {
                history.Add(inner);
            }

            analysis.NoteLink(facts, place, link, history.ToImmutable(), kind);
        }

        // One report for each frame: from here on it counts as handed over.
        state.Update(value, facts.Undecided());
    }
}
