using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Follows numbers and copies of entries through locals and parameters, until they are stored.</summary>
internal sealed class EntryCopies(FlushValues values, EntryBits bits)
{
    /// <summary>A local or parameter gets a value, or a part of a copy does.</summary>
    public void Assign(IOperation place, IOperation value, bool isReference, EntryState state)
    {
        if (place is ILocalReferenceOperation { Local: { IsRef: true } local } && isReference && EntryText.Of(value.Syntax) is var referent
            && (referent.IndexOf('(') >= 0 || EntryText.Of(place.Syntax) != local.Name))
        {
            // What the same call finds now, or the next round of a loop, may be another entry.
            state.SetAbsent(referent);
            state.SetIncomplete(referent);
        }

        if (EntryState.SymbolOf(place) is { } symbol && (isReference || !IsReference(symbol)))
        {
            bool isShared = values.IsShared(symbol);
            FlushValue made = isShared ? FlushValue.Unknown : values.Peek(value, state.Values);
            LocalBits known = isShared ? default : BitsOf(value, state);
            state.Write(symbol, made, known);
        }
        else if (place is IMemberReferenceOperation { Instance: { } holder } member && CopyIn(holder) is { } copy && !EntryPlaces.IsNote(place))
        {
            bool isSet = TranslationNames.SaysPresent(member.Member.Name) && values.Unwrap(value).ConstantValue is { HasValue: true, Value: var constant }
                && !EntryPlaces.IsZero(constant);
            Change(copy, isSet, state);
        }
    }

    /// <summary>Bits are added to or taken from a local, a parameter or a copy.</summary>
    public void Combine(ICompoundAssignmentOperation compound, EntryState state)
    {
        if (EntryState.SymbolOf(compound.Target) is { } symbol && !IsReference(symbol))
        {
            LocalBits before = state.BitsOf(symbol);
            Presence added = bits.PresenceIn(compound.Value, state);
            bool isFlags = bits.IsFlags(compound.Value, state);
            string? copied = state.Values.Read(symbol).Entry ?? before.Entry;
            LocalBits after = compound.OperatorKind switch
            {
                BinaryOperatorKind.Or => new LocalBits(
                    before.Presence == Presence.Set || added == Presence.Set ? Presence.Set : before.Presence == added ? added : Presence.Unknown,
                    before.IsFlags && isFlags,
                    isFlags && (added == Presence.Set || before.Entry is not null) ? copied : null),
                BinaryOperatorKind.And => new LocalBits(
                    added == Presence.Clear ? added : added == Presence.Set ? before.Presence : Presence.Unknown, before.IsFlags || isFlags, null),
                _ => default,
            };
            state.Write(symbol, FlushValue.Unknown, values.IsShared(symbol) ? default : after);
        }
        else if (compound.Target is IMemberReferenceOperation { Instance: { } holder } && CopyIn(holder) is { } copy
            && !EntryPlaces.IsNote(compound.Target))
        {
            Change(copy, compound.OperatorKind == BinaryOperatorKind.Or && bits.PresenceIn(compound.Value, state) == Presence.Set
                && bits.IsFlags(compound.Value, state), state);
        }
    }

    /// <summary>Whether the call changes a copy of an entry, or another value of its type that is no memory.</summary>
    public bool Call(IInvocationOperation call, EntryState state)
    {
        if (call.Instance is not { } instance || CopyIn(instance) is not { } copy || call.TargetMethod.IsReadOnly
            || EntryPlaces.ChangedBy(call, values.Shapes, out bool clears) is null && !call.TargetMethod.ReturnsVoid)
        {
            return false;
        }

        Change(copy, !clears && call.Arguments.IsEmpty && TranslationNames.SaysPresent(call.TargetMethod.Name), state);
        return true;
    }

    // `entry.Present = true` in a copy leaves it what it was, with a bit more.
    private static void Change(ISymbol copy, bool isSet, EntryState state)
    {
        string? entry = state.Values.Read(copy).Entry ?? state.BitsOf(copy).Entry;
        state.NoteBits(copy, isSet ? new LocalBits(Presence.Set, false, entry) : default);
    }

    /// <summary>The local or parameter that holds a copy of an entry.</summary>
    private static ISymbol? CopyIn(IOperation holder) =>
        TranslationNames.IsEntry(holder.Type) && EntryState.SymbolOf(holder) is { } symbol && !IsReference(symbol) ? symbol : null;

    private static bool IsReference(ISymbol symbol) =>
        symbol is ILocalSymbol { IsRef: true } or IParameterSymbol { RefKind: RefKind.Ref };

    private LocalBits BitsOf(IOperation value, EntryState state)
    {
        Presence presence = bits.PresenceIn(value, state);
        string? entry = null;
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            string? copied = EntryState.SymbolOf(part) is { } symbol && !IsReference(symbol)
                ? state.BitsOf(symbol).Entry ?? state.Values.Read(symbol).Entry
                : EntryPlaces.EntryAt(part, values.Shapes) is { } place ? values.NameOf(place, state.Values) : null;
            bool isForced = copied is not null && bits.Keeps(value, copied, state) && bits.AddsOnlyFlags(value, copied, state)
                && (presence == Presence.Set || state.BitsOf(EntryState.SymbolOf(values.Unwrap(value))).Entry == copied);
            entry = isForced ? copied : entry;
        }

        return new LocalBits(presence, bits.IsFlags(value, state), entry);
    }

    /// <summary>What a place holds is not known any more.</summary>
    public void Forget(IOperation place, EntryState state)
    {
        if (EntryState.SymbolOf(place) is { } symbol)
        {
            state.Write(symbol, FlushValue.Unknown, default);
        }
    }

    /// <summary>What the places in the tree hold is not known any more.</summary>
    public void ForgetAll(IOperation places, EntryState state)
    {
        foreach (IOperation place in places.DescendantsAndSelf())
        {
            Forget(place, state);
        }
    }
}
