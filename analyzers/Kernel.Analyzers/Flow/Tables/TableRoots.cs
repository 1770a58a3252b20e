using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tables;

/// <summary>Names the variable or member that an expression gets to memory with.</summary>
internal static class TableRoots
{
    private const int MaximumDepth = 32;

    /// <summary>The local, parameter, field, property or called method that a place or a pointer was reached from; null if none is named.</summary>
    public static ISymbol? Of(IOperation? operation)
    {
        for (int depth = 0; depth < MaximumDepth; depth++)
        {
            switch (operation)
            {
                case ILocalReferenceOperation reference:
                    return reference.Local;
                case IParameterReferenceOperation reference:
                    return reference.Parameter;
                case IFieldReferenceOperation reference:
                    return reference.Field;
                case IInvocationOperation call:
                    return call.TargetMethod;
                case IPropertyReferenceOperation { Arguments.IsEmpty: true } reference:
                    return reference.Property;
                case IPropertyReferenceOperation reference when reference.Property.ReturnsByRef && !Frames.MemoryFills.IsSpan(reference.Instance?.Type):
                    return reference.Property.GetMethod;
                case { } step when Next(step) is { } inner:
                    operation = inner;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Whether a result of the method can lead to integers in memory.</summary>
    public static bool CanReturn(IMethodSymbol method) => LeadsToIntegers(method.ReturnType) || (method.ReturnsByRef && TranslationNames.CanHoldEntry(method.ReturnType));

    /// <summary>Whether the type is a pointer to integers, or a span of them, that are as wide as an entry.</summary>
    public static bool LeadsToIntegers(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => TranslationNames.CanHoldEntry(pointer.PointedAtType),
        INamedTypeSymbol { TypeArguments: [var element] } named when Frames.MemoryFills.IsSpan(named) => TranslationNames.CanHoldEntry(element),
        _ => false,
    };

    /// <summary>Whether the type leads to integers, or has the name of a table or of the entries in one.</summary>
    public static bool LeadsToTable(ITypeSymbol? type) => LeadsToIntegers(type) || (type switch
    {
        IPointerTypeSymbol { PointedAtType: INamedTypeSymbol pointed } => pointed,
        INamedTypeSymbol { TypeArguments: [INamedTypeSymbol element] } named when Frames.MemoryFills.IsSpan(named) => element,
        _ => type as INamedTypeSymbol,
    }) is { } target && (TranslationNames.IsEntry(target) ? !SymbolEqualityComparer.Default.Equals(target, type)
        : Words.Has(target.Name, "table") || Words.Has(target.Name, "directory"));

    /// <summary>The pointer, span or array whose memory a place is in; null if the operation is no place in memory.</summary>
    public static IOperation? MemoryOf(IOperation place) => place switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference,
        IPropertyReferenceOperation { Arguments.IsEmpty: false, Instance: { } instance } => instance,
        ILocalReferenceOperation { Local.IsRef: true } or IParameterReferenceOperation { Parameter.RefKind: RefKind.Ref } => place,
        IInvocationOperation { TargetMethod.ReturnsByRef: true } => place,
        { Kind: OperationKind.None } when IsFollowed(place.Syntax) => FirstChild(place),
        _ => null,
    };

    private static IOperation? Next(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => conversion.Operand,
        IParenthesizedOperation parenthesized => parenthesized.Operand,
        IAddressOfOperation address => address.Reference,
        IDeclarationExpressionOperation declaration => declaration.Expression,
        IIncrementOrDecrementOperation step => step.Target,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum =>
            sum.LeftOperand.Type is IPointerTypeSymbol ? sum.LeftOperand : sum.RightOperand.Type is IPointerTypeSymbol ? sum.RightOperand : null,
        _ => MemoryOf(operation) is { } memory && memory != operation ? memory : null,
    };

    private static bool IsFollowed(SyntaxNode syntax) => EntryText.Bare(syntax)
        is ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression };

    private static IOperation? FirstChild(IOperation operation)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            return child;
        }

        return null;
    }
}
