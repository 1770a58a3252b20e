using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Says quickly whether a body can make an entry present at all.</summary>
/// <param name="shapesFor">Gives what tells pointers to entries from others, if it is asked for.</param>
internal sealed class EntryRelevance(Func<TableShapes> shapesFor) : BodyLook
{
    /// <summary>What is to be looked at.</summary>
    public static readonly ImmutableArray<OperationKind> Kinds =
    [
        OperationKind.SimpleAssignment, OperationKind.CompoundAssignment, OperationKind.CoalesceAssignment, OperationKind.DeconstructionAssignment,
        OperationKind.Invocation, OperationKind.FunctionPointerInvocation, OperationKind.ObjectCreation, OperationKind.PropertyReference,
        OperationKind.AddressOf, OperationKind.Conversion,
    ];

    private TableShapes? _shapes;
    private bool _matters;
    private bool _storesNumber;
    private bool _storesHalf;
    private bool _storesTable;

    private TableShapes Shapes => _shapes ??= shapesFor();

    /// <summary>
    /// Whether the body itself stores into an entry, or something that is one elsewhere into memory that may be one, once all of it was
    /// looked at.
    /// </summary>
    public bool Matters(ImmutableArray<IOperation> blocks)
    {
        if (_matters || !_storesNumber)
        {
            return _matters;
        }

        bool isOfPaging = false;
        bool saysPresent = false;
        bool hasUpperHalf = false;
        foreach (IOperation block in blocks)
        {
            foreach (IOperation operation in block.Descendants())
            {
                if (EntryStores.SaysPresent(operation, out bool ofPaging))
                {
                    saysPresent = true;
                    isOfPaging |= ofPaging;
                }

                hasUpperHalf |= _storesHalf && EntryHalves.IsUpperHalf(operation);
            }
        }

        return isOfPaging || (saysPresent && (hasUpperHalf || _storesTable));
    }

    protected override void Look(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                _matters = _matters || EntryPlaces.Changes(call, Shapes) || HandsOver(call.Arguments);
                AddCalled(call.TargetMethod);
                break;
            case var _ when _matters:
                break;
            case IFunctionPointerInvocationOperation call:
                _matters = HandsOver(call.Arguments);
                break;
            case IObjectCreationOperation creation:
                _matters = HandsOver(creation.Arguments);
                break;
            case IPropertyReferenceOperation indexer:
                _matters = HandsOver(indexer.Arguments);
                break;
            case IConversionOperation conversion:
                _matters = LeadsToEntry(conversion.Operand);
                break;
            case IAssignmentOperation assignment:
                LookAtStore(assignment.Target);
                break;
            case IAddressOfOperation address:
                _matters = EntryPlaces.EntryAt(address.Reference, Shapes) is not null;
                break;
        }
    }

    private bool HandsOver(ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (LeadsToEntry(argument.Value)
                || (argument.Parameter?.RefKind == RefKind.Ref && EntryPlaces.EntryAt(argument.Value, Shapes) is not null))
            {
                return true;
            }
        }

        return false;
    }

    private void LookAtStore(IOperation target)
    {
        _matters = EntryPlaces.EntryAt(target, Shapes) is not null || EntryHalves.IsLowHalf(target);
        if (EntryPlaces.IsMemory(target) && EntryPlaces.TypeOf(target) is { } type && TranslationNames.CanHoldEntry(type))
        {
            _storesNumber = true;
            _storesTable |= TableNames.MayBeTable(EntryText.LastName(target.Syntax));
            _storesHalf |= type.SpecialType == SpecialType.System_UInt32;
        }
    }

    // Somebody else may store through it, or through a pointer to one half of it.
    private bool LeadsToEntry(IOperation pointer) => pointer.Type is IPointerTypeSymbol { PointedAtType: var type }
        && (TranslationNames.IsEntry(type)
            || (TranslationNames.CanHoldEntry(type) && (TranslationNames.IsTableName(EntryText.LastName(pointer.Syntax)) || Shapes.IsTable(pointer))));
}
