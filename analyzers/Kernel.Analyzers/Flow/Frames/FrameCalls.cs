using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// What a call does to frames: by contract, by the summary of a method with source, by what the framework's memory functions are
/// known to do.
/// </summary>
internal sealed partial class FrameCalls(FrameAnalysis analysis, FrameBody body, FrameSummaryBuilder summaries, MemoryFills fills, ConstantAmounts amounts, TableLinks tables,
    UserMappings users)
{
    private readonly NamedMethods _named = new(body, summaries, amounts);

    /// <summary>A call whose target is not known: what it is given may have been zeroed afterwards, or not.</summary>
    public FrameValue Unknown(IOperation call, FrameState state, ref bool goesOn)
    {
        foreach (IOperation child in call.ChildOperations)
        {
            IOperation given = child is IArgumentOperation argument ? argument.Value : child;
            analysis.Fill(analysis.Evaluate(given, state, ref goesOn), FillExtent.Unknown, call.Syntax, state);
        }

        string name = EntryText.LastName(call.Syntax);
        if (!AllocationNames.HandsOut(name))
        {
            return FrameValue.Untracked;
        }

        foreach (IOperation child in call.ChildOperations)
        {
            if (child is IArgumentOperation { Value: IAddressOfOperation { Reference: ILocalReferenceOperation { Local: var local } } } && FrameAnalysis.CanLead(local.Type))
            {
                state.Write(new AccessPath(local), body.Take(state, child.Syntax, name, call.Syntax.GetLocation()));
                return FrameValue.Untracked;
            }
        }

        return FrameAnalysis.CanLead(call.Type) ? body.Take(state, call.Syntax, name, call.Syntax.GetLocation()) : FrameValue.Untracked;
    }

    /// <summary>A method call.</summary>
    public FrameValue Call(IInvocationOperation call, FrameState state, ref bool goesOn)
    {
        FrameValue receiver = analysis.Evaluate(call.Instance, state, ref goesOn);
        Dictionary<int, FrameValue> arguments = Arguments(call.Arguments, state, ref goesOn);
        if (fills.TryRead(call, receiver, arguments, out FrameValue memory, out FillExtent extent))
        {
            // What a loop fills piece by piece is counted where the loop ends.
            if (extent == FillExtent.Whole || !FillLoops.IsRepeated(call.Syntax))
            {
                analysis.Fill(memory, extent, call.Syntax, state);
            }
            else if (extent == FillExtent.Unknown && !memory.IsTracked)
            {
                analysis.NoteFilling();
            }

            return FrameValue.Untracked;
        }

        if (_named.Fills(call, arguments, out memory, out extent))
        {
            analysis.Fill(memory, extent, call.Syntax, state);
            return FrameValue.Untracked;
        }

        tables.Call(call, state, arguments);
        users.Call(call, state, arguments);
        _named.Overwrite(call, arguments, analysis, state);
        if (call.TargetMethod is { Name: "Slice", ContainingType: var span } && MemoryFills.IsSpan(span))
        {
            return fills.Slice(span, receiver, ValueOf(call.Arguments, 0), ValueOf(call.Arguments, 1));
        }

        FrameValue result = Apply(call, call.TargetMethod, call.Instance, receiver, call.Arguments, arguments, state, ref goesOn);
        if (call.TargetMethod is { Name: "CreateSpan", ContainingType.Name: "MemoryMarshal" })
        {
            return fills.Span(call.Type, result, ValueOf(call.Arguments, 1));
        }

        // An overwriting copy into the frame counts if its length does; CopyTo does not say.
        if (call.TargetMethod is { Name: "CopyTo" or "TryCopyTo" } && arguments.TryGetValue(0, out FrameValue copied))
        {
            analysis.Fill(copied, FillExtent.Unknown, call.Syntax, state);
        }

        return result;
    }

    /// <summary>A part of a span, by a range.</summary>
    public FrameValue Range(IImplicitIndexerReferenceOperation slice, FrameValue whole) =>
        slice.Argument is IRangeOperation { LeftOperand: null, RightOperand: IConversionOperation { Operand: var end } }
            ? fills.Span(slice.Type, whole, end)
            : whole.AsInterior();

    /// <summary>An object creation: a constructor with a frame wraps it.</summary>
    public FrameValue Create(IObjectCreationOperation creation, FrameState state, ref bool goesOn)
    {
        Dictionary<int, FrameValue> arguments = Arguments(creation.Arguments, state, ref goesOn);
        if (MemoryFills.IsSpan(creation.Type) && creation.Arguments.Length == 2)
        {
            return fills.Span(creation.Type, arguments[0], ValueOf(creation.Arguments, 1));
        }

        FrameValue wrapped = creation.Constructor is null
            ? FrameValue.Untracked
            : Apply(creation, creation.Constructor, null, FrameValue.Untracked, creation.Arguments, arguments, state, ref goesOn);
        return MemoryFills.IsZero(creation) ? FrameValue.Nothing : wrapped;
    }

    /// <summary>A user-defined conversion or operator.</summary>
    public FrameValue Operator(IOperation operation, IMethodSymbol method, ImmutableArray<IOperation> operands,
        FrameState state, ref bool goesOn)
    {
        Dictionary<int, FrameValue> arguments = [];
        for (int ordinal = 0; ordinal < operands.Length; ordinal++)
        {
            arguments[ordinal] = analysis.Evaluate(operands[ordinal], state, ref goesOn);
        }

        FrameValue result = Apply(operation, method, null, FrameValue.Untracked, [], arguments, state, ref goesOn, operands);
        return operands.Length == 2 ? result.AsInterior() : result;
    }

    /// <summary>The values of arguments, by parameter ordinal.</summary>
    public Dictionary<int, FrameValue> Arguments(ImmutableArray<IArgumentOperation> arguments, FrameState state, ref bool goesOn)
    {
        Dictionary<int, FrameValue> values = [];
        foreach (IArgumentOperation argument in arguments)
        {
            bool assigned = argument.Parameter?.RefKind == RefKind.Out;
            values[argument.Parameter?.Ordinal ?? values.Count] = assigned ? FrameValue.Untracked
                : analysis.Evaluate(argument.Value, state, ref goesOn);
        }

        return values;
    }

    /// <summary>Applies a call to the state: what it links, what it zeroes, what it puts into places, what it returns.</summary>
    public FrameValue Apply(
        IOperation operation,
        IMethodSymbol method,
        IOperation? instance,
        FrameValue receiver,
        ImmutableArray<IArgumentOperation> places,
        Dictionary<int, FrameValue> arguments,
        FrameState state,
        ref bool goesOn,
        ImmutableArray<IOperation> operands = default)
    {
        MethodFrameContracts contracts = summaries.Contracts.Of(method);
        FrameSummary? summary = summaries.Of(method, instance, places, body.Graph, body.Rights);
        if (NoReturn.IsSaidOf(method))
        {
            goesOn = false;
        }

        FrameLinks links = new(analysis, body, state);
        foreach (KeyValuePair<int, FrameValue> argument in arguments)
        {
            FrameContract contract = contracts.Parameters.Length > argument.Key ? contracts.Parameters[argument.Key]
                : FrameContract.None;
            SyntaxNode place = PlaceOf(operation, places, operands, argument.Key);
            ParameterSummary? inferred = summary?.Of(argument.Key);
            if ((contract & FrameContract.RequiresZeroed) != 0)
            {
                links.Check(argument.Value, place, NameOf(method), null);
            }
            else if (inferred?.Link is { } inner && contract == FrameContract.None)
            {
                links.Check(argument.Value, place, inferred.LinkName, inner);
            }

            if (inferred?.Mapping is { } mapping && (contract & FrameContract.MapsForUser) == 0)
            {
                links.Check(argument.Value, place, inferred.MappingName, mapping, FrameLinkKind.User);
            }
        }

        if (summary?.Of(-1)?.Link is { } linkOfThis && instance is not null)
        {
            links.Check(receiver, instance.Syntax, summary.Of(-1)!.LinkName, linkOfThis);
        }

        if (summary?.Of(-1)?.Mapping is { } mappingOfThis && instance is not null)
        {
            links.Check(receiver, instance.Syntax, summary.Of(-1)!.MappingName, mappingOfThis, FrameLinkKind.User);
        }

        if (summary is not null && analysis.IsNoting)
        {
            analysis.Findings.AddRange(summary.Mappings);
        }

        if (summary is { Returns: false })
        {
            goesOn = false;
        }

        if (summary is { Fills: true })
        {
            analysis.NoteFilling();
        }

        foreach (KeyValuePair<int, FrameValue> argument in arguments)
        {
            FrameContract contract = contracts.Parameters.Length > argument.Key ? contracts.Parameters[argument.Key]
                : FrameContract.None;
            if ((contract & FrameContract.Zeroes) != 0)
            {
                analysis.Fill(argument.Value, argument.Value.Interior ? FillExtent.Unknown
                    : FillExtent.Whole, operation.Syntax, state);
            }
            else if (summary?.Of(argument.Key) is { } inferred && contract == FrameContract.None)
            {
                ApplyEffect(argument.Value, AsAsked(inferred.Effect, operation), operation.Syntax, state);
            }
            else if (method.MethodKind == MethodKind.DelegateInvoke)
            {
                analysis.Fill(argument.Value, FillExtent.Unknown, operation.Syntax, state);
            }
        }

        if (summary?.Of(-1) is { } onThis)
        {
            ApplyEffect(receiver, AsAsked(onThis.Effect, operation), operation.Syntax, state);
        }

        // A getter is taken to change nothing that is followed.
        if (!contracts.Any && method.MethodKind is not (MethodKind.PropertyGet or MethodKind.Constructor
            or MethodKind.Conversion or MethodKind.UserDefinedOperator))
        {
            state.ForgetReachable();
        }

        WritePlaces(method, contracts, summary, places, receiver, arguments, operation, state);
        return Result(operation, method, contracts, summary, receiver, arguments, state);
    }

    // Where a method says whether it has zeroed, and is asked, the paths on which it has not are not those that go on.
    private static FrameEffect AsAsked(FrameEffect effect, IOperation call) =>
        effect == FrameEffect.ZeroesSometimes && call.Type is { SpecialType: not SpecialType.System_Void } && call.Parent is not IExpressionStatementOperation
            ? FrameEffect.Unknown : effect;

    private void ApplyEffect(FrameValue value, FrameEffect effect, SyntaxNode syntax, FrameState state)
    {
        switch (effect)
        {
            case FrameEffect.Zeroes:
                analysis.Fill(value, value.Interior ? FillExtent.Unknown : FillExtent.Whole, syntax, state);
                break;
            case FrameEffect.ZeroesPart:
                analysis.Fill(value, FillExtent.Part, syntax, state);
                break;
            case FrameEffect.ZeroesSometimes when !value.IsTracked:
                analysis.NoteFilling();
                break;
            case FrameEffect.ZeroesSometimes:
                FrameFacts facts = state.FactsOf(value);
                state.Update(value, new FrameFacts(facts.Sources, facts.Dirty, facts.Other, facts.Partly, zeroed: true));
                break;
            case FrameEffect.Unknown:
                analysis.Fill(value, FillExtent.Unknown, syntax, state);
                break;
        }
    }

    /// <summary>What <c>ref</c> and <c>out</c> arguments hold afterwards.</summary>
    private void WritePlaces(
        IMethodSymbol method,
        MethodFrameContracts contracts,
        FrameSummary? summary,
        ImmutableArray<IArgumentOperation> places,
        FrameValue receiver,
        Dictionary<int, FrameValue> arguments,
        IOperation operation,
        FrameState state)
    {
        foreach (IArgumentOperation place in places)
        {
            if (place.Parameter is not { RefKind: RefKind.Ref or RefKind.Out } parameter)
            {
                continue;
            }

            FrameContract contract = parameter.Ordinal < contracts.Parameters.Length ? contracts.Parameters[parameter.Ordinal]
                : FrameContract.None;
            if ((contract & FrameContract.Dirty) != 0 && parameter.RefKind == RefKind.Out)
            {
                analysis.WriteTarget(place.Value,
                    body.Take(state, place.Syntax, NameOf(method), operation.Syntax.GetLocation()), state);
            }
            else if (parameter.RefKind == RefKind.Out && FrameAnalysis.CanLead(parameter.Type)
                && _named.TakesDirty(operation, method, contracts, summary, summary?.Of(parameter.Ordinal)?.After))
            {
                analysis.WriteTarget(place.Value, body.Take(state, place.Syntax, NameOf(method), operation.Syntax.GetLocation()), state);
            }
            else if (summary?.Of(parameter.Ordinal)?.After is { } after)
            {
                analysis.WriteTarget(place.Value, Build(after, place.Syntax, method, operation, receiver, arguments, state),
                    state);
            }
            else if ((contract & FrameContract.Zeroes) == 0)
            {
                analysis.Forget(place.Value, state);
            }
        }
    }

    private static string NameOf(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.Constructor } => method.ContainingType.Name,
        { AssociatedSymbol: { } owner } => owner.Name,
        _ => method.Name,
    };

    /// <summary>The value given to a parameter.</summary>
    public static IOperation? ValueOf(ImmutableArray<IArgumentOperation> arguments, int ordinal)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static SyntaxNode PlaceOf(IOperation operation, ImmutableArray<IArgumentOperation> places,
        ImmutableArray<IOperation> operands, int ordinal)
    {
        if (ValueOf(places, ordinal) is { } value)
        {
            return value.Syntax is ArgumentSyntax argument ? argument.Expression : value.Syntax;
        }

        return !operands.IsDefault && ordinal < operands.Length ? operands[ordinal].Syntax : operation.Syntax;
    }
}
