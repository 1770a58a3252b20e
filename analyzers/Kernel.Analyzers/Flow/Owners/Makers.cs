using System;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>Recognises the expressions that make a value without asking its type.</summary>
/// <param name="isOwned">Whether only the type itself makes its values.</param>
/// <param name="summaries">What generic methods of this compilation do.</param>
/// <param name="model">What the source around means: an operation of a graph does not know.</param>
internal sealed class Makers(Func<ITypeSymbol?, bool> isOwned, MakingSummaries summaries, SemanticModel? model)
{
    private const string Unsafe = "System.Runtime.CompilerServices.Unsafe";
    private const string Marshal = "System.Runtime.InteropServices.MemoryMarshal";

    /// <summary>The making that the expression is; null where its owner made the value or the type has none.</summary>
    public Making? Of(IOperation operation) => operation switch
    {
        IDefaultValueOperation { IsImplicit: false, Type: { } type } when isOwned(type) => Made(operation, type, "'default'"),
        IObjectCreationOperation { Type: { } type, Constructor: null or { IsImplicitlyDeclared: true, Parameters.IsEmpty: true } }
            when isOwned(type) => Made(operation, type, "'new'"),
        ITypeParameterObjectCreationOperation { Type: { } type } when isOwned(type) => Made(operation, type, "'new'"),
        IConversionOperation { Type: IPointerTypeSymbol { PointedAtType: var type }, OperatorMethod: null } cast
            when isOwned(type) && !IsNull(cast.Operand) && !ComesFrom(cast.Operand, type) => Made(operation, type, "a pointer cast"),
        IArrayCreationOperation { Initializer: null, Type: IArrayTypeSymbol { ElementType: var type } } array
            when isOwned(type) && !IsEmpty(array) => Room(operation, type, "an array without values"),
        IObjectCreationOperation { Type: { } span, Arguments: [{ Value: var start }, ..] }
            when OwnerTypes.ElementOf(span) is { } type && isOwned(type) && start.Type is IPointerTypeSymbol && !ComesFrom(start, type) =>
            Made(operation, type, "a span over other memory"),
        IInvocationOperation call => OfCall(call),
        IPropertyReferenceOperation { Property: { GetMethod: { } getter } property } read
            when property.OriginalDefinition.Type is ITypeParameterSymbol parameter && isOwned(property.Type)
                && summaries.Returns(getter, parameter) => Made(read, property.Type, $"'{property.Name}'"),
        _ => OfStack(operation),
    };

    /// <summary>The making that a call leaves in an <c>out</c> argument.</summary>
    public Making? OfOut(IArgumentOperation argument) =>
        argument is { Parameter: { } parameter, Parent: IInvocationOperation call }
        && parameter.OriginalDefinition.Type is ITypeParameterSymbol declared
        && isOwned(parameter.Type)
        && (IsNamed(call.TargetMethod, Unsafe, "SkipInit")
            || summaries.HandsOut(call.TargetMethod, parameter.OriginalDefinition, declared))
            ? Made(call, parameter.Type, NameOf(call.TargetMethod))
            : null;

    private Making? OfCall(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        if (call.Arguments is [{ Value: ITypeOfOperation { TypeOperand: var asked } }] && isOwned(asked)
            && (IsNamed(method, "System.Runtime.CompilerServices.RuntimeHelpers", "GetUninitializedObject") || IsNamed(method, "System.Activator", "CreateInstance")))
        {
            return Made(call, asked, NameOf(method));
        }

        ITypeSymbol? type = isOwned(method.ReturnType) ? method.ReturnType : OwnerTypes.ElementOf(method.ReturnType);
        if (type is null || !isOwned(type))
        {
            return null;
        }

        bool conjures = method.ContainingType?.ToDisplayString() switch
        {
            Unsafe => method.Name is "As" or "AsRef" or "BitCast" or "Read" or "ReadUnaligned" or "NullRef",
            Marshal => method.Name is "Read" or "AsRef" or "Cast",
            "System.Runtime.InteropServices.Marshal" => method.Name is "PtrToStructure",
            "System.Activator" => method.Name is "CreateInstance",
            "System.GC" => method.Name is "AllocateUninitializedArray" or "AllocateArray",
            _ => method.OriginalDefinition.ReturnType is ITypeParameterSymbol parameter && summaries.Returns(method, parameter),
        };
        return !conjures || IsGiven(call, type) ? null
            : method.ReturnType is IArrayTypeSymbol ? Room(call, type, NameOf(method)) : Made(call, type, NameOf(method));
    }

    // `stackalloc` has no operation of its own.
    private Making? OfStack(IOperation operation)
    {
        if (operation.Syntax is StackAllocArrayCreationExpressionSyntax { Initializer: null, Type: ArrayTypeSyntax array }
            && operation.Kind == OperationKind.None
            && model?.GetTypeInfo(array.ElementType).Type is { } type
            && isOwned(type))
        {
            return Room(operation, type, "'stackalloc'");
        }

        return null;
    }

    /// <summary>Whether an argument brings a value of the type, or a pointer or reference to one.</summary>
    private static bool IsGiven(IInvocationOperation call, ITypeSymbol type)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: not RefKind.Out }
                && (SymbolEqualityComparer.Default.Equals(argument.Value.Type, type) || ComesFrom(argument.Value, type)))
            {
                return call.TargetMethod.ContainingType?.ToDisplayString() is Unsafe or Marshal;
            }
        }

        return false;
    }

    private static bool ComesFrom(IOperation value, ITypeSymbol type) =>
        OwnerTypes.ElementOf(value.Innermost().Type) is { } pointed && SymbolEqualityComparer.Default.Equals(pointed, type);

    private static bool IsNull(IOperation value) => value.Innermost().ConstantValue is { HasValue: true, Value: null or 0 };

    private static bool IsEmpty(IArrayCreationOperation array)
    {
        foreach (IOperation size in array.DimensionSizes)
        {
            if (size.ConstantValue is { HasValue: true, Value: 0 })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamed(IMethodSymbol method, string type, string name) =>
        method.Name == name && method.ContainingType?.ToDisplayString() == type;

    private static string NameOf(IMethodSymbol method) => $"'{method.ContainingType?.Name}.{method.Name}'";

    private static Making Made(IOperation operation, ITypeSymbol type, string how) => new(operation.Syntax, type, how);

    private static Making Room(IOperation operation, ITypeSymbol type, string how) => new(operation.Syntax, type, how, isStorage: true);
}
