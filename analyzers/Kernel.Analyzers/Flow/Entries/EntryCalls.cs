using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Applies what calls do to entries: by what is known of their bodies, and by their names.</summary>
internal sealed class EntryCalls(FlushValues values, EntrySummaries summaries, EntryNotes notes, int hops)
{
    /// <summary>Applies a call; false if it does not return.</summary>
    public bool Apply(IInvocationOperation call, EntryChecks checks, EntryState state)
    {
        if (ControlTransfer.NeverCompletes(call))
        {
            return false;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (ControlTransfer.DoesNotReturnIf(argument.Parameter) is { } leaves)
            {
                checks.Refine(argument.Value, !leaves, state);
            }
        }

        bool returns = ApplyEffect(call, state);
        WriteArguments(call, state);
        return returns;
    }

    private bool ApplyEffect(IInvocationOperation call, EntryState state)
    {
        if (TranslationNames.IsFlush(call.TargetMethod))
        {
            state.Settle();
            return true;
        }

        EntrySummary? summary = summaries.Of(call.TargetMethod, call.Instance, hops);
        if (summary is null)
        {
            Touch(call, state);
            return true;
        }

        if (!summary.Returns)
        {
            return false;
        }

        ImmutableHashSet<object> sources = [];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            sources = sources.Union(values.Peek(argument.Value, state.Values).Sources);
        }

        foreach (EntryEvent known in summary.Events)
        {
            if (CallerName.Of(known.Entry, call, summary) is { } entry)
            {
                Apply(known, entry, call.Syntax, sources, state);
            }
        }

        if (summary.HasOthers)
        {
            Touch(call, state);
        }

        return true;
    }

    private void Apply(EntryEvent known, string entry, SyntaxNode call, ImmutableHashSet<object> sources, EntryState state)
    {
        switch (known.Kind)
        {
            case EntryEventKind.Forces:
                bool isForced = !IsComplete(entry, sources, state) && !state.Present.ContainsKey(entry);
                if (isForced)
                {
                    notes.Force(entry, call, known.Site);
                }

                state.SetPresent(entry, new PresentSite(call, isForced));
                state.SetComplete(entry);
                break;
            case EntryEventKind.Fills:
                if (state.Present.TryGetValue(entry, out PresentSite present))
                {
                    notes.Late(EntryMistake.TooEarly, present.Site, entry, call);
                    state.SetAbsent(entry);
                }
                else if (!state.Complete.Contains(entry))
                {
                    notes.Fill(entry, call);
                }

                break;
            case EntryEventKind.Completes:
                state.SetComplete(entry);
                break;
            case EntryEventKind.Presents:
                state.SetPresent(entry, new PresentSite(call, false));
                break;
        }
    }

    /// <summary>Whether something shows that a frame is in the entry.</summary>
    /// <param name="entry">The entry as the code names it.</param>
    /// <param name="sources">What it was found with.</param>
    /// <param name="state">What is known.</param>
    public bool IsComplete(string entry, ImmutableHashSet<object> sources, EntryState state) =>
        state.Complete.Contains(entry)
        || sources.Any(source => source switch
        {
            ISymbol symbol => state.Complete.Contains("@" + symbol.Name),
            SyntaxNode call => TranslationNames.SaysPresent(EntryText.LastName(call)),
            _ => false,
        })
        || state.Complete.Any(known => known.Length > 1 && known[0] == '#' && EntryText.Mentions(entry, known.Substring(1)));

    /// <summary>A pointer or reference is found by a method that has looked at the entry behind it.</summary>
    public void NoteFound(IOperation place, IOperation value, EntryState state)
    {
        if (values.Unwrap(value) is not IInvocationOperation call || EntryState.SymbolOf(place) is not ILocalSymbol local
            || !(call.TargetMethod.ReturnsByRef || call.TargetMethod.ReturnType is IPointerTypeSymbol)
            || summaries.Of(call.TargetMethod, call.Instance, hops) is not { FindsComplete: true })
        {
            return;
        }

        state.SetComplete(local.IsRef ? EntryText.Of(call.Syntax) : "*" + local.Name);
        state.SetComplete(local.Name + "[0]");
    }

    /// <summary>A call that is not understood and is not made for its result may write to the entries that it is led to.</summary>
    private static void Touch(IInvocationOperation call, EntryState state)
    {
        if (!call.TargetMethod.ReturnsVoid && call.Type is not ({ SpecialType: SpecialType.System_Boolean } or { TypeKind: TypeKind.Enum }))
        {
            return;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Value.ConstantValue.HasValue || argument.Parameter?.RefKind == RefKind.Out)
            {
                continue;
            }

            string name = EntryText.LastName(argument.Syntax);
            if (name.Length > 0)
            {
                state.SetComplete("#" + name);
                foreach (string entry in state.Present.Keys.Where(entry => EntryText.Mentions(entry, name)).ToList())
                {
                    state.SetAbsent(entry);
                }
            }
        }
    }

    private void WriteArguments(IInvocationOperation call, EntryState state)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is not (RefKind.Ref or RefKind.Out))
            {
                continue;
            }

            IOperation place = argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value;
            if (EntryState.SymbolOf(place) is not { } symbol || symbol is ILocalSymbol { IsRef: true } or IParameterSymbol { RefKind: RefKind.Ref })
            {
                continue;
            }

            FlushValue written = FlushValue.Unknown.From(call.Syntax);
            state.Write(symbol, FlushValues.Takes(call.TargetMethod) ? written.AsFresh() : written, default);
            if (summaries.Of(call.TargetMethod, call.Instance, hops) is { } summary && summary.CompleteOutputs.Contains(argument.Parameter.Name))
            {
                state.SetComplete("*" + symbol.Name);
                state.SetComplete(symbol.Name + "[0]");
            }
        }
    }
}
