using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// Finds where code without contracts lets the page-table walker reach a frame: a store into an entry that leads to a table, a load of
/// the root.
/// </summary>
/// <remarks>
/// An entry of the lowest level maps data, which may be dirty as far as the walker is concerned. So the code must show that the frame
/// becomes a table: by the level of the table that it is entered in, by its own name, because the same method walks through the entry,
/// or because it uses the frame as a table.
/// </remarks>
internal sealed class TableLinks(FrameAnalysis analysis, FrameBody body, TableShapes shapes)
{
    private const ulong LargePage = 0x80;

    /// <summary>A value is stored into memory.</summary>
    public void Store(IOperation place, IOperation stored, FrameValue value, FrameState state)
    {
        if (!IsDirty(value, state) || EntryPlaces.EntryAt(place, shapes) is not { } entry
            || (place is IMemberReferenceOperation member && ReferenceEquals(entry, member.Instance) && !TableNames.IsWhole(member.Member.Name)))
        {
            return;
        }

        if (LeadsToTable(entry, stored, value, state))
        {
            new FrameLinks(analysis, body, state).Check(value.AsWhole(), NameIn(stored, value, state), EntryText.Of(entry.Syntax), null);
        }
    }

    /// <summary>A call stores into an entry, or loads the root.</summary>
    public void Call(IInvocationOperation call, FrameState state, System.Collections.Generic.Dictionary<int, FrameValue> arguments)
    {
        if (TranslationNames.LoadsRoot(call.TargetMethod))
        {
            foreach (IArgumentOperation argument in call.Arguments)
            {
                if (arguments.TryGetValue(argument.Parameter?.Ordinal ?? 0, out FrameValue root) && IsDirty(root, state))
                {
                    new FrameLinks(analysis, body, state).Check(root.AsWhole(), NameIn(argument.Value, root, state), call.TargetMethod.Name, null);
                }
            }
        }
        else if (EntryPlaces.StoredBy(call, shapes, out IOperation? stored) is { } place && stored is not null && arguments.TryGetValue(1, out FrameValue value))
        {
            Enter(place, stored, value, state);
        }
        else if (EntryPlaces.ChangedBy(call, shapes, out _) is { } entry && call.Arguments.Length > 0 && arguments.TryGetValue(0, out FrameValue given))
        {
            Enter(entry, call, given, state);
        }
    }

    /// <summary>A frame goes into an entry: if that leads to a table, the walker can reach the frame.</summary>
    public void Enter(IOperation entry, IOperation stored, FrameValue value, FrameState state)
    {
        if (IsDirty(value, state) && LeadsToTable(entry, stored, value, state))
        {
            new FrameLinks(analysis, body, state).Check(value.AsWhole(), NameIn(stored, value, state), EntryText.Of(entry.Syntax), null);
        }
    }

    // Only frames that were certainly taken dirty; what a parameter leads to is not said to be a frame at all.
    private bool IsDirty(FrameValue value, FrameState state)
    {
        if (!value.IsTracked)
        {
            return false;
        }

        foreach (int source in state.FactsOf(value).Dirty)
        {
            if (body.Source(source).Kind == FrameSourceKind.Taken)
            {
                return true;
            }
        }

        return false;
    }

    private bool LeadsToTable(IOperation entry, IOperation stored, FrameValue value, FrameState state)
    {
        BodyTables own = shapes.Own;
        if (own.Walks(EntryText.Of(entry.Syntax)))
        {
            return true;
        }

        foreach (ISymbol name in state.NamesOf(value))
        {
            if (TableNames.IsTable(name.Name) || TranslationNames.IsTableName(name.Name) || own.Contains(name))
            {
                return true;
            }
        }

        if (IsTakenAsTable(value, state) || SaysTable(stored))
        {
            return true;
        }

        bool upper = TableNames.IsUpper(EntryText.LastName(EntryPlaces.TableOf(entry).Syntax), out bool always);
        return upper && (always || IsPlain(stored));
    }

    // `page | Descriptor.Table | Descriptor.Valid`
    private static bool SaysTable(IOperation stored)
    {
        foreach (IOperation part in stored.DescendantsAndSelf())
        {
            if (part is IMemberReferenceOperation { Instance: null, Member.Name: var name } && Words.EndsInWord(name, "table"))
            {
                return true;
            }
        }

        return false;
    }

    // `Alloc(PageType.PageDirectory, 1)`
    private bool IsTakenAsTable(FrameValue value, FrameState state)
    {
        foreach (int source in state.FactsOf(value).Dirty)
        {
            string site = body.Source(source).Location is { SourceTree: { } tree, SourceSpan: var span } ? tree.GetText().ToString(span) : "";
            if (Words.Has(site, "PageTable") || Words.Has(site, "PageDirectory"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the flags in a value are all known, and the one for a large page is not among them.</summary>
    private static bool IsPlain(IOperation stored)
    {
        foreach (IOperation part in stored.DescendantsAndSelf())
        {
            if (part is IMemberReferenceOperation { Member.Name: var name } && TableNames.IsLarge(name))
            {
                return false;
            }

            if (part.ConstantValue is { HasValue: true, Value: var constant } && EntryPlaces.BitsOf(constant) is { } bits && bits < 0x1000 && (bits & LargePage) != 0)
            {
                return false;
            }

            bool isVariableFlag = part is ILocalReferenceOperation or IParameterReferenceOperation
                && (Words.Has(EntryText.LastName(part.Syntax), "flag") || Words.Has(EntryText.LastName(part.Syntax), "attr")
                    || Words.Has(EntryText.LastName(part.Syntax), "prot"));
            if (isVariableFlag)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The variable in an expression that leads to the frame, or the expression.</summary>
    public static SyntaxNode NameIn(IOperation expression, FrameValue value, FrameState state)
    {
        ImmutableArray<ISymbol> names = state.NamesOf(value);
        foreach (IOperation part in expression.DescendantsAndSelf())
        {
            ISymbol? symbol = part switch
            {
                ILocalReferenceOperation local => local.Local,
                IParameterReferenceOperation parameter => parameter.Parameter,
                _ => null,
            };
            if (symbol is not null && names.Contains(symbol, SymbolEqualityComparer.Default))
            {
                return part.Syntax;
            }
        }

        return expression.Syntax;
    }
}
