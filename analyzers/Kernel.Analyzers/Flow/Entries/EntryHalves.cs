using System;
using System.Globalization;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Tells the two halves of a 64-bit entry that is stored in 32-bit pieces.</summary>
internal sealed class EntryHalves(BodyDefinitions definitions, TableShapes shapes, EntryBits bits, ISymbol? owner)
{
    private const int HalfBits = 32;

    /// <summary>Notes a store of a half.</summary>
    /// <param name="place">The memory that is stored to.</param>
    /// <param name="value">What is stored there.</param>
    /// <param name="site">The store.</param>
    /// <param name="state">Changed.</param>
    /// <param name="early">The store of the lower half, if this is the upper one and comes after it.</param>
    /// <returns>Whether the place is a half by its name, so that nothing else needs to be asked about it.</returns>
    public bool Apply(IOperation place, IOperation value, SyntaxNode site, EntryState state, out SyntaxNode? early)
    {
        early = null;
        if (place is IMemberReferenceOperation { Instance: { } holder } member && IsPagingEntry(EntryPlaces.TypeOf(holder)))
        {
            bool isLow = EntryWords.IsLow(member.Member.Name);
            if ((!isLow && !EntryWords.IsHigh(member.Member.Name)) || !IsShared(holder))
            {
                return false;
            }

            early = Store(EntryText.Of(holder.Syntax), isLow, value, site, state);
            return true;
        }

        if (!IsHalf(EntryPlaces.TypeOf(place)) || Locate(place) is not { } found)
        {
            return false;
        }

        bool isUpper = HasUpperHalf(value, 0);
        if (isUpper && Previous(found.Index) is { } below && IsEntry(found.Base, place))
        {
            early = Store(found.Base + "#" + below, false, value, site, state);
        }
        else if (!isUpper)
        {
            Store(found.Base + "#" + found.Index, true, value, site, state);
        }

        return false;
    }

    private SyntaxNode? Store(string entry, bool isLow, IOperation value, SyntaxNode site, EntryState state)
    {
        if (isLow)
        {
            state.SetLow(entry, bits.PresenceIn(value, state) == Presence.Clear ? null : site);
            return null;
        }

        SyntaxNode? early = state.LowHalfOf(entry);
        state.SetLow(entry, null);
        return early;
    }

    /// <summary>Whether the place is the lower half of an entry that is kept in two.</summary>
    public static bool IsLowHalf(IOperation place) => place is IMemberReferenceOperation { Instance: { } holder, Member.Name: var name }
        && EntryWords.IsLow(name) && IsPagingEntry(EntryPlaces.TypeOf(holder));

    private static bool IsHalf(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_UInt32 or SpecialType.System_Int32;

    private static bool IsPagingEntry(ITypeSymbol? type) => TranslationNames.IsEntry(type)
        || (type is { TypeKind: TypeKind.Struct, Name: var name } && EntryWords.IsPaging(name) && (Words.Has(name, "pae") || Words.Has(name, "pte")
            || Words.Has(name, "page")));

    // A local struct is the method's own until it is stored as a whole.
    private bool IsShared(IOperation holder) => holder is ILocalReferenceOperation { Local: var local }
        ? local.IsRef && definitions.Referent(local) is not ILocalReferenceOperation { Local.IsRef: false }
        : holder is not IParameterReferenceOperation { Parameter.RefKind: RefKind.None } and not IInstanceReferenceOperation
            and not IFlowCaptureReferenceOperation { Syntax: BaseObjectCreationExpressionSyntax };

    /// <summary>The memory and the index in it that the place is; null if it is neither an element nor followed.</summary>
    private static (string Base, string Index)? Locate(IOperation place)
    {
        switch (EntryText.Bare(place.Syntax))
        {
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } element:
                return (EntryText.Of(element.Expression), EntryText.Of(arguments[0].Expression));
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } followed:
                SyntaxNode pointer = EntryText.Bare(followed.Operand);
                return pointer is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum
                    ? (EntryText.Of(sum.Left), EntryText.Of(sum.Right))
                    : (EntryText.Of(pointer), "0");
            default:
                return null;
        }
    }

    /// <summary>The index of the lower half, as the code writes it, if this is the index of an upper one.</summary>
    private static string? Previous(string index)
    {
        if (int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number % 2 == 1 ? (number - 1).ToString(CultureInfo.InvariantCulture) : null;
        }

        string? below = index.EndsWith("+1", StringComparison.Ordinal) || index.EndsWith("|1", StringComparison.Ordinal)
            ? index.Substring(0, index.Length - 2) : null;
        return below is { Length: > 2 } && below[0] == '(' && below[below.Length - 1] == ')' ? below.Substring(1, below.Length - 2) : below;
    }

    /// <summary>Whether what is stored is the upper half of something wider.</summary>
    private bool HasUpperHalf(IOperation value, int depth)
    {
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            if (IsUpperHalf(part) || (part is ILocalReferenceOperation { Local: var local } && depth < 4
                && definitions.Assigned(local) is { } definition && HasUpperHalf(definition, depth + 1)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the operation itself gives the upper half of something wider.</summary>
    public static bool IsUpperHalf(IOperation operation) => operation switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift } shift =>
            shift.RightOperand.ConstantValue is { HasValue: true, Value: HalfBits },
        IParameterReferenceOperation parameter => EntryWords.IsHigh(parameter.Parameter.Name),
        ILocalReferenceOperation { Local.Name: { } name } => EntryWords.IsHigh(name),
        _ => false,
    };

    /// <summary>Whether the memory is an entry: by its name, by what its pointer was made from, or by the code around it.</summary>
    private bool IsEntry(string memory, IOperation place)
    {
        string name = EntryText.LastName(place.Syntax);
        string around = (owner?.Name ?? "") + " " + (owner?.ContainingType?.Name ?? "");
        if (EntryWords.IsDescriptor(name) || EntryWords.IsDescriptor(around))
        {
            return false;
        }

        if (TranslationNames.IsTableName(name) || EntryWords.IsPaging(around))
        {
            return true;
        }

        foreach (IOperation part in place.DescendantsAndSelf())
        {
            if (part is ILocalReferenceOperation { Local: var local } && definitions.Assigned(local) is { } definition
                && (EntryPlaces.EntryAt(AddressedBy(definition), shapes) is not null || PointsToEntry(definition) || TranslationNames.IsTableName(EntryText.LastName(definition.Syntax))))
            {
                return true;
            }
        }

        return TranslationNames.IsTableName(memory);
    }

    private static bool PointsToEntry(IOperation pointer) => pointer is IConversionOperation conversion ? PointsToEntry(conversion.Operand)
        : pointer.Type is IPointerTypeSymbol { PointedAtType: var type } && TranslationNames.IsEntry(type);

    private static IOperation? AddressedBy(IOperation pointer) => pointer switch
    {
        IConversionOperation conversion => AddressedBy(conversion.Operand),
        IParenthesizedOperation parenthesized => AddressedBy(parenthesized.Operand),
        IAddressOfOperation address => address.Reference,
        _ => null,
    };
}
