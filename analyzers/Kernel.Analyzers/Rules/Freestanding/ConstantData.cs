using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>Recognises the array and collection syntax that the compiler turns into data of the image or into stack memory.</summary>
internal static class ConstantData
{
    /// <summary>Whether the array is only constants seen through a read-only span: the compiler puts them into the image.</summary>
    public static bool IsSpanOf(IArrayCreationOperation array, Compilation compilation) =>
        array.Type is IArrayTypeSymbol { Rank: 1, ElementType: var element }
        && array.Initializer is { } initializer
        && AreConstants(initializer.ElementValues)
        && CanBeData(element, compilation)
        && array.Parent switch
        {
            IConversionOperation conversion => IsReadOnlySpan(conversion.Type),
            IArgumentOperation { Parent: IObjectCreationOperation { Arguments.Length: 1 } creation } => IsReadOnlySpan(creation.Type),
            _ => false,
        };

    /// <summary>Whether the collection is a span whose elements the compiler puts into the image or into an inline array on the stack.</summary>
    public static bool IsOnStack(CollectionExpressionSyntax collection, ITypeSymbol? type, SemanticModel model)
    {
        if (!(IsReadOnlySpan(type) || IsSpan(type)) || type is not INamedTypeSymbol span)
        {
            return type is { IsValueType: true };
        }

        bool areConstants = true;
        foreach (CollectionElementSyntax element in collection.Elements)
        {
            if (element is not ExpressionElementSyntax { Expression: { } value })
            {
                return false;
            }

            areConstants &= model.GetConstantValue(value).HasValue;
        }

        return collection.Elements.Count == 0
            || Has(model.Compilation, "System.Runtime.CompilerServices.InlineArrayAttribute")
            || (IsReadOnlySpan(span) && areConstants && CanBeData(span.TypeArguments[0], model.Compilation));
    }

    private static bool AreConstants(ImmutableArray<IOperation> values)
    {
        foreach (IOperation value in values)
        {
            if (!value.ConstantValue.HasValue)
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanBeData(ITypeSymbol element, Compilation compilation)
    {
        ITypeSymbol stored = element is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying : element;
        return stored.SpecialType switch
        {
            SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Boolean => true,
            SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32
                or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Single
                or SpecialType.System_Double => HasCreateSpan(compilation),
            _ => false,
        };
    }

    // Wider elements go through RuntimeHelpers.CreateSpan; a core library without it gets a heap array.
    private static bool HasCreateSpan(Compilation compilation) =>
        compilation.GetTypeByMetadataName("System.Runtime.CompilerServices.RuntimeHelpers") is { } helpers
        && !helpers.GetMembers("CreateSpan").IsEmpty;

    private static bool Has(Compilation compilation, string type) => compilation.GetTypeByMetadataName(type) is not null;

    private static bool IsReadOnlySpan(ITypeSymbol? type) => IsSystemType(type, "ReadOnlySpan");

    private static bool IsSpan(ITypeSymbol? type) => IsSystemType(type, "Span");

    private static bool IsSystemType(ITypeSymbol? type, string name) =>
        type is INamedTypeSymbol { Arity: 1, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
        && type.Name == name;
}
