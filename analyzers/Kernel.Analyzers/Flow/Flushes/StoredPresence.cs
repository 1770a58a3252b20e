using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What a store leaves of an entry, as far as a walk is concerned.</summary>
internal enum EntryLeft
{
    /// <summary>It may be present.</summary>
    Perhaps,

    /// <summary>It is present if it was before.</summary>
    AsBefore,

    /// <summary>It is certainly absent.</summary>
    Nothing,
}

/// <summary>Says what stores leave of entries: an absent one that is put together piece by piece stays absent until its present bit is set.</summary>
internal sealed class StoredPresence(FlushValues values)
{
    private readonly PresenceReader _presence = new(values);

    /// <summary>After an assignment to an entry, or to a member of one.</summary>
    public EntryLeft AfterSet(IOperation place, IOperation entry, IOperation? value)
    {
        if (value is null)
        {
            return EntryLeft.Perhaps;
        }

        bool nothing = EntryPlaces.IsNothing(value);
        if (ReferenceEquals(place, entry) || place is not IMemberReferenceOperation { Member.Name: var name })
        {
            return nothing || IsClear(value) ? EntryLeft.Nothing : EntryLeft.Perhaps;
        }

        if (TranslationNames.SaysPresent(name))
        {
            return nothing ? EntryLeft.Nothing : EntryLeft.Perhaps;
        }

        if (IsWhole(place, entry, name))
        {
            return nothing || IsClear(value) ? EntryLeft.Nothing : EntryLeft.Perhaps;
        }

        return place.Type?.SpecialType == SpecialType.System_Boolean || TableNames.IsAddress(name) || IsClear(value)
            ? EntryLeft.AsBefore : EntryLeft.Perhaps;
    }

    /// <summary>After a compound assignment to an entry, or to a member of one.</summary>
    public EntryLeft AfterChange(ICompoundAssignmentOperation change)
    {
        Presence mask = In(change.Value);
        bool named = PresenceReader.MentionsPresent(change.Value);
        return change.OperatorKind switch
        {
            BinaryOperatorKind.And => mask == Presence.Clear || (named && mask == Presence.Unknown) ? EntryLeft.Nothing : EntryLeft.AsBefore,
            BinaryOperatorKind.Or => mask == Presence.Clear && !named ? EntryLeft.AsBefore : EntryLeft.Perhaps,
            _ => EntryLeft.Perhaps,
        };
    }

    /// <summary>After a call of one of the entry's own methods: <c>entry.SetFrame(frame)</c>, <c>entry.SetWritable(true)</c>.</summary>
    public static EntryLeft AfterCall(IInvocationOperation call, bool clears)
    {
        string name = call.TargetMethod.Name;
        bool isPart = call.Arguments is [{ Value.Type: var given }] && !TranslationNames.SaysPresent(name)
            && (given?.SpecialType == SpecialType.System_Boolean || TableNames.IsAddress(name));
        return clears ? EntryLeft.Nothing : isPart ? EntryLeft.AsBefore : EntryLeft.Perhaps;
    }

    /// <summary>Whether the call replaces an entry only where it finds an absent one: <c>Interlocked.CompareExchange(ref entry, value, 0)</c>.</summary>
    public bool IsIntoAbsent(IInvocationOperation call)
    {
        if (call.TargetMethod.Name != "CompareExchange")
        {
            return false;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 2)
            {
                return EntryPlaces.IsNothing(argument.Value) || IsClear(argument.Value);
            }
        }

        return false;
    }

    private bool IsClear(IOperation value) => In(value) == Presence.Clear && !PresenceReader.MentionsPresent(value);

    private Presence In(IOperation value) => _presence.In(value, static _ => Presence.Unknown);

    private static bool IsWhole(IOperation member, IOperation entry, string name) => TableNames.IsWhole(name)
        || (member is IFieldReferenceOperation && TypeSizes.Of(member.Type) is { } size && size == TypeSizes.Of(EntryPlaces.TypeOf(entry)));
}
