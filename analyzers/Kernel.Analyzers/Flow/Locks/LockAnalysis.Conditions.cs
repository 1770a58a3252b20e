using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What conditions tell about locks, and what makes them forget it.</summary>
internal sealed partial class LockAnalysis
{
    private static string KeyOf(CaptureId id) => $"capture:{id.GetHashCode()}";

    private static string KeyOf(IOperation call) => $"call:{call.Syntax.SpanStart}:{call.Syntax.Span.End}";

    /// <summary>Applies the answer of a condition; false if it cannot have this one here.</summary>
    private bool Test(IOperation condition, bool answer, LockState state)
    {
        if (condition.ConstantValue is { HasValue: true, Value: bool constant })
        {
            return constant == answer;
        }

        if (SourceOf(condition, out bool negated) is not { } tested)
        {
            return true;
        }

        TestForNull(condition, answer, state);
        AskAbout(tested, answer != negated, state);
        if (KeyOfResult(tested) is { } result)
        {
            state.Settle(result, answer != negated);
            if (state.Facts.TryGetValue(result, out bool known))
            {
                return known == (answer != negated);
            }
        }

        return _conditions.RecurringKeyOf(condition, out bool inverted) is not { } key || state.Learn(key, answer != inverted);
    }

    /// <summary>A question to a lock about itself tells more than is understood here.</summary>
    private void AskAbout(IOperation tested, bool answer, LockState state)
    {
        IOperation? asked = tested switch
        {
            IPropertyReferenceOperation property => property.Instance,
            IInvocationOperation { Arguments: [var first, ..], Instance: null } call when EffectOf(call) is null => first.Value,
            IInvocationOperation call when EffectOf(call) is null => call.Instance,
            _ => null,
        };
        if (asked is not null && (LockContracts.IsLock(asked.Type) || asked.Parent?.Parent is IInvocationOperation
            { TargetMethod.ContainingType.Name: "Monitor" }) && _places.Resolve(asked) is { } place)
        {
            if (answer && tested is IMemberReferenceOperation or IInvocationOperation && LockNames.SaysHeld(tested switch
            {
                IMemberReferenceOperation reference => reference.Member.Name,
                IInvocationOperation call => call.TargetMethod.Name,
                _ => "",
            }))
            {
                state.Hold(place);
            }

            state.HandOver(place);
        }
    }

    /// <summary>Gives what the value is the answer of another name.</summary>
    private void Bind(IOperation value, string key, LockState state)
    {
        if (value.ConstantValue is { HasValue: true, Value: bool constant })
        {
            state.Unlearn(key);
            state.Learn(key, constant);
        }
        else if (value.Type?.SpecialType == SpecialType.System_Boolean && SourceOf(value, out bool negated) is { } source
            && KeyOfResult(source) is { } result && result != key)
        {
            if (state.Facts.TryGetValue(result, out bool known))
            {
                state.Unlearn(key);
                state.Learn(key, known != negated);
                if (source is IFlowCaptureReferenceOperation)
                {
                    state.Unlearn(result);
                }
            }
            else if (!negated)
            {
                state.Rename(result, key);
            }
        }
    }

    /// <summary>What a condition is the answer of: a call, a local, a capture, or any other expression.</summary>
    private IOperation? SourceOf(IOperation condition, out bool negated)
    {
        negated = false;
        IOperation? current = condition;
        while (current is not null)
        {
            switch (current)
            {
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                    negated = !negated;
                    current = not.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    current = parenthesized.Operand;
                    break;
                case IConversionOperation conversion:
                    current = conversion.Operand;
                    break;
                case ISimpleAssignmentOperation assignment:
                    current = assignment.Target;
                    break;
                case IFlowCaptureReferenceOperation capture when _definitions.Captured(capture.Id) is { } captured:
                    current = captured;
                    break;
                default:
                    return current;
            }
        }

        return null;
    }

    private string? KeyOfResult(IOperation source) => source switch
    {
        IInvocationOperation call => KeyOf(call),
        IFlowCaptureReferenceOperation capture => KeyOf(capture.Id),
        ILocalReferenceOperation or IParameterReferenceOperation => _conditions.KeyOf(source, out _),
        _ => null,
    };

    private void ChangeArgument(IArgumentOperation argument, LockState state)
    {
        if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out)
        {
            Change(argument.Value, state);
            if (argument is { Parameter.RefKind: RefKind.Out, Parameter.Type.IsReferenceType: true }
                && _paths.Resolve(argument.Value) is { } replaced)
            {
                state.Overwrite(replaced);
            }

            if (LockContracts.IsGuard(argument.Parameter.Type) && _paths.Resolve(argument.Value) is { } written)
            {
                state.Keep(written, null);
            }
        }
    }

    /// <summary>Something is written: conditions and nameless places that depend on it are others now.</summary>
    private void Change(IOperation target, LockState state)
    {
        ISymbol? written = target switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IFieldReferenceOperation field => field.Field.OriginalDefinition,
            IPropertyReferenceOperation property => property.Property.OriginalDefinition,
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } => declared.Local,
            _ => null,
        };
        if (written is null)
        {
            return;
        }

        foreach (string key in _conditions.KeysWith(written))
        {
            state.Unlearn(key);
            state.Forget(path => path.Root is WeakPlace weak && weak.Key == key);
        }
    }
}
