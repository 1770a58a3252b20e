using System;
using System.Collections.Generic;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Tells entries in memory from values and from other memory.</summary>
internal static class EntryPlaces
{
    /// <summary>The entry that is read or written at a place: the place itself, or the entry that it is a member of; null if it is none.</summary>
    public static IOperation? EntryAt(IOperation? place, TableShapes shapes)
    {
        place = place is IDeclarationExpressionOperation declaration ? declaration.Expression : place;
        switch (place)
        {
            case null:
                return null;
            case IConversionOperation { OperatorMethod: null } conversion:
                return EntryAt(conversion.Operand, shapes);
            case IParenthesizedOperation parenthesized:
                return EntryAt(parenthesized.Operand, shapes);
            case IFlowCaptureReferenceOperation:
                return IsMemory(place) && IsEntryIn(place, shapes) ? place : null;
            case IPropertyReferenceOperation { Arguments.IsEmpty: true, Instance: { } holder } member
                when !member.Property.ReturnsByRef && TranslationNames.IsEntry(holder.Type):
                return EntryAt(holder, shapes);
            case IFieldReferenceOperation { Instance: { } holder } when TranslationNames.IsEntry(TypeOf(holder)):
                return EntryAt(holder, shapes);
            default:
                return IsMemory(place) && IsEntryIn(place, shapes) ? place : null;
        }
    }

