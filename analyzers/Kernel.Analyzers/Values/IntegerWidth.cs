using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Values;

/// <summary>How many bits an integer type has, and whether it has a sign. Pointers and native integers have the width of the target.</summary>
public readonly struct IntegerWidth(int bits, bool isSigned)
{
    public int Bits { get; } = bits;

    public bool IsSigned { get; } = isSigned;

    /// <summary>All values of the type.</summary>
    public ValueRange Range => ValueRange.OfBits(Bits, IsSigned);

    /// <summary>The values that the type holds without losing a bit, whatever the sign is then taken for.</summary>
    public ValueRange Capacity => new(ValueRange.OfBits(Bits, isSigned: true).Minimum, ValueRange.OfBits(Bits, isSigned: false).Maximum);

    /// <summary>The width of an integer, an enum, a pointer, or a nullable one of these; null for all other types.</summary>
    public static IntegerWidth? Of(ITypeSymbol? type, int pointerBits) => type?.SpecialType switch
    {
        null => null,
        SpecialType.System_Byte => new(8, false),
        SpecialType.System_SByte => new(8, true),
        SpecialType.System_UInt16 or SpecialType.System_Char => new(16, false),
        SpecialType.System_Int16 => new(16, true),
        SpecialType.System_UInt32 => new(32, false),
        SpecialType.System_Int32 => new(32, true),
        SpecialType.System_UInt64 => new(64, false),
        SpecialType.System_Int64 => new(64, true),
        SpecialType.System_IntPtr => new(pointerBits, true),
        SpecialType.System_UIntPtr => new(pointerBits, false),
        SpecialType.None when type is IPointerTypeSymbol or IFunctionPointerTypeSymbol => new(pointerBits, false),
        SpecialType.None when Underlying(type) is var underlying && !ReferenceEquals(underlying, type) => Of(underlying, pointerBits),
        _ => null,
    };

    /// <summary>Whether values of the type are as wide as a pointer of the target: a pointer, a function pointer, <c>nint</c>, <c>nuint</c>.</summary>
    public static bool IsPointerSized(ITypeSymbol? type) =>
        Underlying(type) is IPointerTypeSymbol
            or IFunctionPointerTypeSymbol
            or { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr };

    // Asked of nearly every expression: the kind of the type is the cheapest question.
    private static ITypeSymbol? Underlying(ITypeSymbol? type) => type?.TypeKind switch
    {
        TypeKind.Enum => ((INamedTypeSymbol)type).EnumUnderlyingType ?? type,
        TypeKind.Struct when type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable =>
            Underlying(nullable.TypeArguments[0]),
        _ => type,
    };
}
