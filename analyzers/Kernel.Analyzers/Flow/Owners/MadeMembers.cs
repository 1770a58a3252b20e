using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>The fields of local structs and tuples: a <c>default</c> of the whole makes values in them that nobody else has made.</summary>
/// <param name="isOwned">Whether only the type itself makes its values.</param>
/// <param name="note">Keeps one making for each expression.</param>
internal sealed class MadeMembers(Func<ITypeSymbol?, bool> isOwned, Func<Making, Making> note)
{
    /// <summary>The place that a field of a local is; null for any other.</summary>
    public object? PlaceOf(IOperation operation) =>
        operation is IFieldReferenceOperation { Instance: { } holder, Field: var field } && isOwned(field.Type) && RootOf(holder) is { } root
            ? (root, field) : null;

    /// <summary>A local has been given a value: so have its fields.</summary>
    public void Assign(object place, ITypeSymbol? type, IOperation value, MadeState state)
    {
        foreach (IFieldSymbol field in FieldsOf(type))
        {
            state.Write((place, field), MadeBy(value, field, state));
        }
    }

    /// <summary>Somebody else may have filled a local, or reads it as a whole.</summary>
    public void Forget(IOperation? operation, MadeState state)
    {
        IOperation? used = operation is IAddressOfOperation address ? address.Reference : operation;
        used = used is IFieldReferenceOperation { Instance: { } holder } ? holder : used;
        if (used is not null && RootOf(used) is { } root)
        {
            foreach (IFieldSymbol field in FieldsOf(used.Type))
            {
                state.Write((root, field), MadeState.None);
            }
        }
    }

    /// <summary>Whether the expression makes such fields with the whole.</summary>
    public bool Make(IOperation value) => IsEmpty(value) && FieldsOf(value.Type).Any();

    private ImmutableHashSet<Making> MadeBy(IOperation value, IFieldSymbol field, MadeState state)
    {
        value = value.Innermost();
        return IsEmpty(value) ? [note(new Making(value.Syntax, field.Type, value is IDefaultValueOperation ? "'default' around it" : "'new' around it"))]
            : RootOf(value) is { } from ? state.Read((from, field))
            : MadeState.None;
    }

    private static bool IsEmpty(IOperation value) => value is IDefaultValueOperation
        or IObjectCreationOperation { Constructor: null or { IsImplicitlyDeclared: true, Parameters.IsEmpty: true } };

    private IEnumerable<IFieldSymbol> FieldsOf(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Struct } structure || isOwned(type))
        {
            yield break;
        }

        foreach (ISymbol member in structure.IsTupleType ? [.. structure.TupleElements] : structure.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, RefKind: RefKind.None, AssociatedSymbol: null } field && isOwned(field.Type))
            {
                yield return field;
            }
        }
    }

    private static object? RootOf(IOperation holder) => holder switch
    {
        ILocalReferenceOperation { Local: { IsRef: false } local } => local,
        IFlowCaptureReferenceOperation capture => capture.Id,
        _ => null,
    };
}
