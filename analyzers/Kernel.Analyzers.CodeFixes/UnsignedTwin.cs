using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Through what a signed integer is widened with zeros.</summary>
internal static class UnsignedTwin
{
    /// <summary>The unsigned integer as wide as this one; null where this is none with a sign, or has 64 bits.</summary>
    public static ITypeSymbol? Of(ITypeSymbol? signed, Compilation compilation) => signed?.SpecialType switch
    {
        SpecialType.System_SByte => compilation.GetSpecialType(SpecialType.System_Byte),
        SpecialType.System_Int16 => compilation.GetSpecialType(SpecialType.System_UInt16),
        SpecialType.System_Int32 => compilation.GetSpecialType(SpecialType.System_UInt32),
        SpecialType.System_IntPtr => compilation.CreateNativeIntegerTypeSymbol(signed: false),
        _ => null,
    };
}
