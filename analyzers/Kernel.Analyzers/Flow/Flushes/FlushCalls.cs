using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Applies what calls and stores do about flushes.</summary>
internal sealed class FlushCalls(ControlFlowGraph graph, FlushValues values, FlushSummaries summaries, FlushStory story)
{
    // Marks an entry that this body has made present: what is still missing in it then is another rule's.
    private const string Young = "+";

    private readonly FlushEdges _edges = new(values);
    private readonly StoredPresence _presence = new(values);
    private readonly UnreadEntries _unread = new(graph.OriginalOperation.Syntax);

    /// <summary>The frames that go back to allocators.</summary>
    public FreedFrames Freed { get; } = new(values, story);

    /// <summary>Applies a call; false if it does not return.</summary>
    public bool Apply(IInvocationOperation call, FlushState state)
    {
        IMethodSymbol method = call.TargetMethod;
        if (ControlTransfer.NeverCompletes(call))
        {
            return false;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (ControlTransfer.DoesNotReturnIf(argument.Parameter) is { } leaves)
            {
                _edges.Refine(argument.Value, !leaves, state);
            }
        }

        bool returns = ApplyEffect(call, method, state);
        WriteArguments(call, state);
        return returns;
    }

    private bool ApplyEffect(IInvocationOperation call, IMethodSymbol method, FlushState state)
    {
        Freed.Check(call, state);
        if (TakesDebt(call) || IsNotedForLater(call))
        {
            SettleAll(call.Syntax, state);
        }

        if (TranslationNames.IsFlush(method) || (method.MethodKind == MethodKind.DelegateInvoke && IsFlushName(call.Syntax)))
        {
            Flush(call, state);
            return true;
        }

        if (EntryPlaces.ChangedBy(call, values.Shapes, out bool clears) is { } entry)
        {
            Change(entry, call.Syntax, StoredPresence.AfterCall(call, clears), state, call.Arguments.IsEmpty ? null : call.Arguments[0].Value);
            return true;
        }

        if (EntryPlaces.StoredBy(call, values.Shapes, out IOperation? stored) is { } place)
        {
            if (_presence.IsIntoAbsent(call))
            {
                state.SetAbsent(values.NameOf(place, state));
            }

            Change(place, call.Syntax, _presence.AfterSet(place, place, stored), state, call.TargetMethod.Name == "Write" ? stored : null);
            return true;
        }

        if (TranslationNames.OwesByContract(method))
        {
            if (!TranslationNames.IsDebt(method.ReturnType))
            {
                OweByCall(call, method.Name, OutcomeOfContract(method), null, state);
            }

            return true;
        }

        if (summaries.Of(call, graph) is { } summary)
        {
            if (!summary.Returns)
            {
                return false;
            }

            if (summary.Flushes)
            {
                SettleAll(call.Syntax, state);
            }

            if (summary.Owes is { } owed)
            {
                OweByCall(call, owed.Entry, summary.Outcome, owed.Site.GetLocation(), state);
            }
        }

        return true;
    }

    // A method that says whether it worked owes nothing when it did not.
    private static CallOutcome OutcomeOfContract(IMethodSymbol method) => method.ReturnType switch
    {
        { SpecialType: SpecialType.System_Boolean } => CallOutcome.NotZero,
        { TypeKind: TypeKind.Enum } type when !TranslationNames.IsEntry(type) => CallOutcome.Zero,
        _ => CallOutcome.Any,
    };

    /// <summary>A call that Roslyn has no symbol for: through a function pointer.</summary>
    public void ApplyUnknown(IOperation operation, FlushState state)
    {
        if (operation is IFunctionPointerInvocationOperation unknown)
        {
            Freed.CheckUnknown(unknown, state);
        }

        if (operation.Syntax is InvocationExpressionSyntax && IsFlushName(operation.Syntax))
        {
            SettleAll(operation.Syntax, state);
        }
        else if (operation is IObjectCreationOperation creation)
        {
            foreach (IArgumentOperation argument in creation.Arguments)
            {
                if (TranslationNames.IsDebt(argument.Value.Type))
                {
                    SettleAll(operation.Syntax, state);
                }
            }
        }
    }

