using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Whether a value has the bit that makes an entry present.</summary>
internal enum Presence
{
    /// <summary>It is not known.</summary>
    Unknown,

    /// <summary>It certainly has.</summary>
    Set,

    /// <summary>It certainly has not.</summary>
    Clear,
}

/// <summary>Reads from an expression whether its value has the bit that makes an entry present.</summary>
internal sealed class PresenceReader(FlushValues values)
{
    private const int MaximumDepth = 32;

    /// <summary>Whether the value makes an entry present.</summary>
    /// <param name="value">The value.</param>
    /// <param name="variable">What is known of a local or parameter.</param>
    public Presence In(IOperation? value, Func<IOperation, Presence> variable) => In(value, variable, 0);

    private Presence In(IOperation? value, Func<IOperation, Presence> variable, int depth)
    {
        if (value is null || depth > MaximumDepth)
        {
            return Presence.Unknown;
        }

        value = values.Unwrap(value);
        if (value.ConstantValue is { HasValue: true, Value: var constant })
        {
            return constant is null ? Presence.Clear
                : EntryPlaces.BitsOf(constant) is { } bits ? (bits & 1) != 0 ? Presence.Set : Presence.Clear
                : Presence.Unknown;
        }

        switch (value)
        {
            case IDefaultValueOperation:
                return Presence.Clear;
            case IMemberReferenceOperation { Instance: null, Member.Name: var name }:
                return TranslationNames.SaysPresent(name) ? Presence.Set : EntryPlaces.IsNothing(value) ? Presence.Clear : Presence.Unknown;
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return variable(value);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation } not:
                return In(not.Operand, variable, depth + 1) switch
                {
                    Presence.Set => Presence.Clear,
                    Presence.Clear => Presence.Set,
                    _ => Presence.Unknown,
                };
            case IBinaryOperation binary:
                return Combined(binary, variable, depth);
            case IObjectCreationOperation creation:
                return creation.Arguments.IsEmpty ? Presence.Clear : AnyArgument(creation.Arguments, variable, depth);
            case IInvocationOperation call:
                return MakesPresent(call) ? Presence.Set : call.TargetMethod.IsStatic ? AnyArgument(call.Arguments, variable, depth) : Presence.Unknown;
            default:
                return Presence.Unknown;
        }
    }

    private Presence Combined(IBinaryOperation binary, Func<IOperation, Presence> variable, int depth)
    {
        Presence left = In(binary.LeftOperand, variable, depth + 1);
        Presence right = In(binary.RightOperand, variable, depth + 1);
        return binary.OperatorKind switch
        {
            BinaryOperatorKind.Or or BinaryOperatorKind.Add =>
                left == Presence.Set || right == Presence.Set ? Presence.Set : left == right ? left : Presence.Unknown,
            BinaryOperatorKind.And =>
                left == Presence.Clear || right == Presence.Clear ? Presence.Clear : left == right ? left : Presence.Unknown,
            BinaryOperatorKind.LeftShift when binary.RightOperand.ConstantValue is { HasValue: true, Value: > 0 } => Presence.Clear,
            _ => Presence.Unknown,
        };
    }

    // What else a factory or constructor does with its arguments, a present bit that it is given gets into the entry.
    private Presence AnyArgument(ImmutableArray<IArgumentOperation> arguments, Func<IOperation, Presence> variable, int depth)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (MentionsPresent(argument.Value) && In(argument.Value, variable, depth + 1) == Presence.Set)
            {
                return Presence.Set;
            }
        }

        return arguments.Length == 1 ? In(arguments[0].Value, variable, depth + 1) : Presence.Unknown;
    }

    /// <summary>Whether the call gives its entry the present bit: <c>entry.WithPresent()</c>, <c>entry.AsPresent(true)</c>.</summary>
    public static bool MakesPresent(IInvocationOperation call) =>
        call.Instance is not null && TranslationNames.IsEntry(call.Type) && TranslationNames.SaysPresent(call.TargetMethod.Name)
        && (call.Arguments.IsEmpty || call.Arguments[0].Value.ConstantValue is { HasValue: true, Value: true });

    /// <summary>Whether the value says by name that it has the present bit.</summary>
    public static bool MentionsPresent(IOperation value)
    {
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            string? name = part switch
            {
                IMemberReferenceOperation member => member.Member.Name,
                ILocalReferenceOperation { Local.IsConst: true } local => local.Local.Name,
                _ => null,
            };
            if (name is not null && TranslationNames.SaysPresent(name))
            {
                return true;
            }
        }

        return false;
    }
}
