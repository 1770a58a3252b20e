using System.Collections.Concurrent;
using System.Collections.Generic;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Says which kind of address a place wants: a pointer, a parameter, a register, a field.</summary>
/// <param name="bodies">The compilation's bodies.</param>
/// <param name="origins">Follows a value back.</param>
/// <param name="known">What methods of the compilation do with their parameters, as far as it was asked before.</param>
internal sealed class KindDemand(BodySource bodies, KindOrigin origins, ConcurrentDictionary<IParameterSymbol, AddressKind> known)
{
    // What was found on the way to the answer of one question; nothing yet of a parameter that is being followed.
    private readonly Dictionary<ISymbol, AddressKind> _following = new(SymbolEqualityComparer.Default);

    /// <summary>The integer that the operation puts somewhere, and the kind that is wanted there.</summary>
    /// <param name="operation">An operation.</param>
    /// <param name="owner">The member that it is in.</param>
    public (IOperation Value, AddressKind Wanted)? In(IOperation operation, ISymbol? owner)
    {
        switch (operation)
        {
            case IConversionOperation { OperatorMethod: null, Type: IPointerTypeSymbol } conversion
                when IntegerWidth.Of(conversion.Operand.Type, pointerBits: 64) is not null
                    && conversion.Operand.Type is not IPointerTypeSymbol && !IsMovedBetweenSpaces(conversion):
                return (conversion.Operand, AddressKind.Virtual);
            case IConversionOperation { OperatorMethod: { Parameters: [{ } parameter] } } conversion when KindContracts.OfParameter(parameter) is var kind:
                return kind == AddressKind.Unknown ? null : (conversion.Operand, kind);
            case IArgumentOperation { Parameter: { RefKind: RefKind.None or RefKind.In } parameter } argument when WantedBy(parameter) is var kind:
                return kind == AddressKind.Unknown ? null : (argument.Value, kind);
            case ISimpleAssignmentOperation { IsRef: false } assignment when OfTarget(assignment.Target) is var kind:
                return kind == AddressKind.Unknown ? null : (assignment.Value, kind);
            case IReturnOperation { ReturnedValue: { } value } when IntegerWidth.Of(value.Type, pointerBits: 64) is not null && OfReturn(operation, owner) is var kind:
                return kind == AddressKind.Unknown ? null : (value, kind);
            default:
                return null;
        }
    }

    private AddressKind WantedBy(IParameterSymbol parameter)
    {
        AddressKind said = KindContracts.OfParameter(parameter);
        return said != AddressKind.Unknown || Contract.Has(parameter, Contract.AddressValue) ? said : KnownInside(parameter.OriginalDefinition);
    }

    // In the middle of a recursion the answer may lack what the outer question is still about.
    private AddressKind KnownInside(IParameterSymbol parameter)
    {
        if (known.TryGetValue(parameter, out AddressKind decided) || _following.TryGetValue(parameter, out decided))
        {
            return decided;
        }

        bool isOutermost = _following.Count == 0;
        _following.Add(parameter, AddressKind.Unknown);
        AddressKind wanted = _following[parameter] = WantedInside(parameter);
        if (isOutermost)
        {
            _following.Clear();
            known.TryAdd(parameter, wanted);
        }

        return wanted;
    }

    // What a method of this compilation does with a parameter that nothing marks: all of its uses as an address agree, or nothing is said.
    private AddressKind WantedInside(IParameterSymbol parameter)
    {
        if (IntegerWidth.Of(parameter.Type, pointerBits: 64) is not { Bits: >= 32 }
            || parameter.ContainingSymbol is not IMethodSymbol { IsAbstract: false, IsVirtual: false, IsOverride: false } method)
        {
            return AddressKind.Unknown;
        }

        AddressKind wanted = AddressKind.Unknown;
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (bodies.OperationOf(reference.GetSyntax(bodies.Cancellation)) is not { } body)
            {
                continue;
            }

            Body read = Body.Around(body);
            if (read.WritesTo(parameter).Count > 0)
            {
                return AddressKind.Unknown;
            }

            foreach (IOperation part in read.Operations)
            {
                if (part is not IParameterReferenceOperation use || !SymbolEqualityComparer.Default.Equals(use.Parameter, parameter))
                {
                    continue;
                }

                AddressKind here = WantedAround(use, method);
                if (here != AddressKind.Unknown && wanted != AddressKind.Unknown && here != wanted)
                {
                    return AddressKind.Unknown;
                }

                wanted = here != AddressKind.Unknown ? here : wanted;
            }
        }

        return wanted;
    }

    // Upwards through conversions and offsets to the first place that wants a kind.
    private AddressKind WantedAround(IOperation use, IMethodSymbol method)
    {
        IOperation child = use;
        for (IOperation? parent = use.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (In(parent, method) is { } found && found.Value == child)
            {
                return found.Wanted;
            }

            bool passes = parent switch
            {
                IParenthesizedOperation => true,
                IConversionOperation { OperatorMethod: null } conversion => IntegerWidth.Of(conversion.Type, pointerBits: 64) is { Bits: 64 } && conversion.Type is not IPointerTypeSymbol,
                IBinaryOperation { OperatorMethod: null, OperatorKind: BinaryOperatorKind.Add } sum =>
                    origins.IsOffset(sum.LeftOperand == child ? sum.RightOperand : sum.LeftOperand),
                _ => false,
            };
            if (!passes)
            {
                return AddressKind.Unknown;
            }
        }

        return AddressKind.Unknown;
    }

    private static AddressKind OfTarget(IOperation target) => target switch
    {
        IFieldReferenceOperation field when IntegerWidth.Of(field.Type, pointerBits: 64) is not null => KindContracts.OfMember(field.Field),
        IPropertyReferenceOperation property when IntegerWidth.Of(property.Type, pointerBits: 64) is not null => KindContracts.OfMember(property.Property),
        _ => AddressKind.Unknown,
    };

    private static AddressKind OfReturn(IOperation operation, ISymbol? owner)
    {
        for (IOperation? around = operation; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation)
            {
                return AddressKind.Unknown;
            }

            if (around is ILocalFunctionOperation local)
            {
                return OfReturn(local.Symbol);
            }
        }

        return owner is IMethodSymbol method ? OfReturn(method) : AddressKind.Unknown;
    }

    private static AddressKind OfReturn(IMethodSymbol method) => IntegerWidth.Of(method.ReturnType, pointerBits: 64) is null
        ? AddressKind.Unknown
        : method.AssociatedSymbol is IPropertySymbol property ? KindContracts.OfMember(property) : KindContracts.OfReturn(method);

    // `(byte*)physical + directMap`: the sum is the pointer.
    private bool IsMovedBetweenSpaces(IOperation pointer)
    {
        IOperation child = pointer.Outermost();
        return child.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, OperatorMethod: null } sum
            && !origins.IsOffset(sum.LeftOperand == child ? sum.RightOperand : sum.LeftOperand);
    }
}
