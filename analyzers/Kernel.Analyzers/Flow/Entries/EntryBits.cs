using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Reads what kinds of bits a value has that is stored into an entry.</summary>
internal sealed class EntryBits(FlushValues values)
{
    private const int MaximumDepth = 32;
    private const ulong FlagBits = 0xFFF0_0000_0000_0FFF;
    private const ulong NoteBits = 0x7FF0_0000_0000_0E60;

    private readonly PresenceReader _presence = new(values);

    /// <summary>Whether the value makes an entry present.</summary>
    public Presence PresenceIn(IOperation? value, EntryState state) =>
        _presence.In(value, variable => state.BitsOf(EntryState.SymbolOf(variable)).Presence);

    /// <summary>Whether the value has nothing but rights and marks: no frame is in it.</summary>
    public bool IsFlags(IOperation? value, EntryState state) => IsFlags(value, state, 0);

    private bool IsFlags(IOperation? value, EntryState state, int depth)
    {
        if (value is null || depth > MaximumDepth)
        {
            return false;
        }

        // Before it is unwrapped: a number of an enumeration's type is a set of rights, whatever it is converted to.
        if (IsRights(value.Type))
        {
            return true;
        }

        value = values.Unwrap(value);
        if (value.ConstantValue is { HasValue: true, Value: var constant })
        {
            return constant is bool || (EntryPlaces.BitsOf(constant) is { } bits && (bits & ~FlagBits) == 0);
        }

        return IsRights(value.Type) || value switch
        {
            IMemberReferenceOperation { Instance: null, Member.Name: var name } => TranslationNames.SaysPresent(name),
            ILocalReferenceOperation or IParameterReferenceOperation => state.BitsOf(EntryState.SymbolOf(value)).IsFlags,
            IUnaryOperation unary => IsFlags(unary.Operand, state, depth + 1),
            IBinaryOperation binary => IsFlags(binary.LeftOperand, state, depth + 1) && IsFlags(binary.RightOperand, state, depth + 1),
            IObjectCreationOperation { Arguments.Length: 1 } creation => IsFlags(creation.Arguments[0].Value, state, depth + 1),
            _ => false,
        };
    }

    private static bool IsRights(ITypeSymbol? type) => type is { TypeKind: TypeKind.Enum } && !TranslationNames.IsEntry(type);

    /// <summary>Whether the value has only bits that mean nothing to a walk: software's, accessed, dirty.</summary>
    public bool IsNote(IOperation? value) => value is not null
        && values.Unwrap(value).ConstantValue is { HasValue: true, Value: var constant }
        && EntryPlaces.BitsOf(constant) is { } bits && (bits & ~NoteBits) == 0;

    /// <summary>Whether bits are only added to, or taken from, what the entry has.</summary>
    public bool Keeps(IOperation value, string entry, EntryState state) => Keeps(value, entry, state, 0);

    private bool Keeps(IOperation value, string entry, EntryState state, int depth)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        IOperation inner = values.Unwrap(value);
        switch (inner)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Or or BinaryOperatorKind.And or BinaryOperatorKind.Add } binary:
                return Keeps(binary.LeftOperand, entry, state, depth + 1) || Keeps(binary.RightOperand, entry, state, depth + 1);
            case IObjectCreationOperation { Arguments.Length: 1 } creation:
                return Keeps(creation.Arguments[0].Value, entry, state, depth + 1);
            case IMemberReferenceOperation { Instance: { } holder } member when EntryWords.IsWhole(member.Member.Name):
                return Keeps(holder, entry, state, depth + 1);
            case IInvocationOperation { Instance: { } receiver } call when PresenceReader.MakesPresent(call):
                return Keeps(receiver, entry, state, depth + 1);
            case IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: "Volatile" or "Unsafe" or "Interlocked" } } call
                when call.Arguments.Length == 1:
                return Keeps(call.Arguments[0].Value, entry, state, depth + 1);
            case ILocalReferenceOperation { Local: var local }:
                return state.Values.Read(local).Entry == entry || state.BitsOf(local).Entry == entry;
            default:
                return EntryText.Of(inner.Syntax) == entry || (EntryPlaces.EntryAt(inner, values.Shapes) is { } copied && values.NameOf(copied, state.Values) == entry);
        }
    }

    /// <summary>What is added to what the entry has: it must be flags and nothing else for nothing else to be added.</summary>
    public bool AddsOnlyFlags(IOperation value, string entry, EntryState state) => AddsOnlyFlags(value, entry, state, 0);

    private bool AddsOnlyFlags(IOperation value, string entry, EntryState state, int depth)
    {
        IOperation inner = values.Unwrap(value);
        return depth <= MaximumDepth && inner switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask =>
                AddsOnlyFlags(mask.LeftOperand, entry, state, depth + 1) || AddsOnlyFlags(mask.RightOperand, entry, state, depth + 1),
            IBinaryOperation binary =>
                AddsOnlyFlags(binary.LeftOperand, entry, state, depth + 1) && AddsOnlyFlags(binary.RightOperand, entry, state, depth + 1),
            IObjectCreationOperation { Arguments.Length: 1 } creation => AddsOnlyFlags(creation.Arguments[0].Value, entry, state, depth + 1),
            _ => IsFlags(value, state) || Keeps(value, entry, state),
        };
    }
}
