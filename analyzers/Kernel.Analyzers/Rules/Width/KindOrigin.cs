using System.Collections.Generic;
using System.Numerics;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Follows an integer back to the address that it is the raw value of, and says of which kind that is.</summary>
/// <remarks>
/// What is added or subtracted keeps the kind only if it is certainly an offset: a number below 1 GiB. Anything else may be the distance
/// between the two spaces. Where paths differ, or one is unknown, nothing is said.
/// </remarks>
internal sealed class KindOrigin(BodySource bodies, int pointerBits)
{
    private const int MaximumDepth = 24;
    private static readonly BigInteger s_largestOffset = 1 << 30;

    // What is known of each local and method; nothing yet of one that is being followed.
    private readonly Dictionary<ISymbol, AddressKind> _known = new(SymbolEqualityComparer.Default);
    private int _depth;

    /// <summary>The kind of the address; unknown for what is none, or may be either.</summary>
    public AddressKind Of(IOperation operation)
    {
        if (_depth == MaximumDepth)
        {
            return AddressKind.Unknown;
        }

        _depth++;
        AddressKind kind = OfShape(operation);
        _depth--;
        return kind;
    }

    /// <summary>Whether the number is certainly an offset, not the distance between the two spaces.</summary>
    public bool IsOffset(IOperation operation)
    {
        if (new RangeEvaluation(pointerBits).Of(operation) is { } range && range.Maximum < s_largestOffset && range.Minimum > -s_largestOffset)
        {
            return true;
        }

        // `(ulong)index * 8` with an index of 32 bits on a machine of 64.
        return pointerBits == 64 && operation.ConstantValue is { HasValue: false } && operation switch
        {
            IParenthesizedOperation parenthesized => IsOffset(parenthesized.Operand),
            IConversionOperation { OperatorMethod: null, Operand: var operand } => IntegerWidth.Of(operand.Type, pointerBits) is { Bits: <= 32 } || IsOffset(operand),
            IBinaryOperation { OperatorMethod: null, OperatorKind: BinaryOperatorKind.Multiply or BinaryOperatorKind.LeftShift or BinaryOperatorKind.Add } product =>
                IsOffset(product.LeftOperand) && IsOffset(product.RightOperand),
            _ => false,
        };
    }

