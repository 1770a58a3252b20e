using System.Linq;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>A variable that holds a pointer or an address, read as a narrower integer at the same place: <c>*(uint*)&amp;pointer</c>.</summary>
/// <param name="value">The variable.</param>
/// <param name="to">The integer that it is read as.</param>
internal readonly struct PunnedAddress(IOperation value, ITypeSymbol to)
{
    public IOperation Value { get; } = value;

    public ITypeSymbol To { get; } = to;

    /// <summary>What the operation reads too little of, or null. Bytes are storage, and two halves of one variable are all of it.</summary>
    public static PunnedAddress? In(IOperation operation, int pointerBits)
    {
        if (VariableIn(operation) is not { To: var to, Value: var value }
            || AddressTypes.IsStorage(to)
            || IntegerWidth.Of(to, pointerBits) is not { Bits: <= 32 } narrow
            || IntegerWidth.Of(value.Type, pointerBits) is not { } wide || wide.Bits <= narrow.Bits
            || !(IntegerWidth.IsPointerSized(value.Type) || AddressSources.MarkedOriginOf(value, pointerBits) is not null)
            || new RangeEvaluation(pointerBits).Of(value) is not { } range || range.IsWithin(narrow.Capacity))
        {
            return null;
        }

        return new(value, to);
    }

    /// <summary>Whether the operation can be such a reading at all: asked of every conversion and call.</summary>
    public static bool IsCandidate(IOperation operation) => operation is IConversionOperation { Type: IPointerTypeSymbol } or IInvocationOperation { TargetMethod.Name: "As" };

    private static PunnedAddress? VariableIn(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null, Type: IPointerTypeSymbol { PointedAtType: var to } } conversion
            when conversion.Innermost() is IAddressOfOperation { Reference: var variable } && IsFollowed(conversion) && !IsReadBeside(conversion, variable)
            => new(variable, to),
        IInvocationOperation { TargetMethod: { IsStatic: true, Name: "As", TypeArguments: [_, var to], ContainingType.Name: "Unsafe" }, Arguments: [var argument] }
            => new(argument.Value, to),
        _ => null,
    };

    private static bool IsFollowed(IConversionOperation conversion) =>
        conversion.Outermost().Parent is { Kind: OperationKind.None, Syntax: PrefixUnaryExpressionSyntax };

    // `*((uint*)&pointer + 1)`, `((uint*)&pointer)[1]`: the other half.
    private static bool IsReadBeside(IConversionOperation conversion, IOperation variable) =>
        Body.Around(conversion).Operations.Any(other =>
            other is IConversionOperation { OperatorMethod: null, Type: IPointerTypeSymbol type } cast
            && other != conversion
            && SymbolEqualityComparer.Default.Equals(type, conversion.Type)
            && cast.Innermost() is IAddressOfOperation { Reference: var same } && ValueIdentity.AreSame(same, variable)
            && !IsFollowed(cast));
}
