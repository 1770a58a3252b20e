using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>Says which operations take memory from the managed heap.</summary>
internal static class ManagedAllocation
{
    /// <summary>A collection expression, in the compilers that have a kind of its own for it; in those of SDK 8 it has none.</summary>
    public const OperationKind CollectionExpression = (OperationKind)0x7F;

    /// <summary>What the operation allocates, as the subject of a sentence; null where it allocates nothing.</summary>
    public static string? In(IOperation operation, Compilation compilation)
    {
        switch (operation)
        {
            case IObjectCreationOperation { Type: { IsReferenceType: true } type }:
                return $"A new object of class '{Name(type)}'";
            case ITypeParameterObjectCreationOperation { Type: { IsValueType: false } type }:
                return $"A new object of type parameter '{Name(type)}'";
            case IAnonymousObjectCreationOperation:
                return "A new object of an anonymous type";
            case IWithOperation { Type: { IsReferenceType: true } type }:
                return $"A copy of an object of class '{Name(type)}'";
            case IArrayCreationOperation array:
                return ConstantData.IsSpanOf(array, compilation) ? null : $"A new array of type '{Name(array.Type)}'";
            case { Kind: OperationKind.None or CollectionExpression, Syntax: CollectionExpressionSyntax syntax, SemanticModel: { } model }:
                ITypeSymbol? built = TypeOf(syntax, model);
                return ConstantData.IsOnStack(syntax, built, model) ? null : $"A new collection of type '{Name(built)}'";
            case IDelegateCreationOperation { Type: { } type }:
                return $"A delegate of type '{Name(type)}'";
            case IConversionOperation conversion:
                return conversion.GetConversion().IsBoxing && !IsConcatenated(conversion)
                    ? $"Boxing a value of type '{Name(conversion.Operand.Type)}'"
                    : null;
            case IBinaryOperation { Type.SpecialType: SpecialType.System_String, ConstantValue.HasValue: false } concatenation:
                return concatenation.Parent is IBinaryOperation { Type.SpecialType: SpecialType.System_String } ? null : "Joining strings";
            case ICompoundAssignmentOperation { Type.SpecialType: SpecialType.System_String }:
                return "Joining strings";
            case IInterpolatedStringOperation { ConstantValue.HasValue: false, Parent: not IInterpolatedStringHandlerCreationOperation }:
                return "An interpolated string";
            case IImplicitIndexerReferenceOperation { Type.SpecialType: SpecialType.System_String }:
                return "A part of a string";
            case IForEachLoopOperation loop:
                return EnumeratorOf(loop) is { } enumerator ? $"An enumerator of type '{Name(enumerator)}'" : null;
            case ILocalFunctionOperation function:
                return InMethod(function.Symbol);
            case IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak }:
                return IsFirstYield(operation) ? "The state machine of an iterator" : null;
            case IInvocationOperation call:
                return InCall(call);
            default:
                return null;
        }
    }

    // A collection under a cast is converted by the cast alone: the model has no type for the collection itself.
    private static ITypeSymbol? TypeOf(CollectionExpressionSyntax collection, SemanticModel model) => collection.Parent is CastExpressionSyntax cast
        ? model.GetTypeInfo(cast).Type
        : model.GetTypeInfo(collection).ConvertedType;

    /// <summary>What calling the method allocates because of how the compiler rewrites it; null for a plain method.</summary>
    public static string? InMethod(IMethodSymbol method) =>
        method.IsAsync ? "The state machine of an async method" : null;

    private static string? InCall(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;

        // A struct that does not override what it inherits from a class is boxed to be the receiver.
        if (call is { Instance.Type: { IsValueType: true, TypeKind: not TypeKind.TypeParameter } receiver, TargetMethod.ContainingType.IsReferenceType: true }
            && method.ContainingType.TypeKind == TypeKind.Class)
        {
            return $"Boxing a value of type '{Name(receiver)}' to call '{method.Name}'";
        }

        // Of code without source only the signature is known: a new string, array or object has to come from somewhere.
        ITypeSymbol declared = method.OriginalDefinition.ReturnType;
        return method.DeclaringSyntaxReferences.IsEmpty
            && method.MethodKind is MethodKind.Ordinary or MethodKind.ReducedExtension
            && declared is { IsReferenceType: true, TypeKind: not TypeKind.TypeParameter }
            && method.RefKind == RefKind.None
                ? $"The '{Name(call.Type)}' that '{method.Name}' returns"
                : null;
    }

    private static ITypeSymbol? EnumeratorOf(IForEachLoopOperation loop)
    {
        IOperation collection = loop.Collection;
        while (collection is IConversionOperation { IsImplicit: true } conversion)
        {
            collection = conversion.Operand;
        }

        // The compiler indexes arrays and strings; it asks for no enumerator.
        return collection.Type is not (IArrayTypeSymbol or { SpecialType: SpecialType.System_String })
            && loop.Syntax is CommonForEachStatementSyntax syntax
            && loop.SemanticModel?.GetForEachStatementInfo(syntax).GetEnumeratorMethod?.ReturnType is { IsReferenceType: true } enumerator
                ? enumerator
                : null;
    }

    // Every `yield` of a method belongs to the one object that its first one makes necessary.
    private static bool IsFirstYield(IOperation yield)
    {
        IOperation function = FunctionAround(yield);
        foreach (IOperation operation in function.Descendants())
        {
            if (operation.Kind is OperationKind.YieldReturn or OperationKind.YieldBreak && FunctionAround(operation) == function)
            {
                return operation == yield;
            }
        }

        return true;
    }

    private static IOperation FunctionAround(IOperation operation)
    {
        while (operation is not ILocalFunctionOperation && operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    private static bool IsConcatenated(IConversionOperation conversion) =>
        conversion.Parent is IBinaryOperation { Type.SpecialType: SpecialType.System_String }
            or ICompoundAssignmentOperation { Type.SpecialType: SpecialType.System_String };

    private static string Name(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";
}
