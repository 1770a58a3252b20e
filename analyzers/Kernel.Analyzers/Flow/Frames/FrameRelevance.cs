using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What has to come together, in a body and in what it calls, before a frame can be linked that is not zeroed.</summary>
[Flags]
internal enum FrameDeeds
{
    None = 0,

    /// <summary>A frame comes from somewhere as its last owner left it.</summary>
    TakesDirty = 1,

    /// <summary>Something is put where the page-table walker finds it, or a program.</summary>
    Links = 2,

    All = TakesDirty | Links,
}

/// <summary>Says quickly which bodies can link a dirty frame at all: what is known of methods is kept for the compilation.</summary>
internal sealed class FrameRelevance(FrameContracts contracts)
{
    private readonly ConcurrentDictionary<IMethodSymbol, FrameDeeds> _known = new(SymbolEqualityComparer.Default);

    /// <summary>What the body does itself.</summary>
    /// <param name="block">The body.</param>
    /// <param name="method">Whose body it is; null for an initializer.</param>
    /// <param name="shapes">Tells pointers to entries from others.</param>
    /// <param name="called">Receives the methods of this compilation that it calls.</param>
    public FrameDeeds Of(IOperation block, IMethodSymbol? method, TableShapes shapes, HashSet<ISymbol> called)
    {
        FrameDeeds deeds = method is not null && contracts.Of(method).Any ? FrameDeeds.All : FrameDeeds.None;
        foreach (IOperation operation in block.Descendants())
        {
            deeds |= Of(operation, called);
            if ((deeds & FrameDeeds.Links) == 0 && operation is IAssignmentOperation or IInvocationOperation && EntryPlaces.Changes(operation, shapes))
            {
                deeds |= FrameDeeds.Links;
            }
        }

        return deeds;
    }

    private FrameDeeds Of(IOperation operation, HashSet<ISymbol> called)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                return Called(call.TargetMethod, called);
            case IObjectCreationOperation creation:
                return Called(creation.Constructor, called);
            case IPropertyReferenceOperation { Property: var property }:
                return Called(property.GetMethod, called) | Called(property.SetMethod, called);
            case IConversionOperation conversion:
                return Called(conversion.OperatorMethod, called);
            case IBinaryOperation binary:
                return Called(binary.OperatorMethod, called);
            case ILocalFunctionOperation { Symbol: var local }:
                return contracts.Of(local).Any ? FrameDeeds.All : FrameDeeds.None;
            case IAnonymousFunctionOperation { Symbol: var lambda }:
                return contracts.Of(lambda).Any ? FrameDeeds.All : FrameDeeds.None;
            default:
                return FrameDeeds.None;
        }
    }

    private FrameDeeds Called(IMethodSymbol? method, HashSet<ISymbol> called)
    {
        if (method is null)
        {
            return FrameDeeds.None;
        }

        BodyCallers.Add(method, called);
        return _known.GetOrAdd(method.OriginalDefinition, Said);
    }

    // By contract or by name.
    private FrameDeeds Said(IMethodSymbol method)
    {
        MethodFrameContracts said = contracts.Of(method);
        FrameDeeds deeds = said.ReturnsDirty || AllocationNames.HandsOut(method) ? FrameDeeds.TakesDirty : FrameDeeds.None;
        foreach (FrameContract contract in said.Parameters)
        {
            deeds |= (contract & FrameContract.Dirty) != 0 ? FrameDeeds.TakesDirty : FrameDeeds.None;
            deeds |= (contract & (FrameContract.RequiresZeroed | FrameContract.MapsForUser)) != 0 ? FrameDeeds.Links : FrameDeeds.None;
        }

        return TranslationNames.LoadsRoot(method) || UserMappings.IsMapping(method) ? deeds | FrameDeeds.Links : deeds;
    }
}