    private AddressKind OfShape(IOperation operation)
    {
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand);
            case IConversionOperation { OperatorMethod: { } method } conversion:
                return KindContracts.OfReturn(method) is var kind && kind != AddressKind.Unknown ? kind : KindContracts.OfType(conversion.Type);
            case IConversionOperation conversion when IntegerWidth.Of(conversion.Type, pointerBits) is { Bits: >= 32 }:
                return conversion.Operand.Type is IPointerTypeSymbol && conversion.Type is not IPointerTypeSymbol
                    ? OfPointer(conversion.Operand)
                    : Of(conversion.Operand);
            case IFieldReferenceOperation field when IntegerWidth.Of(field.Type, pointerBits) is not null:
                return KindContracts.OfMember(field.Field);
            case IPropertyReferenceOperation { Arguments.IsEmpty: true } property when IntegerWidth.Of(property.Type, pointerBits) is not null:
                return KindContracts.OfMember(property.Property);
            case IParameterReferenceOperation { Parameter.RefKind: RefKind.None } parameter:
                return OfParameter(parameter);
            case ILocalReferenceOperation { Local.IsRef: false } local:
                return OfWrites(local.Local, local);
            case IBinaryOperation { OperatorMethod: null } binary:
                return OfBinary(binary.OperatorKind, binary.LeftOperand, binary.RightOperand);
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return Of(conditional.WhenTrue) is var one && one == Of(whenFalse) ? one : AddressKind.Unknown;
            case ISimpleAssignmentOperation assignment:
                return Of(assignment.Value);
            case IInvocationOperation call:
                return OfCall(call);
            default:
                return AddressKind.Unknown;
        }
    }

    // A pointer made from an address a moment ago is that address.
    private AddressKind OfPointer(IOperation pointer)
    {
        IOperation inner = pointer;
        while (inner is IConversionOperation { OperatorMethod: null } conversion)
        {
            inner = conversion.Operand;
        }

        return inner.Type is IPointerTypeSymbol ? AddressKind.Virtual : Of(inner);
    }

    private AddressKind OfBinary(BinaryOperatorKind kind, IOperation left, IOperation right)
    {
        switch (kind)
        {
            case BinaryOperatorKind.Add or BinaryOperatorKind.Or:
                return IsOffset(right) ? Of(left) : IsOffset(left) ? Of(right) : AddressKind.Unknown;
            case BinaryOperatorKind.Subtract:
                return IsOffset(right) ? Of(left) : AddressKind.Unknown;
            case BinaryOperatorKind.And:
                // A mask that keeps the upper bits rounds; one that does not takes a part out.
                return IsRounding(right) ? Of(left) : IsRounding(left) ? Of(right) : AddressKind.Unknown;
            default:
                return AddressKind.Unknown;
        }
    }

    private bool IsRounding(IOperation mask)
    {
        mask = ValueIdentity.WithoutParentheses(mask);
        while (mask is IConversionOperation { OperatorMethod: null, ConstantValue.HasValue: false } conversion)
        {
            mask = ValueIdentity.WithoutParentheses(conversion.Operand);
        }

        return mask is IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation, OperatorMethod: null }
            || (new RangeEvaluation(pointerBits).Of(mask) is { } range && range.Minimum == range.Maximum && range.Maximum > uint.MaxValue - s_largestOffset);
    }

    private AddressKind OfParameter(IParameterReferenceOperation reference) =>
        Body.Around(reference).WritesTo(reference.Parameter).Count > 0 ? AddressKind.Unknown : KindContracts.OfParameter(reference.Parameter);

    private AddressKind OfWrites(ILocalSymbol local, IOperation use)
    {
        if (_known.TryGetValue(local, out AddressKind known))
        {
            return known;
        }

        _known.Add(local, AddressKind.Unknown);
        AddressKind? all = null;
        foreach (VariableWrite write in Body.Around(use).WritesTo(local))
        {
            AddressKind? kind = write switch
            {
                { IsAlias: true } or { Value: null } => AddressKind.Unknown,
                { Value: ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, OperatorMethod: null } step } =>
                    IsOffset(step.Value) ? null : AddressKind.Unknown,
                { Value: ICompoundAssignmentOperation } => AddressKind.Unknown,
                { Value: IIncrementOrDecrementOperation } => null,
                { Value: { } value } => Of(value),
            };
            all = kind is null ? all : all is null || all == kind ? kind : AddressKind.Unknown;
        }

        return _known[local] = all ?? AddressKind.Unknown;
    }

    private AddressKind OfCall(IInvocationOperation call)
    {
        if (IntegerWidth.Of(call.Type, pointerBits) is null)
        {
            return AddressKind.Unknown;
        }

        if (KindContracts.OfReturn(call.TargetMethod) is var said && said != AddressKind.Unknown)
        {
            return said;
        }

        IMethodSymbol method = call.TargetMethod.OriginalDefinition;
        if (method.IsVirtual || method.IsOverride || method.IsAbstract)
        {
            return AddressKind.Unknown;
        }

        if (_known.TryGetValue(method, out AddressKind known))
        {
            return known;
        }

        _known.Add(method, AddressKind.Unknown);
        AddressKind? all = null;
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            foreach (IOperation part in bodies.OperationOf(reference.GetSyntax(bodies.Cancellation))?.DescendantsAndSelf() ?? [])
            {
                if (part is IReturnOperation { ReturnedValue: { } value })
                {
                    AddressKind kind = Of(value);
                    all = all is null || all == kind ? kind : AddressKind.Unknown;
                }
            }
        }

        return _known[method] = all ?? AddressKind.Unknown;
    }
}
