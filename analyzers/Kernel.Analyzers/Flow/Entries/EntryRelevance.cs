using System.Collections.Generic;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Says quickly which bodies can make an entry present at all.</summary>
internal static class EntryRelevance
{
    /// <summary>Whether the body itself stores into an entry, or something that is one elsewhere into memory that may be one.</summary>
    /// <param name="block">The body.</param>
    /// <param name="shapes">Tells pointers to entries from others.</param>
    /// <param name="called">Receives the methods of this compilation that it calls: they may store for it.</param>
    public static bool Matters(IOperation block, TableShapes shapes, HashSet<ISymbol> called)
    {
        bool storesNumber = false;
        bool mayBeEntry = false;
        foreach (IOperation operation in block.Descendants())
        {
            switch (operation)
            {
                case IAssignmentOperation { Target: var target }:
                    if (EntryPlaces.EntryAt(target, shapes) is not null || EntryHalves.IsLowHalf(target))
                    {
                        return true;
                    }

                    storesNumber |= EntryPlaces.IsMemory(target) && TranslationNames.CanHoldEntry(EntryPlaces.TypeOf(target));
                    break;
                case IInvocationOperation call:
                    if (EntryPlaces.Changes(call, shapes))
                    {
                        return true;
                    }

                    BodyCallers.Add(call.TargetMethod, called);
                    break;
                case IAddressOfOperation { Reference: var pointed } when EntryPlaces.EntryAt(pointed, shapes) is not null:
                case IConversionOperation { Operand: { Type: IPointerTypeSymbol } from } when LeadsToEntry(from, shapes):
                case IArgumentOperation { Value: { Type: IPointerTypeSymbol } given } when LeadsToEntry(given, shapes):
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref, Value: var passed } when EntryPlaces.EntryAt(passed, shapes) is not null:
                    return true;
                case IMemberReferenceOperation { Instance: null, Member.Name: var name }:
                    mayBeEntry |= TranslationNames.SaysPresent(name);
                    break;
                case ILocalReferenceOperation { Local: { IsConst: true, Name: { } name } }:
                    mayBeEntry |= TranslationNames.SaysPresent(name);
                    break;
            }
        }

        return storesNumber && mayBeEntry;
    }

    // Somebody else may store through it, or through a pointer to one half of it.
    private static bool LeadsToEntry(IOperation pointer, TableShapes shapes) => pointer.Type is IPointerTypeSymbol { PointedAtType: var type }
        && (TranslationNames.IsEntry(type)
            || (TranslationNames.CanHoldEntry(type) && (TranslationNames.IsTableName(EntryText.LastName(pointer.Syntax)) || shapes.IsTable(pointer))));
}
