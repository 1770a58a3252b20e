using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <content>What calls return.</content>
internal sealed partial class FrameCalls
{
    private FrameValue Result(
        IOperation operation,
        IMethodSymbol method,
        MethodFrameContracts contracts,
        FrameSummary? summary,
        FrameValue receiver,
        Dictionary<int, FrameValue> arguments,
        FrameState state)
    {
        if (contracts.ReturnsDirty || (FrameAnalysis.CanLead(operation.Type) && _named.TakesDirty(operation, method, contracts, summary, summary?.Result)))
        {
            return body.Take(state, operation.Syntax, NameOf(method), operation.Syntax.GetLocation());
        }

        if (!FrameAnalysis.CanLead(operation.Type))
        {
            return FrameValue.Untracked;
        }

        if (summary is not null && method.MethodKind != MethodKind.Constructor && !(IsUnread(summary.Result) && LeadsToMemory(method)))
        {
            return Build(summary.Result, operation.Syntax, method, operation, receiver, arguments, state);
        }

        // Without a body a method that is given one frame and returns something is taken to translate it: an address, a pointer, a wrapper.
        FrameValue only = receiver;
        foreach (FrameValue argument in arguments.Values)
        {
            if (!argument.IsTracked || (only.IsTracked && body.IsTaken(only, state) && !body.IsTaken(argument, state)))
            {
                continue;
            }

            if (only.IsTracked && argument.Group != only.Group && body.IsTaken(only, state) == body.IsTaken(argument, state))
            {
                return FrameValue.Untracked;
            }

            only = argument;
        }

        return only.IsTracked ? new FrameValue(only.Group, only.Interior) : FrameValue.Untracked;
    }

    private static bool IsUnread(FrameResult result) => result is { Other: true, Parameters.IsEmpty: true, FreshDirty: false };

    // What is done through such a result is done to the frame that it was asked for, however its address was found.
    private static bool LeadsToMemory(IMethodSymbol method) =>
        method.ReturnsByRef || method.ReturnType is IPointerTypeSymbol || MemoryFills.IsSpan(method.ReturnType);

    private FrameValue Build(
        FrameResult result,
        SyntaxNode site,
        IMethodSymbol method,
        IOperation operation,
        FrameValue receiver,
        Dictionary<int, FrameValue> arguments,
        FrameState state)
    {
        if (result.Parameters.IsEmpty && !result.FreshDirty)
        {
            return result.Other ? FrameValue.Untracked : FrameValue.Nothing;
        }

        FrameValue single = FrameValue.Untracked;
        FrameFacts facts = new([], [], result.Other, result.Partly, result.Zeroed);
        foreach (int ordinal in result.Parameters)
        {
            single = ordinal < 0 ? receiver : arguments.TryGetValue(ordinal, out FrameValue argument)
                ? argument : FrameValue.Untracked;
            facts = facts.Join(state.FactsOf(single));
        }

        if (result.Parameters.Length == 1 && !result.FreshDirty && !result.Other)
        {
            FrameValue covering = result.Bytes is null ? single : single.Covering(result.Bytes);
            return result.Interior ? covering.AsInterior() : covering;
        }

        if (result.FreshDirty)
        {
            FrameValue taken = body.Take(state, site, NameOf(method), operation.Syntax.GetLocation());
            FrameFacts fresh = state.FactsOf(taken);
            facts = facts.Join(new FrameFacts(fresh.Sources, fresh.Dirty, false, result.Partly, result.Zeroed));
        }

        FrameValue built = state.Add(facts);
        return result.Interior ? built.AsInterior() : built;
    }
}
