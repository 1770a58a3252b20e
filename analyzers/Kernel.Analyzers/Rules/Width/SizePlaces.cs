using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>The places that take the size of a piece of memory: of an allocation, a copy, a fill, or a span.</summary>
/// <remarks>
/// Those of the core library are known by the names of their types and parameters. In other methods a parameter is a size if its name
/// says so and the same method takes or returns a pointer or an address.
/// </remarks>
internal static class SizePlaces
{
    private static readonly ImmutableHashSet<string> s_types =
    [
        "Array", "ArrayPool", "Buffer", "GC", "Marshal", "Memory", "MemoryMarshal", "NativeMemory", "ReadOnlyMemory", "ReadOnlySpan", "Span", "Unsafe",
    ];

    private static readonly ImmutableHashSet<string> s_parameters =
    [
        "byteCount", "cb", "count", "destinationSizeInBytes", "elementCount", "elementSize", "length", "minimumLength", "newSize",
        "sourceBytesToCopy",
    ];

    private static readonly ImmutableArray<string> s_words = ["size", "length", "bytes", "count", "pages", "frames"];

    /// <summary>Whether the value is the size of memory where it is put.</summary>
    public static bool Takes(IOperation place) => place switch
    {
        IArgumentOperation { Parameter: { } parameter } => IsSize(parameter),
        IArrayCreationOperation => true,
        { Kind: OperationKind.None, Syntax: StackAllocArrayCreationExpressionSyntax } => true,
        _ => false,
    };

    private static bool IsSize(IParameterSymbol parameter)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol method)
        {
            return false;
        }

        return IsOfSystem(method.ContainingType)
            ? s_types.Contains(method.ContainingType.Name) && s_parameters.Contains(parameter.OriginalDefinition.Name)
            : IsNamedAsSize(parameter.Name) && TellsOfMemory(method, parameter);
    }

    private static bool IsOfSystem(INamedTypeSymbol? type)
    {
        INamespaceSymbol? space = type?.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
        {
            space = space.ContainingNamespace;
        }

        return space?.Name == "System";
    }

    private static bool IsNamedAsSize(string name)
    {
        foreach (string word in s_words)
        {
            if (name.EndsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TellsOfMemory(IMethodSymbol method, IParameterSymbol size)
    {
        if (IsMemory(method.ReturnType)
            || Contract.FindOnReturn(method, Contract.AddressValue) is not null
            || (!method.IsStatic && AddressTypes.IsDeclared(method.ContainingType)))
        {
            return true;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (!SymbolEqualityComparer.Default.Equals(parameter, size)
                && (IsMemory(parameter.Type) || Contract.Has(parameter, Contract.AddressValue)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMemory(ITypeSymbol type) => type is IPointerTypeSymbol || AddressTypes.IsDeclared(type);
}
