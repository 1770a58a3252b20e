using Kernel.Analyzers.Flow.Entries;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Reads from a condition on which of its outcomes an entry is certainly not present: processors remember no absent entries.</summary>
internal sealed class AbsenceChecks(FlushValues values)
{
    private const int MaximumDepth = 16;

    /// <summary>The entry that the condition decides about; null if it decides about none.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="state">What holds where it is tested.</param>
    /// <param name="absentWhen">The outcome on which the entry is absent.</param>
    public string? Read(IOperation condition, FlushState state, out bool absentWhen) => Read(condition, state, out absentWhen, 0);

    private string? Read(IOperation? condition, FlushState state, out bool absentWhen, int depth)
    {
        absentWhen = true;
        if (depth > MaximumDepth)
        {
            return null;
        }

        switch (condition)
        {
            case IParenthesizedOperation parenthesized:
                return Read(parenthesized.Operand, state, out absentWhen, depth + 1);
            case IConversionOperation conversion:
                return Read(conversion.Operand, state, out absentWhen, depth + 1);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                string? negated = Read(not.Operand, state, out absentWhen, depth + 1);
                absentWhen = !absentWhen;
                return negated;
            case IFlowCaptureReferenceOperation or ILocalReferenceOperation when values.DefinitionOf(condition) is { } definition:
                return Read(definition, state, out absentWhen, depth + 1);
            case IMemberReferenceOperation { Instance: { } holder } member:
                return Named(member.Member, holder, state, out absentWhen);
            case IInvocationOperation { Instance: { } holder } call when TranslationNames.IsEntry(EntryPlaces.TypeOf(holder)):
                return call.TargetMethod.Name == "HasFlag" && call.Arguments.Length == 1
                    ? Flagged(holder, call.Arguments[0].Value, state, out absentWhen)
                    : Named(call.TargetMethod, holder, state, out absentWhen);
            case IInvocationOperation { Arguments.Length: > 0 } call:
                return Named(call.TargetMethod, call.Arguments[0].Value, state, out absentWhen)
                    ?? (TranslationNames.SaysPresent(call.TargetMethod.Name) || Looks(call) ? AddressIn(call) : null);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                bool equals = comparison.OperatorKind == BinaryOperatorKind.Equals;
                string? compared = Compared(comparison.LeftOperand, comparison.RightOperand, state, out absentWhen)
                    ?? Compared(comparison.RightOperand, comparison.LeftOperand, state, out absentWhen);
                absentWhen = absentWhen == equals;
                return compared;
            case IIsPatternOperation { Pattern: IConstantPatternOperation constant } test:
                return Compared(test.Value, constant.Value, state, out absentWhen);
            case IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation constant } } test:
                string? different = Compared(test.Value, constant.Value, state, out absentWhen);
                absentWhen = !absentWhen;
                return different;
            default:
                return null;
        }
    }

    private string? Named(ISymbol member, IOperation holder, FlushState state, out bool absentWhen)
    {
        absentWhen = TranslationNames.SaysAbsent(member.Name) || EntryWords.SaysElsewhere(member.Name);
        return absentWhen || TranslationNames.SaysPresent(member.Name) || EntryTypes.TestsPresentBit(member) ? EntryIn(holder, state) : null;
    }

    private string? Flagged(IOperation entry, IOperation flag, FlushState state, out bool absentWhen)
    {
        absentWhen = false;
        return HasPresent(flag) ? EntryIn(entry, state) : null;
    }

    // What the comparison with a constant says when both are equal.
    private string? Compared(IOperation value, IOperation constant, FlushState state, out bool absentWhen)
    {
        absentWhen = true;
        value = values.Unwrap(value);
        if (EntryPlaces.IsNothing(constant))
        {
            if (value is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } asked && (SaysElsewhere(asked.RightOperand) || SaysElsewhere(asked.LeftOperand)))
            {
                absentWhen = false;
                return EntryIn(SaysElsewhere(asked.RightOperand) ? asked.LeftOperand : asked.RightOperand, state);
            }

            return value is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask
                ? HasPresent(mask.RightOperand) ? EntryIn(mask.LeftOperand, state)
                    : HasPresent(mask.LeftOperand) ? EntryIn(mask.RightOperand, state) : null
                : EntryIn(value, state) ?? (value is IInvocationOperation call && Looks(call) ? AddressIn(call) : null);
        }

        if (value is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } present && HasPresent(constant))
        {
            absentWhen = false;
            return HasPresent(present.RightOperand) ? EntryIn(present.LeftOperand, state) : null;
        }

        // `entry.Kind == EntryKind.Absent`
        string? name = values.Unwrap(constant) is IFieldReferenceOperation { Instance: null, Field: { } field } ? field.Name : null;
        return name is not null && TranslationNames.SaysAbsent(name) ? EntryIn(value, state) : null;
    }

    // `Translate(address) == 0`, `!TryFind(address, …)`: where nothing is found, no entry for the address is present.
    private static bool Looks(IInvocationOperation call) =>
        Words.Has(call.TargetMethod.Name, "translate") || Words.Has(call.TargetMethod.Name, "lookup")
        || Words.Has(call.TargetMethod.Name, "resolve");

    private static string? AddressIn(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            switch (argument.Value)
            {
                case ILocalReferenceOperation { Local.Name: var name }:
                    return "@" + name;
                case IParameterReferenceOperation { Parameter.Name: var name }:
                    return "@" + name;
            }
        }

        return null;
    }

    // `entry & Swapped`: an entry that says where its page is on disk is not present.
    private bool SaysElsewhere(IOperation mask) =>
        values.Unwrap(mask) is IMemberReferenceOperation { Instance: null, Member.Name: var name } && EntryWords.SaysElsewhere(name);

    private bool HasPresent(IOperation mask)
    {
        mask = values.Unwrap(mask);
        return mask is { ConstantValue: { HasValue: true, Value: var constant } }
            ? EntryPlaces.BitsOf(constant) is { } bits && (bits & 1) != 0
            : mask is IMemberReferenceOperation { Member.Name: var name } && TranslationNames.SaysPresent(name);
    }

    /// <summary>The entry that a value is, is a copy of, or is read from.</summary>
    private string? EntryIn(IOperation? value, FlushState state)
    {
        for (int depth = 0; depth < MaximumDepth && value is not null; depth++)
        {
            if (EntryPlaces.EntryAt(value, values.Shapes) is { } entry)
            {
                return values.NameOf(entry, state);
            }

            switch (value)
            {
                case ILocalReferenceOperation or IFlowCaptureReferenceOperation or IParameterReferenceOperation:
                    return values.Peek(value, state).Entry;
                case IParenthesizedOperation parenthesized:
                    value = parenthesized.Operand;
                    break;
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IMemberReferenceOperation member:
                    value = member.Instance;
                    break;
                case IInvocationOperation { TargetMethod.ReturnsByRef: false } call:
                    value = call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);
                    break;
                case IAddressOfOperation address:
                    value = address.Reference;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