    private static bool IsFlushName(SyntaxNode call)
    {
        string name = EntryText.LastName(call);
        return Words.Has(name, "flush") || Words.Has(name, "invl") || Words.Has(name, "invalidate");
    }

    /// <summary>An entry is written.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="site">What is reported.</param>
    /// <param name="left">What is left in it.</param>
    /// <param name="state">Changed.</param>
    /// <param name="stored">What is stored over what is there; null if bits of it stay.</param>
    public void Change(IOperation entry, SyntaxNode site, EntryLeft left, FlushState state, IOperation? stored = null)
    {
        string name = values.NameOf(entry, state);
        FlushValue found = values.Peek(entry, state);
        bool fresh = values.Peek(EntryPlaces.TableOf(entry), state).IsFresh;
        bool absent = state.IsAbsent(name) || found.Sources.Any(source => source is ISymbol symbol && state.IsAbsent("@" + symbol.Name));
        absent |= stored is not null && left != EntryLeft.Nothing && values.Peek(stored, state).IsFresh && _unread.IsUnread(site, name);
        bool completes = state.IsAbsent(Young + name)
            && (site != entry.Syntax || site.Parent is AssignmentExpressionSyntax { RawKind: not (int)SyntaxKind.SimpleAssignmentExpression });
        if (!fresh && !absent && !completes)
        {
            // What is owed for the entry already is not owed twice.
            if (!state.OwesFor(name, found.Sources))
            {
                Owe(new FlushDuty(site, name, found.Sources, null, CallOutcome.Any, isValue: false), state);
            }

            Freed.Change(name, site, found.Sources, state);
        }

        if (left == EntryLeft.Nothing)
        {
            state.SetAbsent(name);
        }
        else if (left == EntryLeft.Perhaps)
        {
            state.SetPossible(name);
            if (absent)
            {
                state.SetAbsent(Young + name);
            }
        }
    }

    public void Owe(FlushDuty duty, FlushState state, Location? inner = null)
    {
        story.NoteOwed(duty.Site, state.LastFlush, inner);
        state.Owe(duty);
    }

    private void OweByCall(IInvocationOperation call, string entry, CallOutcome outcome, Location? inner, FlushState state)
    {
        ImmutableHashSet<object> sources = [];
        bool isQuiet = IsGivenValue(call, ref entry, state);
        foreach (IOperation operand in OperandsOf(call))
        {
            FlushValue value = values.Peek(operand, state);
            sources = sources.Union(value.Sources);
            string name = EntryText.LastName(operand.Syntax);
            isQuiet |= value.IsFresh || (name.Length > 0 && state.HasAbsent(name));
        }

        if (!isQuiet)
        {
            Owe(new FlushDuty(call.Syntax, entry, sources, call.Syntax, outcome, isValue: false), state, inner);
            Freed.Change(entry, call.Syntax, sources, state);
        }

        bool clears = TranslationNames.Clears(call.TargetMethod.Name);
        foreach (IOperation operand in OperandsOf(call))
        {
            string name = EntryText.LastName(operand.Syntax);
            state.SetPossibleAt(name);
            if (clears && name.Length > 0)
            {
                state.SetAbsent("@" + name);
            }
        }
    }

