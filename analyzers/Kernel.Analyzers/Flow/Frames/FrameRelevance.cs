using System;
using System.Collections.Immutable;
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

/// <summary>Says quickly whether a body can link a dirty frame at all.</summary>
/// <param name="method">Whose body it is; null for an initializer.</param>
/// <param name="contracts">The zeroing contracts of the compilation.</param>
/// <param name="names">What is known of other methods.</param>
/// <param name="shapesFor">Gives what tells pointers to entries from others, if it is asked for.</param>
internal sealed class FrameRelevance(IMethodSymbol? method, FrameContracts contracts, FrameNames names, Func<TableShapes> shapesFor) : BodyLook
{
    /// <summary>What is to be looked at.</summary>
    public static readonly ImmutableArray<OperationKind> Kinds =
    [
        OperationKind.SimpleAssignment, OperationKind.CompoundAssignment, OperationKind.CoalesceAssignment, OperationKind.DeconstructionAssignment,
        OperationKind.Invocation, OperationKind.FunctionPointerInvocation, OperationKind.ObjectCreation, OperationKind.PropertyReference, OperationKind.Conversion, OperationKind.Binary,
        OperationKind.LocalFunction, OperationKind.AnonymousFunction,
    ];

    private TableShapes? _shapes;

    /// <summary>What the body does itself.</summary>
    public FrameDeeds Deeds { get; private set; } = method is not null && contracts.StandOn(method) ? FrameDeeds.All : FrameDeeds.None;

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
            isSwitched |= parameter.Type is ITypeParameterSymbol or { SpecialType: SpecialType.System_Boolean } or { TypeKind: TypeKind.Enum } || UserRights.IsRights(parameter);
        }

        // What it does with a frame of its own is found in its own body, unless its callers say for whom that frame is mapped.
        return (FrameDeeds)deeds == FrameDeeds.All && isSwitched ? deeds
            : deeds & (int)((givesBack ? FrameDeeds.TakesDirty : 0) | (isGiven ? FrameDeeds.Links : 0));
    }

    protected override void Look(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                Deeds |= names.NamedBy(call);
                LookAtCall(call.TargetMethod);
                LookAtStore(call);
                break;
            case IFunctionPointerInvocationOperation call:
                Deeds |= AllocationNames.HandsOut(EntryText.LastName(call.Syntax)) ? FrameDeeds.TakesDirty : FrameDeeds.None;
                break;
            case IObjectCreationOperation creation:
                LookAtCall(creation.Constructor);
                break;
            case IPropertyReferenceOperation { Property: var property }:
                LookAtCall(property.GetMethod);
                LookAtCall(property.SetMethod);
                break;
            case IConversionOperation conversion:
                LookAtCall(conversion.OperatorMethod);
                break;
            case IBinaryOperation binary:
                LookAtCall(binary.OperatorMethod);
                break;
            case ILocalFunctionOperation { Symbol: var local }:
                Deeds |= contracts.StandOn(local) ? FrameDeeds.All : FrameDeeds.None;
                break;
            case IAnonymousFunctionOperation { Symbol: var lambda }:
                Deeds |= contracts.StandOn(lambda) ? FrameDeeds.All : FrameDeeds.None;
                break;
            default:
                LookAtStore(operation);
                break;
        }
    }

    private void LookAtCall(IMethodSymbol? called)
    {
        Deeds |= names.SaidOf(called);
        AddCalled(called);
    }

    private void LookAtStore(IOperation operation)
    {
        if ((Deeds & FrameDeeds.Links) == 0 && EntryPlaces.Changes(operation, _shapes ??= shapesFor()))
        {
            Deeds |= FrameDeeds.Links;
        }
    }
}
