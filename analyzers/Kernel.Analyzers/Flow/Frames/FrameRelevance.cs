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

    /// <summary>Something maps, if one of its arguments says for whom.</summary>
    MapsWhereTold = 4,
}

/// <summary>Says quickly which bodies can link a dirty frame at all: what is known of methods is kept for the compilation.</summary>
internal sealed class FrameRelevance(FrameContracts contracts)
{
    private readonly ConcurrentDictionary<IMethodSymbol, FrameDeeds> _said = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, FrameDeeds> _named = new(SymbolEqualityComparer.Default);

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

    /// <summary>What the callers of a body can have to do with, of what it does itself or through what it calls.</summary>
    public static int HandedOn(ISymbol owner, int deeds)
    {
        if (owner is not IMethodSymbol method)
        {
            return 0;
        }

        bool givesBack = method.MethodKind != MethodKind.Constructor && FrameAnalysis.CanLead(method.ReturnType);
        bool isGiven = !method.IsStatic;
        bool isSwitched = false;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            givesBack |= parameter.RefKind is RefKind.Ref or RefKind.Out;
            isGiven |= FrameAnalysis.CanLead(parameter.Type);
            isSwitched |= parameter.Type is ITypeParameterSymbol or { SpecialType: SpecialType.System_Boolean } || UserRights.IsRights(parameter);
        }

        // What it does with a frame of its own is found in its own body, unless its callers say for whom that frame is mapped.
        return (FrameDeeds)deeds == FrameDeeds.All && isSwitched ? deeds
            : deeds & (int)((givesBack ? FrameDeeds.TakesDirty : 0) | (isGiven ? FrameDeeds.Links : 0));
    }

    private FrameDeeds Of(IOperation operation, HashSet<ISymbol> called)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                return Called(call.TargetMethod, called) | Named(call);
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
        return _said.GetOrAdd(method.OriginalDefinition, Said);
    }

    private FrameDeeds Said(IMethodSymbol method)
    {
        MethodFrameContracts said = contracts.Of(method);
        FrameDeeds deeds = said.ReturnsDirty ? FrameDeeds.TakesDirty : FrameDeeds.None;
        foreach (FrameContract contract in said.Parameters)
        {
            deeds |= (contract & FrameContract.Dirty) != 0 ? FrameDeeds.TakesDirty : FrameDeeds.None;
            deeds |= (contract & (FrameContract.RequiresZeroed | FrameContract.MapsForUser)) != 0 ? FrameDeeds.Links : FrameDeeds.None;
        }

        return deeds;
    }

    private FrameDeeds Named(IInvocationOperation call)
    {
        FrameDeeds deeds = _named.GetOrAdd(call.TargetMethod.OriginalDefinition, Named);
        if ((deeds & FrameDeeds.MapsWhereTold) == 0)
        {
            return deeds;
        }

        // `Map(page, frame | 7)`
        bool isTold = false;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            isTold |= argument.Value is IBinaryOperation { OperatorKind: BinaryOperatorKind.Or };
        }

        return (deeds & ~FrameDeeds.MapsWhereTold) | (isTold ? FrameDeeds.Links : FrameDeeds.None);
    }

    private static FrameDeeds Named(IMethodSymbol method)
    {
        FrameDeeds deeds = AllocationNames.HandsOut(method) && CanHandOut(method) ? FrameDeeds.TakesDirty : FrameDeeds.None;
        return TranslationNames.LoadsRoot(method) ? deeds | FrameDeeds.Links
            : !UserMappings.IsMapping(method) ? deeds
            : deeds | (UserMappings.CanSayUser(method) ? FrameDeeds.Links : FrameDeeds.MapsWhereTold);
    }

    private static bool CanHandOut(IMethodSymbol method)
    {
        bool can = FrameAnalysis.CanLead(method.ReturnType);
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            can |= parameter.RefKind == RefKind.Out && FrameAnalysis.CanLead(parameter.Type);
        }

        return can;
    }
}
