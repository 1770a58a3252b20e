using System;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Reads stores into entries: assignments, members, methods of the entry, <c>Volatile</c> and <c>Interlocked</c>.</summary>
internal sealed class EntryStores(FlushValues values, EntryBits bits)
{
    /// <summary>What the operation stores into an entry; null if it stores into none.</summary>
    public EntryStore? Read(IOperation operation, EntryState state) => operation switch
    {
        ISimpleAssignmentOperation { IsRef: false } assignment => Assigned(assignment, state),
        ICompoundAssignmentOperation compound => Compound(compound, state),
        IInvocationOperation call => Called(call, state),
        _ => null,
    };

    private EntryStore? Assigned(ISimpleAssignmentOperation assignment, EntryState state)
    {
        IOperation target = assignment.Target;
        if (PlaceOf(target, out bool isWeak) is not { } entry)
        {
            return null;
        }

        if (!ReferenceEquals(entry, target) && MemberOf(target) is { } member && !EntryWords.IsWhole(member))
        {
            return Member(entry, target, member, assignment.Value, state);
        }

        return Stored(entry, target.Syntax, assignment.Value, isWeak, state);
    }

    /// <summary>A value that is stored over all of the entry, though it may be the old one with some bits changed.</summary>
    private EntryStore Stored(IOperation entry, SyntaxNode site, IOperation value, bool isWeak, EntryState state)
    {
        string name = NameOf(entry, state);
        Presence presence = bits.PresenceIn(value, state);
        bool keeps = bits.Keeps(value, name, state);
        bool isNothing = EntryPlaces.IsNothing(value);
        StoreExtent extent = !keeps ? StoreExtent.Whole : presence == Presence.Clear ? StoreExtent.Removed : StoreExtent.Added;
        if (keeps && state.BitsOf(EntryState.SymbolOf(values.Unwrap(value))).Entry == name)
        {
            presence = Presence.Set;
        }

        bool isFlags = keeps ? bits.AddsOnlyFlags(value, name, state) : isNothing || bits.IsFlags(value, state);
        return new EntryStore(entry, name, site, extent, presence, isFlags)
        {
            IsNothing = isNothing,
            IsWeak = isWeak && !IsPagingValue(value, entry),
            IsNote = keeps && values.Unwrap(value) is not (IBinaryOperation or IObjectCreationOperation or IInvocationOperation) && presence != Presence.Set,
        };
    }

    private EntryStore? Compound(ICompoundAssignmentOperation compound, EntryState state)
    {
        IOperation target = compound.Target;
        if (PlaceOf(target, out bool isWeak) is not { } entry)
        {
            return null;
        }

        string name = NameOf(entry, state);
        Presence presence = bits.PresenceIn(compound.Value, state);
        bool isNumber = ReferenceEquals(entry, target) || MemberOf(target) is not { } member || EntryWords.IsWhole(member)
            || PresenceReader.MentionsPresent(compound.Value);
        return compound.OperatorKind switch
        {
            BinaryOperatorKind.Or or BinaryOperatorKind.Add => new EntryStore(
                entry, name, target.Syntax, StoreExtent.Added, presence == Presence.Set && isNumber ? Presence.Set : Presence.Unknown,
                bits.IsFlags(compound.Value, state))
            {
                IsNote = EntryPlaces.IsNote(target) || bits.IsNote(compound.Value),
                IsWeak = isWeak && !IsPagingValue(compound.Value, target),
            },
            BinaryOperatorKind.And => new EntryStore(
                entry, name, target.Syntax, StoreExtent.Removed, presence == Presence.Clear && isNumber ? Presence.Clear : Presence.Unknown, true),
            _ => new EntryStore(entry, name, target.Syntax, StoreExtent.Unknown, Presence.Unknown, false),
        };
    }

    private EntryStore Member(IOperation entry, IOperation target, string member, IOperation value, EntryState state)
    {
        bool isPresent = TranslationNames.SaysPresent(member);
        Presence presence = isPresent
            ? Truth(value)
            : PresenceReader.MentionsPresent(value) ? bits.PresenceIn(value, state) : Presence.Unknown;
        bool isConstant = values.Unwrap(value).ConstantValue.HasValue;
        StoreExtent extent = isPresent && presence == Presence.Unknown ? StoreExtent.Unknown : StoreExtent.Added;
        return new EntryStore(entry, NameOf(entry, state), target.Syntax, extent, presence,
            isPresent || (isConstant && !EntryWords.IsFrame(member)) || bits.IsFlags(value, state) && !isConstant)
        {
            IsNote = EntryPlaces.IsNote(target),
            IsNothing = EntryPlaces.IsNothing(value),
        };
    }

    // `Present = true`, `Present = 1`
    private Presence Truth(IOperation value) => values.Unwrap(value).ConstantValue is { HasValue: true, Value: var constant }
        ? EntryPlaces.IsZero(constant) ? Presence.Clear : Presence.Set
        : Presence.Unknown;

    private EntryStore? Called(IInvocationOperation call, EntryState state)
    {
        if (EntryPlaces.StoredBy(call, values.Shapes, out IOperation? value) is { } place)
        {
            return StoredBy(call, place, value, isWeak: false, state);
        }

        if (call.Instance is { } instance && TranslationNames.IsEntry(EntryPlaces.TypeOf(instance)) && EntryPlaces.EntryAt(instance, values.Shapes) is { } entry)
        {
            return ChangedBy(call, entry, state);
        }

        return null;
    }

