using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What assignments and other uses of variables do to the names of locks and guards.</summary>
internal sealed partial class LockAnalysis
{
    private AccessPath? Assign(ISimpleAssignmentOperation assignment, LockState state)
    {
        AccessPath? guard = Evaluate(assignment.Value, state);
        IOperation target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression
            : assignment.Target;
        if (assignment.IsRef && target is ILocalReferenceOperation)
        {
            return guard;
        }

        Change(target, state);
        if (_conditions.KeyOf(target, out _) is { } answered && target.Type?.SpecialType == SpecialType.System_Boolean)
        {
            Bind(assignment.Value, answered, state);
        }
        else if (_conditions.RecurringNullKeyOf(target) is { } isNull && assignment.Value.ConstantValue is { HasValue: true, Value: null })
        {
            state.Learn(isNull, true);
        }

        if (target is not ILocalReferenceOperation)
        {
            Evaluate(target, state);
        }

        if (target is IDiscardOperation && guard is not null)
        {
            state.HandOver(guard);
        }

        List<(AccessPath Held, bool IsCertain)> shared = ShareLocks(assignment.Value, target, state);
        if (_paths.Resolve(target) is { } place)
        {
            state.Overwrite(place);
            state.Share(shared);
            CarryInto(place, assignment.Value, state);
            if (LockContracts.IsGuard(target.Type))
            {
                state.Keep(place, guard);
                if (place.Root is not ILocalSymbol { IsRef: false } || place.Members.Length > 0)
                {
                    HandOver(guard, state);
                }
            }
        }

        if (target is ILocalReferenceOperation { Local: { IsRef: false } local })
        {
            state.Publish(local);
            if (local.Type.IsReferenceType && IsCreation(assignment.Value))
            {
                state.MakeFresh(local);
            }
        }
        else if (target is ILocalReferenceOperation { Local: { IsRef: true } } alias)
        {
            Follow(alias, state);
        }

        return guard;
    }

    /// <summary>An object gets another name: its locks are held under that one, too, and may be released under it.</summary>
    private List<(AccessPath Held, bool IsCertain)> ShareLocks(IOperation value, IOperation target, LockState state)
    {
        List<(AccessPath, bool)> named = [];
        if (target.Type is { IsReferenceType: true } && _places.Resolve(value) is { } shared && _places.Resolve(target) is { } name
            && !name.Equals(shared))
        {
            foreach (AccessPath held in state.Possible.Where(held => held.StartsWith(shared)))
            {
                state.HandOver(held);
                named.Add((held.Rebase(shared, name), state.Certain.Contains(held)));
            }
        }

        return named;
    }

    private bool IsCreation(IOperation value) =>
        value is IObjectCreationOperation
            || (value is IFlowCaptureReferenceOperation capture && _definitions.Captured(capture.Id) is IObjectCreationOperation);

    /// <summary>
    /// A read or write through a <c>ref</c> local touches what it refers to; any other use of a local than of its members
    /// publishes its object.
    /// </summary>
    private void Follow(ILocalReferenceOperation reference, LockState state)
    {
        if (reference.Local.IsRef)
        {
            IOperation? referent = _definitions.Referent(reference.Local);
            if (referent is IFieldReferenceOperation field)
            {
                TouchMember(reference, field.Field, field.Instance, state);
            }
            else if (referent is IPropertyReferenceOperation property)
            {
                TouchMember(reference, property.Property, property.Instance, state);
            }
        }
        else if (reference.Parent is not (IFieldReferenceOperation or IPropertyReferenceOperation))
        {
            state.Publish(reference.Local);
        }
    }
}
