using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>Where compiled code goes when a rule of the language is broken. ilc looks the names up; each ends in a panic.</summary>
internal static unsafe class ThrowHelpers
{
    private static delegate*<ReadOnlySpan<byte>, void> _handler;

    /// <summary>Installs what ends the guest. It must not return.</summary>
    public static void Install(delegate*<ReadOnlySpan<byte>, void> handler) => _handler = handler;

    /// <summary>Ends the guest with <paramref name="what"/> as the reason.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(ReadOnlySpan<byte> what)
    {
        // SAFETY: the pointer is null or the handler that bring-up installed.
        if (_handler != null)
        {
            _handler(what);
        }

        while (true)
        {
            // Nothing may run after a broken rule, and before bring-up nobody listens.
        }
    }

    internal static void ThrowOverflowException() => Fail("an arithmetic overflow"u8);

    internal static void ThrowIndexOutOfRangeException() => Fail("an index outside of its range"u8);

    internal static void ThrowArgumentOutOfRangeException() => Fail("an argument outside of its range"u8);

    internal static void ThrowArgumentException() => Fail("an argument that makes no sense"u8);

    internal static void ThrowDivideByZeroException() => Fail("a division by zero"u8);

    internal static void ThrowNullReferenceException() => Fail("a null reference"u8);

    internal static void ThrowArrayTypeMismatchException() => Fail("an element of the wrong type"u8);

    internal static void ThrowPlatformNotSupportedException() => Fail("an instruction this processor lacks"u8);

    internal static void ThrowNotImplementedException() => Fail("a method without a body"u8);

    internal static void ThrowNotSupportedException() => Fail("an unsupported operation"u8);

    internal static void ThrowInvalidProgram() => Fail("a method that is not valid code"u8);

    internal static void ThrowFeatureBodyRemoved() => Fail("a method of a feature left out"u8);

    internal static void ThrowInstanceBodyRemoved() => Fail("an instance method of a type never made"u8);

    internal static void ThrowUnavailableType() => Fail("a type that was left out"u8);

    internal static void ThrowBadImageFormat() => Fail("a type that cannot be loaded"u8);
}
