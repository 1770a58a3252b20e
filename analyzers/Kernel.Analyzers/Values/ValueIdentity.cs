using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Says whether two expressions are certainly the same value, and which variables that rests on.</summary>
public static class ValueIdentity
{
    /// <summary>Whether both expressions compute the same value as long as no variable in them is written between.</summary>
    /// <remarks>
    /// True only for locals, parameters by value, <c>this</c>, read-only fields, properties of readonly structs, automatic properties without a setter,
    /// constants, and arithmetic on these: what can be read twice with the same answer.
    /// </remarks>
    public static bool AreSame(IOperation left, IOperation right)
    {
        left = WithoutParentheses(left);
        right = WithoutParentheses(right);
        if (left.ConstantValue is { HasValue: true, Value: { } leftConstant })
        {
            return right.ConstantValue is { HasValue: true, Value: { } rightConstant } && leftConstant.Equals(rightConstant);
        }

        return (left, right) switch
        {
            (ILocalReferenceOperation a, ILocalReferenceOperation b) => Same(a.Local, b.Local) && !a.Local.IsRef,
            (IParameterReferenceOperation a, IParameterReferenceOperation b) =>
                Same(a.Parameter, b.Parameter) && a.Parameter.RefKind == RefKind.None,
            (IInstanceReferenceOperation a, IInstanceReferenceOperation b) => a.ReferenceKind == b.ReferenceKind,
            (IFieldReferenceOperation a, IFieldReferenceOperation b) =>
                Same(a.Field, b.Field) && IsStable(a) && AreSameInstances(a, b),
            (IPropertyReferenceOperation a, IPropertyReferenceOperation b) =>
                Same(a.Property, b.Property) && a.Arguments.IsEmpty && IsStable(a.Property) && AreSameInstances(a, b),
            (IConversionOperation { OperatorMethod: null } a, IConversionOperation { OperatorMethod: null } b) =>
                Same(a.Type, b.Type) && AreSame(a.Operand, b.Operand),
            (IBinaryOperation { OperatorMethod: null } a, IBinaryOperation { OperatorMethod: null } b) =>
                a.OperatorKind == b.OperatorKind && AreSame(a.LeftOperand, b.LeftOperand) && AreSame(a.RightOperand, b.RightOperand),
            (IUnaryOperation { OperatorMethod: null } a, IUnaryOperation { OperatorMethod: null } b) =>
                a.OperatorKind == b.OperatorKind && AreSame(a.Operand, b.Operand),
            _ => false,
        };
    }

    /// <summary>The locals and parameters that the expression reads.</summary>
    public static ImmutableArray<ISymbol> VariablesOf(IOperation operation)
    {
        ImmutableArray<ISymbol>.Builder variables = ImmutableArray.CreateBuilder<ISymbol>();
        foreach (IOperation part in operation.DescendantsAndSelf())
        {
            switch (part)
            {
                case ILocalReferenceOperation local:
                    variables.Add(local.Local);
                    break;
                case IParameterReferenceOperation parameter:
                    variables.Add(parameter.Parameter);
                    break;
            }
        }

        return variables.ToImmutable();
    }

    /// <summary>The expression inside parentheses, where the compiler kept them.</summary>
    public static IOperation WithoutParentheses(IOperation operation)
    {
        while (operation is IParenthesizedOperation parenthesized)
        {
            operation = parenthesized.Operand;
        }

        return operation;
    }

    // A field is read twice with the same answer if nobody may write it, or if it is part of a struct held in a variable of our own.
    private static bool IsStable(IFieldReferenceOperation reference) =>
        reference.Field.IsReadOnly
        || reference.Instance switch
        {
            ILocalReferenceOperation { Local: { IsRef: false, Type.IsValueType: true } } => true,
            IParameterReferenceOperation { Parameter: { RefKind: RefKind.None, Type.IsValueType: true } } => true,
            IFieldReferenceOperation { Type.IsValueType: true } outer => IsStable(outer),
            IInstanceReferenceOperation { Type: { IsValueType: true, IsReadOnly: true } } => true,
            _ => false,
        };

    private static bool IsStable(IPropertySymbol property)
    {
        if (property.IsStatic || property.SetMethod is { IsInitOnly: false })
        {
            return false;
        }

        if (property.ContainingType is { IsValueType: true, IsReadOnly: true })
        {
            return true;
        }

        foreach (ISymbol member in property.ContainingType.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner } && Same(owner, property.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreSameInstances(IMemberReferenceOperation left, IMemberReferenceOperation right) =>
        left.Instance is null
            ? right.Instance is null
            : right.Instance is not null && AreSame(left.Instance, right.Instance);

    private static bool Same(ISymbol? left, ISymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);
}
