using System.Runtime.CompilerServices;

namespace Kernel.Addresses;

/// <summary>The rule behind canonical addresses: the bits above the translated ones repeat the highest of them.</summary>
internal static class SignExtension
{
    /// <summary>Whether <paramref name="value"/> is the sign extension of its low <paramref name="bits"/> bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool FitsIn(ulong value, int bits)
    {
        ulong above = value >> (bits - 1);
        return above == 0 || above == ulong.MaxValue >> (bits - 1);
    }
}