    /// <summary>
    /// Whether the entry that the method changes is its caller's own copy, or absent. If it is one in memory, it gets the name that the caller has for it.
    /// </summary>
    private bool IsGivenValue(IInvocationOperation call, ref string entry, FlushState state)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Ref, Name: var name } && (entry == name || entry.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                IOperation? given = EntryPlaces.EntryAt(argument.Value, values.Shapes);
                entry = given is null ? EntryText.Of(argument.Syntax) : values.NameOf(given, state);
                return given is null || state.IsAbsent(entry);
            }
        }

        return false;
    }

    /// <summary>What is given to a parameter.</summary>
    public static IOperation? ValueOf(IInvocationOperation call, IParameterSymbol parameter)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static IEnumerable<IOperation> OperandsOf(IInvocationOperation call)
    {
        if (call.Instance is { } instance and not IInstanceReferenceOperation)
        {
            yield return instance;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            yield return argument.Value;
        }
    }

    // `_staleAddresses.Enqueue(address)`
    private static bool IsNotedForLater(IInvocationOperation call) =>
        call.Instance is IMemberReferenceOperation { Member.Name: var list } && TranslationNames.IsWaitingList(list)
        && call.TargetMethod.Name is "Enqueue" or "TryEnqueue" or "Add" or "TryAdd" or "Push" or "Append" or "Set" or "Note" or "Record";

    private static bool TakesDebt(IInvocationOperation call)
    {
        if (call.Instance is { } instance and not IInstanceReferenceOperation && TranslationNames.IsDebt(instance.Type))
        {
            return true;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind != RefKind.Out && TranslationNames.IsDebt(argument.Value.Type))
            {
                return true;
            }
        }

        return false;
    }

    private void Flush(IInvocationOperation call, FlushState state)
    {
        state.LastFlush = call.Syntax;
        FlushValue? page = null;
        string name = call.TargetMethod.Name;
        bool isWhole = Words.Has(name, "all") || Words.Has(name, "cr3") || Words.Has(name, "root")
            || Words.Has(name, "range") || TranslationNames.IsDebt(call.Instance?.Type);
        if (!isWhole && call.Arguments.Length == 1)
        {
            page = values.Peek(call.Arguments[0].Value, state);
        }

        foreach (FlushDuty duty in state.Owed)
        {
            if (duty.IsValue)
            {
                continue;
            }

            if (page is not null && FlushedPages.IsElsewhere(duty.Sources, page.Sources))
            {
                story.NoteElsewhere(duty.Site, call.Syntax);
            }
            else
            {
                story.NoteSettled(duty.Site, call.Syntax);
                state.Settle(duty.Site);
            }
        }
    }

    /// <summary>All that is owed is in other hands, or paid.</summary>
    public void SettleAll(SyntaxNode by, FlushState state)
    {
        state.LastFlush = by;
        foreach (FlushDuty duty in state.Owed)
        {
            if (!duty.IsValue)
            {
                story.NoteSettled(duty.Site, by);
                state.Settle(duty.Site);
            }
        }
    }

    /// <summary>What a value stands for is in other hands, or paid.</summary>
    public void SettleValues(FlushValue value, SyntaxNode by, FlushState state)
    {
        foreach (SyntaxNode site in value.Duties)
        {
            if (state.Owes(site))
            {
                story.NoteSettled(site, by);
                state.Settle(site);
            }
        }
    }

    private void WriteArguments(IInvocationOperation call, FlushState state)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is not (RefKind.Ref or RefKind.Out))
            {
                continue;
            }

            IOperation place = argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value;
            FlushValue written = FlushValue.Unknown.From(call.Syntax).WithCall(call.Syntax);
            written = FlushValues.Takes(call.TargetMethod) ? written.AsFresh() : written;
            if (place is ILocalReferenceOperation { Local: { IsRef: false } local })
            {
                if (TranslationNames.IsDebt(local.Type) && local.Type is { TypeKind: TypeKind.Struct, IsRefLikeType: false } && !values.IsShared(local))
                {
                    CallOutcome outcome = OutcomeOfContract(call.TargetMethod);
                    Owe(new FlushDuty(argument.Syntax, call.TargetMethod.Name, [call.Syntax], call.Syntax, outcome, isValue: true), state);
                    written = written.WithDuty(argument.Syntax);
                }

                state.Write(local, written);
            }
            else if (place is IParameterReferenceOperation { Parameter: var parameter })
            {
                state.Write(parameter, written);
            }
        }
    }
}
