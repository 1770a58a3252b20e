using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// Amounts that are the same on every run though the language does not call them constants: a static getter that returns one, the
/// size of a struct.
/// </summary>
internal sealed class ConstantAmounts(BodySource bodies)
{
    private const int MaximumDepth = 8;

    /// <summary>The amount; null if it is not known or does not fit.</summary>
    public long? Of(IOperation? operation) => Of(operation, 0);

    private long? Of(IOperation? operation, int depth)
    {
        if (operation is null || depth > MaximumDepth)
        {
            return null;
        }

        if (operation.ConstantValue is { HasValue: true, Value: { } constant })
        {
            return ToLong(constant);
        }

        switch (operation)
        {
            case IConversionOperation { OperatorMethod: null } conversion:
                return Of(conversion.Operand, depth + 1);
            case ISizeOfOperation size:
                return TypeSizes.Of(size.TypeOperand);
            case IPropertyReferenceOperation { Property: { IsStatic: true, IsAbstract: false, IsVirtual: false } property }:
                return OfGetter(property, depth);
            case IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field }:
                return OfInitializer(field, depth);
            case IBinaryOperation { OperatorMethod: null } binary
                when Of(binary.LeftOperand, depth + 1) is { } left && Of(binary.RightOperand, depth + 1) is { } right:
                return Combine(binary.OperatorKind, left, right);
            default:
                return null;
        }
    }

    private long? OfGetter(IPropertySymbol property, int depth)
    {
        foreach (SyntaxReference reference in property.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(bodies.Cancellation) is PropertyDeclarationSyntax { ExpressionBody.Expression: { } expression })
            {
                return Of(bodies.OperationOf(expression), depth + 1);
            }
        }

        return null;
    }

    private long? OfInitializer(IFieldSymbol field, int depth)
    {
        foreach (SyntaxReference reference in field.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(bodies.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value })
            {
                return Of(bodies.OperationOf(value), depth + 1);
            }
        }

        return null;
    }

    private static long? Combine(BinaryOperatorKind kind, long left, long right)
    {
        try
        {
            return kind switch
            {
                BinaryOperatorKind.Add => checked(left + right),
                BinaryOperatorKind.Subtract => checked(left - right),
                BinaryOperatorKind.Multiply => checked(left * right),
                BinaryOperatorKind.Divide when right != 0 && left != long.MinValue => left / right,
                BinaryOperatorKind.LeftShift when right is >= 0 and < 63 && left >> (int)(62 - right) == 0 => left << (int)right,
                BinaryOperatorKind.RightShift when right is >= 0 and < 64 => left >> (int)right,
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static long? ToLong(object value) => value switch
    {
        sbyte number => number,
        byte number => number,
        short number => number,
        ushort number => number,
        char number => number,
        int number => number,
        uint number => number,
        long number => number,
        ulong number when number <= long.MaxValue => (long)number,
        _ => null,
    };
}
