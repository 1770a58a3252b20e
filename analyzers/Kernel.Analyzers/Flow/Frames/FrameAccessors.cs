using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What reading and setting properties and indexers does to frames.</summary>
internal sealed class FrameAccessors(FrameAnalysis analysis, FrameBody body, FrameSummaryBuilder summaries, FrameCalls calls, UserMappings users)
{
    /// <summary>A property read: a stored one, one that takes a frame, or one that leads on from what it is read of.</summary>
    public FrameValue Property(IPropertyReferenceOperation reference, FrameState state, ref bool goesOn)
    {
        FrameValue holder = analysis.Evaluate(reference.Instance, state, ref goesOn);
        Dictionary<int, FrameValue> arguments = [];
        foreach (IArgumentOperation argument in reference.Arguments)
        {
            arguments[argument.Parameter?.Ordinal ?? 0] = analysis.Evaluate(argument.Value, state, ref goesOn);
        }

        if (!reference.Arguments.IsEmpty)
        {
            bool slice = MemoryFills.IsSpan(reference.Instance?.Type) && MemoryFills.IsSpan(reference.Type);
            return slice ? holder.AsInterior() : reference.Property.ReturnsByRef && reference.Parent is IArgumentOperation
                ? holder.AsInterior() : FrameValue.Untracked;
        }

        if (!FrameAnalysis.CanLead(reference.Type))
        {
            return FrameValue.Untracked;
        }

        if (body.Paths.Resolve(reference) is { } path && !body.IsShared(path))
        {
            FrameValue known = state.Read(path);
            bool isDirty = reference.Property.GetMethod is { } getter && summaries.Contracts.Of(getter).ReturnsDirty;
            if (isDirty && !state.Has(path))
            {
                return calls.Apply(
                    reference, reference.Property.GetMethod!, reference.Instance, holder, [], arguments, state, ref goesOn);
            }

            if (known.IsTracked || known.IsNothing || PathResolver.IsStored(reference.Property))
            {
                return known.IsTracked || holder.IsNothing ? known : holder.IsTracked ? holder : known;
            }
        }

        return reference.Property.GetMethod is { } read && !IsWritten(reference)
            ? calls.Apply(reference, read, reference.Instance, holder, [], arguments, state, ref goesOn)
            : FrameValue.Untracked;
    }

    /// <summary>Whether a contract stands on the method.</summary>
    public bool HasContracts(IMethodSymbol method) => summaries.Contracts.Of(method).Any;

    /// <summary>A property or indexer is set, by a setter that may do more than store.</summary>
    public FrameValue Set(
        ISimpleAssignmentOperation assignment,
        IPropertyReferenceOperation property,
        IMethodSymbol setter,
        FrameState state,
        ref bool goesOn)
    {
        FrameValue holder = analysis.Evaluate(property.Instance, state, ref goesOn);
        Dictionary<int, FrameValue> arguments = calls.Arguments(property.Arguments, state, ref goesOn);
        FrameValue value = analysis.Evaluate(assignment.Value, state, ref goesOn);
        int ordinal = setter.Parameters.Length - 1;
        arguments[ordinal] = value;
        ImmutableArray<IOperation>.Builder operands = ImmutableArray.CreateBuilder<IOperation>();
        for (int index = 0; index <= ordinal; index++)
        {
            operands.Add(index == ordinal ? assignment.Value : FrameCalls.ValueOf(property.Arguments, index) ?? assignment.Value);
        }

        calls.Apply(assignment, setter, property.Instance, holder, [], arguments, state, ref goesOn, operands.ToImmutable());
        if (property.Arguments.IsEmpty)
        {
            analysis.WriteTarget(property, value, state);
        }
        else
        {
            analysis.Store(assignment, holder, state);
            users.Store(property, assignment.Value, value, state);
        }

        return value;
    }

    private static bool IsWritten(IPropertyReferenceOperation reference) =>
        reference.Parent is ISimpleAssignmentOperation assignment && ReferenceEquals(assignment.Target, reference);
}
