using System.Collections.Concurrent;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What methods of one compilation do with frames by contract and by name, as far as somebody has asked.</summary>
internal sealed class FrameNames(FrameContracts contracts)
{
    private readonly ConcurrentDictionary<IMethodSymbol, FrameDeeds> _named = new(SymbolEqualityComparer.Default);

    /// <summary>What contracts say of the method.</summary>
    public FrameDeeds SaidOf(IMethodSymbol? method)
    {
        if (method is null || !contracts.StandOn(method))
        {
            return FrameDeeds.None;
        }

        MethodFrameContracts said = contracts.Of(method);
        FrameDeeds deeds = said.ReturnsDirty ? FrameDeeds.TakesDirty : FrameDeeds.None;
        foreach (FrameContract contract in said.Parameters)
        {
            deeds |= (contract & FrameContract.Dirty) != 0 ? FrameDeeds.TakesDirty : FrameDeeds.None;
            deeds |= (contract & (FrameContract.RequiresZeroed | FrameContract.MapsForUser)) != 0 ? FrameDeeds.Links : FrameDeeds.None;
        }

        return deeds;
    }

    /// <summary>What a call does by the name of what is called.</summary>
    public FrameDeeds NamedBy(IInvocationOperation call)
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
            isTold |= argument.Value is IBinaryOperation { OperatorKind: BinaryOperatorKind.Or } and var rights && UserRights.MaySayUser(rights);
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
