using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Checks what reaches the page-table walker.</summary>
internal readonly struct FrameLinks(FrameAnalysis analysis, FrameBody body, FrameState state)
{
    /// <summary>A value is about to become reachable: its frame must be zeroed by now.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">The argument.</param>
    /// <param name="link">What makes it reachable.</param>
    /// <param name="inner">Where a called method does so, if the call itself does not say.</param>
    public void Check(FrameValue value, SyntaxNode place, string link, Location? inner)
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
                if (!analysis.ParameterLinks.ContainsKey(source.Parameter))
                {
                    analysis.ParameterLinks.Add(source.Parameter, (place.GetLocation(), link));
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

            analysis.NoteLink(facts, place, link, history.ToImmutable());
        }

        // One report for each frame: from here on it counts as handed over.
        state.Update(value, facts.Undecided());
    }
}
