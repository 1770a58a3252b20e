using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>The size of a type in bytes, as its declaration fixes it.</summary>
internal static class TypeSizes
{
    private const int MaximumDepth = 8;

    /// <summary>The size; null where it depends on the target or on a type argument.</summary>
    public static long? Of(ITypeSymbol? type) => Of(type, 0)?.Size;

    private static (long Size, long Alignment)? Of(ITypeSymbol? type, int depth)
    {
        if (type is null || depth > MaximumDepth)
        {
            return null;
        }

        if (type is INamedTypeSymbol { EnumUnderlyingType: { } underlying })
        {
            return Of(underlying, depth + 1);
        }

        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean or SpecialType.System_SByte or SpecialType.System_Byte: return (1, 1);
            case SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16: return (2, 2);
            case SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single: return (4, 4);
            case SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double: return (8, 8);
        }

        return type is INamedTypeSymbol { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } structure
            ? OfVector(structure) ?? OfStruct(structure, depth) : null;
    }

    // A reference assembly does not show their fields.
    private static (long Size, long Alignment)? OfVector(INamedTypeSymbol type) => type.ContainingNamespace?.Name is not ("Intrinsics" or "System") ? null : type.Name switch
    {
        "Vector64" => (8, 8),
        "Vector128" or "Int128" or "UInt128" => (16, 16),
        "Vector256" => (32, 32),
        "Vector512" => (64, 64),
        _ => null,
    };

    private static (long Size, long Alignment)? OfStruct(INamedTypeSymbol type, int depth)
    {
        long declared = 0;
        long repeated = 1;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            switch (attribute.AttributeClass?.Name)
            {
                case "InlineArrayAttribute" when attribute.ConstructorArguments is [{ Value: int length }]:
                    repeated = length;
                    break;
                case "StructLayoutAttribute":
                    if (attribute.ConstructorArguments is [{ Value: int and not 0 }])
                    {
                        return null;
                    }

                    foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
                    {
                        if (argument.Key == "Pack")
                        {
                            return null;
                        }

                        declared = argument is { Key: "Size", Value.Value: int size } ? size : declared;
                    }

                    break;
            }
        }

        long end = 0;
        long alignment = 1;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not IFieldSymbol { IsStatic: false } field)
            {
                continue;
            }

            ITypeSymbol fieldType = field.IsFixedSizeBuffer && field.Type is IPointerTypeSymbol buffer ? buffer.PointedAtType
                : field.Type;
            bool hidden = field.Name.StartsWith("_dummy", StringComparison.Ordinal) && field.DeclaringSyntaxReferences.IsEmpty;
            if (hidden || field.RefKind != RefKind.None || Of(fieldType, depth + 1) is not { } inner)
            {
                return null;
            }

            alignment = Math.Max(alignment, inner.Alignment);
            end = RoundUp(end, inner.Alignment) + (inner.Size * (field.IsFixedSizeBuffer ? field.FixedSize : 1));
        }

        long natural = Math.Max(1, RoundUp(end, alignment)) * repeated;
        return (Math.Max(natural, declared), alignment);
    }

    private static long RoundUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
