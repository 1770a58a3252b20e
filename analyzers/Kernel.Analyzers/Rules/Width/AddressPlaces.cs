using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>The places whose contract says that what is put there is an address.</summary>
internal static class AddressPlaces
{
    /// <summary>Whether the value becomes an address where it is put: an argument, a target, an initializer or a result that is marked.</summary>
    public static bool Takes(IOperation place, IOperation value) => place switch
    {
        IArgumentOperation argument => Contract.Has(argument.Parameter, Contract.AddressValue) || MakesAddress(argument),
        IConversionOperation { OperatorMethod: not null, Type: { } made } => AddressTypes.IsDeclared(made),
        ISimpleAssignmentOperation assignment when value == assignment.Value => IsMarked(assignment.Target),
        IFieldInitializerOperation initializer => initializer.InitializedFields.Any(MarkedMembers.IsAddress),
        IPropertyInitializerOperation initializer => initializer.InitializedProperties.Any(MarkedMembers.IsAddress),
        IReturnOperation => ReturnsAddress(place),
        _ => false,
    };

    // A constructor of an address, or a method that makes one of a number.
    private static bool MakesAddress(IArgumentOperation argument) =>
        argument.Parameter is { Type: { } type, ContainingSymbol: IMethodSymbol { ContainingType: { } owner } method }
        && IntegerWidth.Of(type, pointerBits: 64) is { Bits: 64 }
        && AddressTypes.IsDeclared(owner)
        && (method.MethodKind == MethodKind.Constructor || AddressTypes.IsDeclared(method.ReturnType));

    private static bool IsMarked(IOperation target) => target switch
    {
        IFieldReferenceOperation field => MarkedMembers.IsAddress(field.Field),
        IPropertyReferenceOperation property => MarkedMembers.IsAddress(property.Property),
        IParameterReferenceOperation parameter => Contract.Has(parameter.Parameter, Contract.AddressValue),
        _ => false,
    };

    // A lambda or a local function has a return type of its own.
    private static bool ReturnsAddress(IOperation place)
    {
        for (IOperation? around = place; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return around is ILocalFunctionOperation local && IsReturnMarked(local.Symbol);
            }
        }

        return place.SemanticModel?.GetEnclosingSymbol(place.Syntax.SpanStart) is IMethodSymbol method && IsReturnMarked(method);
    }

    private static bool IsReturnMarked(IMethodSymbol method) =>
        Contract.FindOnReturn(method, Contract.AddressValue) is not null
        || (method.AssociatedSymbol is IPropertySymbol property && MarkedMembers.IsMarked(property));
}
