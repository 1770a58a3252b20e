using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What methods without contracts do to frames, as far as their names say so and no body says otherwise.</summary>
internal sealed class NamedMethods(FrameBody body, FrameSummaryBuilder summaries, ConstantAmounts amounts)
{
    private readonly FillNames _fills = new(amounts);

    /// <summary>Whether the call fills memory: a function without a body here, or one whose body does not tell how much it fills.</summary>
    public bool Fills(IInvocationOperation call, Dictionary<int, FrameValue> arguments, out FrameValue target, out FillExtent extent)
    {
        IMethodSymbol method = call.TargetMethod;
        target = FrameValue.Untracked;
        extent = FillExtent.None;
        return !summaries.Contracts.Of(method).Any
            && _fills.TryRead(method, call.Arguments, arguments, out target, out extent)
            && IsUnread(call);
    }

    private bool IsUnread(IInvocationOperation call)
    {
        FrameSummary? summary = summaries.Of(call.TargetMethod, call.Instance, call.Arguments, body.Graph);
        return summary is null ? !HasBody(call.TargetMethod) : summary.Of(0)?.Effect == FrameEffect.Unknown;
    }

    /// <summary>
    /// A method without a body here reads something into the memory that it is given, as its name says: how much of it is not known.
    /// </summary>
    public void Overwrite(IInvocationOperation call, Dictionary<int, FrameValue> arguments, FrameAnalysis analysis, FrameState state)
    {
        if (!FillNames.ReadsInto(call.TargetMethod.Name) || HasBody(call.TargetMethod) || summaries.Contracts.Of(call.TargetMethod).Any)
        {
            return;
        }

        foreach (FrameValue argument in arguments.Values)
        {
            analysis.Fill(argument, FillExtent.Unknown, call.Syntax, state);
        }
    }

    /// <summary>Whether the call hands out a frame as its last owner left it.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="method">What is called.</param>
    /// <param name="contracts">Its contracts.</param>
    /// <param name="summary">What its body does, if that is known.</param>
    /// <param name="result">Where the value comes from, as far as the body says.</param>
    public bool TakesDirty(IOperation operation, IMethodSymbol method, MethodFrameContracts contracts, FrameSummary? summary, FrameResult? result)
    {
        if (contracts.Any || operation is not IInvocationOperation call || !AllocationNames.HandsOut(method))
        {
            return false;
        }

        if (summary is not null)
        {
            return result is { FreshDirty: false, Zeroed: false, Partly: false } && !summary.Fills && !(result.Parameters.IsEmpty && !result.Other);
        }

        return !HasBody(method) && !AllocationNames.AsksForZeros(call.Arguments) && !AllocationNames.PromisesZeros(method)
            && !summaries.IsFilledByImplementation(method);
    }

    private static bool HasBody(IMethodSymbol method) =>
        !method.IsAbstract && !method.IsExtern && !method.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty
        && method.OriginalDefinition.PartialImplementationPart is null == !method.OriginalDefinition.IsPartialDefinition;
}
