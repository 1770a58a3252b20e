using System;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>What <c>ldtoken</c> becomes where the JIT has not removed it; ilc looks the names up while it scans.</summary>
internal static class LdTokenHelpers
{
    private static RuntimeTypeHandle GetRuntimeTypeHandle(nint type) => Unsafe.BitCast<nint, RuntimeTypeHandle>(type);

    private static RuntimeMethodHandle GetRuntimeMethodHandle(nint method) => Unsafe.BitCast<nint, RuntimeMethodHandle>(method);

    private static RuntimeFieldHandle GetRuntimeFieldHandle(nint field) => Unsafe.BitCast<nint, RuntimeFieldHandle>(field);

    private static RuntimeType? GetRuntimeType(nint type)
    {
        ThrowHelpers.Fail("a type asked for at run time"u8);
        return null;
    }
}
