using Internal.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime;

/// <summary>Casts that are decided at run time; ilc looks the names up.</summary>
/// <remarks>
/// The only objects are the strings, arrays and boxes that were frozen into the image. Their types have no derived types, so an
/// object is of the type asked for exactly when its type pointer is that type's.
/// </remarks>
internal static unsafe class TypeCast
{
    private static object? IsInstanceOfAny(MethodTable* type, object? value) => IsExactly(type, value) ? value : null;

    private static object? IsInstanceOfInterface(MethodTable* type, object? value) => IsExactly(type, value) ? value : null;

    private static object? IsInstanceOfClass(MethodTable* type, object? value) => IsExactly(type, value) ? value : null;

    private static bool IsInstanceOfException(MethodTable* type, object? value) => IsExactly(type, value);

    private static object? CheckCastAny(MethodTable* type, object? value) => Check(type, value);

    private static object? CheckCastInterface(MethodTable* type, object? value) => Check(type, value);

    private static object? CheckCastClass(MethodTable* type, object? value) => Check(type, value);

    private static object? CheckCastClassSpecial(MethodTable* type, object? value) => Check(type, value);

    private static bool IsExactly(MethodTable* type, object? value) => value is not null && value.m_pEEType == type;

    private static object? Check(MethodTable* type, object? value)
    {
        if (value is not null && value.m_pEEType != type)
        {
            ThrowHelpers.Fail("a cast to a type that the object is not of"u8);
        }

        return value;
    }
}
