using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <content>What assignments do.</content>
internal sealed partial class FrameAnalysis
{
    private FrameValue Assign(ISimpleAssignmentOperation assignment, FrameState state, ref bool goesOn)
    {
        if (assignment.IsRef && _body.IsRefLocal(assignment.Target))
        {
            FrameValue referent = Evaluate(assignment.Value, state, ref goesOn);
            if (_body.CellOfReference(assignment.Target) is { } cell)
            {
                state.Write(cell, referent);
            }

            return referent;
        }

        if (assignment.Target is IPropertyReferenceOperation { Property.SetMethod: { } setter } property
            && (!property.Arguments.IsEmpty || !PathResolver.IsStored(property.Property) || _accessors.HasContracts(setter)))
        {
            FrameValue set = _accessors.Set(assignment, property, setter, state, ref goesOn);
            _tables.Store(property, assignment.Value, set.IsTracked ? set : InsideOf(assignment.Value, state), state);
            _pieces.Store(property, assignment.Value, set, state);
            return set;
        }

        if (!StorePlaces.IsStore(assignment.Target) || PlaceOf(assignment.Target) is not null)
        {
            FrameValue kept = EvaluateInto(PlaceOf(assignment.Target), assignment.Value, state, ref goesOn);
            NoteStore(assignment, kept, state);
            return kept;
        }

        FrameValue memory = Evaluate(StorePlaces.TargetMemory(assignment.Target), state, ref goesOn);
        FrameValue value = Evaluate(assignment.Value, state, ref goesOn);
        Store(assignment, memory, state);
        NoteStore(assignment, value, state);
        return value;
    }

    private void NoteStore(ISimpleAssignmentOperation assignment, FrameValue value, FrameState state)
    {
        FrameValue stored = value.IsTracked ? value : InsideOf(assignment.Value, state);
        _tables.Store(assignment.Target, assignment.Value, stored, state);
        _users.Store(assignment.Target, assignment.Value, stored, state);
        _pieces.Store(assignment.Target, assignment.Value, stored, state);
    }

    // `table[index] = entry`, after `entry.Frame = frame`.
    private FrameValue InsideOf(IOperation value, FrameState state)
    {
        AccessPath? path = value is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id) : _body.Paths.Resolve(value);
        return path is null ? FrameValue.Untracked : state.Inside(path);
    }

    /// <summary>Something is stored through a pointer or an indexer.</summary>
    public void Store(ISimpleAssignmentOperation assignment, FrameValue memory, FrameState state)
    {
        FillExtent extent = MemoryFills.Stored(memory, assignment);

        // What a loop stores is counted where the loop ends.
        if (extent == FillExtent.Whole || !FillLoops.IsRepeated(assignment.Syntax))
        {
            Fill(memory, extent, assignment.Syntax, state);
        }
    }

    private FrameValue Deconstruct(IDeconstructionAssignmentOperation deconstruction, FrameState state, ref bool goesOn)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation declaration ? declaration.Expression
            : deconstruction.Target;
        IOperation source = deconstruction.Value is IConversionOperation conversion ? conversion.Operand : deconstruction.Value;
        FrameValue whole = Evaluate(source, state, ref goesOn);
        if (target is not ITupleOperation names)
        {
            return whole;
        }

        FrameValue[] values = new FrameValue[names.Elements.Length];
        for (int index = 0; index < values.Length; index++)
        {
            if (source is ITupleOperation tuple && tuple.Elements.Length == values.Length)
            {
                values[index] = Evaluate(tuple.Elements[index], state, ref goesOn);
            }
            else if (source.Type is INamedTypeSymbol { TupleElements: { IsDefault: false } elements }
                && elements.Length == values.Length)
            {
                AccessPath? path = source is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id)
                    : _body.Paths.Resolve(source);
                values[index] = path is null ? FrameValue.Untracked
                    : state.Read(path.Then(elements[index].CorrespondingTupleField ?? elements[index]));
            }
        }

        for (int index = 0; index < values.Length; index++)
        {
            WriteTarget(names.Elements[index], values[index], state);
        }

        return FrameValue.Untracked;
    }
}