    /// <summary>What the place is in: the table, or the pointer that leads to it.</summary>
    public static IOperation TableOf(IOperation entry) => entry switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference,
        IPropertyReferenceOperation { Instance: { } instance } => instance,
        _ => entry,
    };

    /// <summary>Whether a part of an entry means nothing to what processors remember: what software notes, what they note themselves.</summary>
    public static bool IsNote(IOperation target) =>
        target is IMemberReferenceOperation { Member.Name: var name, Instance: { } holder } && TranslationNames.IsEntry(TypeOf(holder))
        && (Words.Has(name, "available") || Words.Has(name, "software") || Words.Has(name, "accessed")
            || Words.Has(name, "dirty") || Words.Has(name, "ignored"));

    /// <summary>Whether a value stored leaves an entry absent.</summary>
    public static bool IsNothing(IOperation? value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => IsZero(constant),
        IDefaultValueOperation => true,
        IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null } => true,
        IConversionOperation conversion => IsNothing(conversion.Operand),
        IMemberReferenceOperation { Instance: null, Member.Name: var name } => TranslationNames.SaysAbsent(name),
        _ => false,
    };

    /// <summary>Whether a constant is zero.</summary>
    public static bool IsZero(object? constant) => constant switch
    {
        null => true,
        bool value => !value,
        IConvertible number and not string => BitsOf(number) == 0,
        _ => false,
    };

    /// <summary>The bits of a constant; null for text and fractions.</summary>
    public static ulong? BitsOf(object? constant) => constant switch
    {
        sbyte value => unchecked((ulong)value),
        short value => unchecked((ulong)value),
        int value => unchecked((ulong)value),
        long value => unchecked((ulong)value),
        byte value => value,
        ushort value => value,
        uint value => value,
        ulong value => value,
        char value => value,
        _ => null,
    };

    /// <summary>The type of an operation, also of memory that a pointer leads to.</summary>
    public static ITypeSymbol? TypeOf(IOperation operation)
    {
        if (operation.Type is { } type)
        {
            return type;
        }

        if (operation.Kind != OperationKind.None)
        {
            return null;
        }

        foreach (IOperation child in operation.ChildOperations)
        {
            return child.Type is IPointerTypeSymbol pointer ? pointer.PointedAtType : null;
        }

        return null;
    }

    /// <summary>Whether the place is in memory that others may see, rather than in a local or a field of the program's own.</summary>
    public static bool IsMemory(IOperation place) => place switch
    {
        ILocalReferenceOperation reference => reference.Local.IsRef,
        IParameterReferenceOperation reference => reference.Parameter.RefKind == RefKind.Ref,
        IArrayElementReferenceOperation or IInlineArrayAccessOperation => true,
        IPropertyReferenceOperation reference => !reference.Arguments.IsEmpty || reference.Property.ReturnsByRef,
        IInvocationOperation call => call.TargetMethod.ReturnsByRef,
        IFlowCaptureReferenceOperation => IsMemorySyntax(place.Syntax),
        { Kind: OperationKind.None } => IsMemorySyntax(place.Syntax) || IsFollowed(place),
        _ => false,
    };

    /// <summary>Whether the operation is what a pointer before <c>-&gt;</c> leads to.</summary>
    public static bool IsFollowed(IOperation operation) => operation is { Kind: OperationKind.None,
        Parent: IMemberReferenceOperation or IInvocationOperation } && !IsMemorySyntax(operation.Syntax);

    private static bool IsMemorySyntax(SyntaxNode syntax) => EntryText.Bare(syntax)
        is ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression };

    private static bool IsEntryIn(IOperation place, TableShapes shapes) => TypeOf(place) is { } type
        && (TranslationNames.IsEntry(type)
            || (TranslationNames.CanHoldEntry(type)
                && (TranslationNames.IsTableName(EntryText.LastName(place.Syntax)) || IsReinterpreted(place) || shapes.IsTable(place))));

    // `*(ulong*)entry`, `Unsafe.As<PageTableEntry, ulong>(ref entry)`
    private static bool IsReinterpreted(IOperation place)
    {
        if (place is IInvocationOperation { TargetMethod: { Name: "As", ContainingType.Name: "Unsafe", TypeArguments: [var from, _] } })
        {
            return TranslationNames.IsEntry(from);
        }

        if (place.Kind != OperationKind.None)
        {
            return false;
        }

        foreach (IOperation child in place.ChildOperations)
        {
            return child is IConversionOperation { OperatorMethod: null, Operand.Type: IPointerTypeSymbol { PointedAtType: var pointed } } && TranslationNames.IsEntry(pointed);
        }

        return false;
    }

    /// <summary>The entry whose method changes it in place; null if the call does nothing of the kind.</summary>
    public static IOperation? ChangedBy(IInvocationOperation call, TableShapes shapes, out bool clears)
    {
        string name = call.TargetMethod.Name;
        clears = Begins(name, "Clear") || Begins(name, "Reset") || Begins(name, "Unmap") || Begins(name, "Remove");
        if (call.Instance is { } instance && TranslationNames.IsEntry(TypeOf(instance)) && !call.TargetMethod.IsReadOnly
            && call.TargetMethod.ContainingType is { IsReadOnly: false }
            && (clears || Begins(name, "Set") || Begins(name, "Write") || Begins(name, "Update") || Begins(name, "Protect")
                || Begins(name, "Map") || Begins(name, "Disable") || Begins(name, "Make") || Begins(name, "Point") || Begins(name, "Link")
                || Begins(name, "Attach") || Begins(name, "Install") || Begins(name, "Assign") || Begins(name, "Store") || Begins(name, "Replace")
                || Begins(name, "Revoke")))
        {
            clears &= name.Length <= "Unmap".Length || call.Arguments.IsEmpty;
            return EntryAt(instance, shapes);
        }

        return null;
    }

    /// <summary>The entry that <c>Volatile.Write</c>, <c>Interlocked</c> and the like write, and what they store there.</summary>
    public static IOperation? StoredBy(IInvocationOperation call, TableShapes shapes, out IOperation? value)
    {
        value = null;
        if (call.TargetMethod is not { IsStatic: true, ContainingType.Name: "Volatile" or "Interlocked" or "Unsafe" } method
            || !(Begins(method.Name, "Write") || method.Name is "Exchange" or "CompareExchange" or "And" or "Or" or "Add"))
        {
            return null;
        }

        IOperation? place = null;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            switch (argument.Parameter?.Ordinal)
            {
                case 0:
                    place = argument.Value;
                    break;
                case 1:
                    value = method.Name is "And" or "Or" or "Add" ? null : argument.Value;
                    break;
            }
        }

        if (place is IAddressOfOperation address)
        {
            return EntryAt(address.Reference, shapes);
        }

        return place?.Type is IPointerTypeSymbol { PointedAtType: var type }
            ? TranslationNames.IsEntry(type) || (CanPoint(type) && (TranslationNames.IsTableName(EntryText.LastName(place.Syntax)) || shapes.IsTable(place))) ? place : null
            : EntryAt(place, shapes);
    }

    private static bool CanPoint(ITypeSymbol type) =>
        TranslationNames.CanHoldEntry(type) || type.SpecialType is SpecialType.System_Void or SpecialType.System_Byte;

    private static bool Begins(string name, string word) => name.StartsWith(word, StringComparison.Ordinal);

    /// <summary>Every operation in the tree that stores into an entry, and the entry.</summary>
    public static bool Changes(IOperation operation, TableShapes shapes) => operation switch
    {
        IAssignmentOperation assignment => EntryAt(assignment.Target, shapes) is not null,
        IIncrementOrDecrementOperation step => EntryAt(step.Target, shapes) is not null,
        IInvocationOperation call => ChangedBy(call, shapes, out _) is not null || StoredBy(call, shapes, out _) is not null,
        _ => false,
    };
}