    private EntryStore StoredBy(IInvocationOperation call, IOperation place, IOperation? value, bool isWeak, EntryState state)
    {
        if (value is not null)
        {
            return Stored(place, call.Syntax, value, isWeak, state);
        }

        IOperation? operand = call.Arguments.Length > 1 ? FlushCalls.ValueOf(call, call.TargetMethod.Parameters[1]) : null;
        Presence presence = bits.PresenceIn(operand, state);
        bool adds = call.TargetMethod.Name is "Or" or "Add";
        return new EntryStore(place, NameOf(place, state), call.Syntax, adds ? StoreExtent.Added : StoreExtent.Removed,
            adds == (presence == Presence.Set) ? presence : Presence.Unknown, bits.IsFlags(operand, state))
        {
            IsNote = adds && bits.IsNote(operand),
        };
    }

    /// <summary>A method of the entry that changes it in place.</summary>
    private EntryStore? ChangedBy(IInvocationOperation call, IOperation entry, EntryState state)
    {
        string method = call.TargetMethod.Name;
        bool changes = EntryPlaces.ChangedBy(call, values.Shapes, out bool clears) is not null;
        bool marks = method.StartsWith("Mark", StringComparison.Ordinal) && !call.TargetMethod.IsReadOnly && call.TargetMethod.ReturnsVoid;
        if (!changes && !marks)
        {
            return null;
        }

        string name = NameOf(entry, state);
        bool isFlags = true;
        Presence presence = Presence.Unknown;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            bool isConstant = values.Unwrap(argument.Value).ConstantValue.HasValue;
            isFlags &= bits.IsFlags(argument.Value, state) || (isConstant && !EntryWords.IsFrame(method));
            presence = PresenceReader.MentionsPresent(argument.Value) && bits.PresenceIn(argument.Value, state) == Presence.Set ? Presence.Set : presence;
        }

        if (TranslationNames.SaysPresent(method))
        {
            presence = clears || method.StartsWith("Disable", StringComparison.Ordinal) ? Presence.Clear
                : call.Arguments.IsEmpty ? Presence.Set
                : call.Arguments.Length == 1 ? Truth(call.Arguments[0].Value) : presence;
            isFlags |= presence != Presence.Unknown;
        }
        else if (clears || TranslationNames.SaysAbsent(method) || Words.Has(method, "NotPresent"))
        {
            bool isWhole = call.Arguments.IsEmpty;
            return new EntryStore(entry, name, call.Syntax, isWhole ? StoreExtent.Whole : StoreExtent.Removed, presence == Presence.Set || isWhole
                ? Presence.Clear : Presence.Unknown, true) { IsNothing = isWhole };
        }

        return new EntryStore(entry, name, call.Syntax, StoreExtent.Added, presence, isFlags)
        {
            IsNote = presence == Presence.Unknown && IsNoteName(method),
        };
    }

    private static bool IsNoteName(string name) => Words.Has(name, "accessed") || Words.Has(name, "dirty")
        || Words.Has(name, "available") || Words.Has(name, "software") || Words.Has(name, "ignored");

    private IOperation? PlaceOf(IOperation target, out bool isWeak)
    {
        isWeak = false;
        if (EntryPlaces.EntryAt(target, values.Shapes) is { } entry)
        {
            return IsOwn(entry) ? null : entry;
        }

        isWeak = true;
        return EntryPlaces.IsMemory(target) && TranslationNames.CanHoldEntry(EntryPlaces.TypeOf(target))
            && !EntryWords.IsDescriptor(EntryText.LastName(target.Syntax)) && !IsOwn(target) ? target : null;
    }

    // A `ref` to a local of the method itself is no memory that others see.
    private bool IsOwn(IOperation entry) => values.ReferentOf(entry) is ILocalReferenceOperation { Local.IsRef: false };

    // Memory that has no name of its own for it is an entry if what is stored says that it is the present bit of one.
    private static bool IsPagingValue(IOperation value, IOperation place)
    {
        bool mayBeTable = TableNames.MayBeTable(EntryText.LastName(place.Syntax));
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            if (SaysPresent(part, out bool isOfPaging) && (isOfPaging || (mayBeTable && !IsOfDescriptor(part))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfDescriptor(IOperation operation) => operation is IMemberReferenceOperation { Member: var member }
        && (EntryWords.IsDescriptor(member.Name) || EntryWords.IsDescriptor(member.ContainingType.Name));

    /// <summary>Whether the operation names a constant that says that something is present.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="isOfPaging">Whether that is an entry of a page table.</param>
    public static bool SaysPresent(IOperation operation, out bool isOfPaging)
    {
        isOfPaging = false;
        switch (operation)
        {
            case IMemberReferenceOperation { Instance: null, Member: { } member } when TranslationNames.SaysPresent(member.Name):
                isOfPaging = !IsOfDescriptor(operation) && (EntryWords.IsPaging(member.Name) || EntryWords.IsPaging(member.ContainingType.Name));
                return true;
            case ILocalReferenceOperation { Local: { IsConst: true, Name: { } name } } when TranslationNames.SaysPresent(name):
                isOfPaging = EntryWords.IsPaging(name);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The entry as the code names it; a pointer that a method is given is followed.</summary>
    public string NameOf(IOperation entry, EntryState state)
    {
        string name = values.NameOf(entry, state.Values);
        return EntryPlaces.TypeOf(entry) is IPointerTypeSymbol && !name.StartsWith("*", StringComparison.Ordinal) ? "*" + name : name;
    }

    private static string? MemberOf(IOperation target) => target is IMemberReferenceOperation member ? member.Member.Name : null;
}
