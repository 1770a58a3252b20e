using System;
using System.Globalization;

namespace Kernel.Runner;

/// <summary>An amount of guest memory in bytes, written as QEMU writes it: a number and K, M or G (powers of 1024).</summary>
public readonly record struct MemorySize(ulong Bytes)
{
    private const ulong Kibibyte = 1UL << 10;
    private const ulong Mebibyte = 1UL << 20;
    private const ulong Gibibyte = 1UL << 30;

    /// <summary>The least the runner gives a guest, 32 MiB: the suites want more than 16 MiB beside image and firmware.</summary>
    public static MemorySize Least { get; } = new(32 * Mebibyte);

    /// <summary>The most the runner gives a guest, 1 TiB: what QEMU's emulated processor can address.</summary>
    public static MemorySize Most { get; } = new(1024 * Gibibyte);

    /// <summary>Reads <c>512M</c>, <c>2g</c> or <c>65536K</c>; a number alone counts MiB, as in QEMU.</summary>
    /// <returns>Whether <paramref name="text"/> is a size between <see cref="Least"/> and <see cref="Most"/> in whole
    /// MiB.</returns>
    public static bool TryParse(string text, out MemorySize size)
    {
        ArgumentNullException.ThrowIfNull(text);
        size = default;
        if (text.Length == 0)
        {
            return false;
        }

        ulong unit = char.ToUpperInvariant(text[^1]) switch
        {
            'K' => Kibibyte,
            'M' => Mebibyte,
            'G' => Gibibyte,
            _ => 0,
        };
        ReadOnlySpan<char> digits = unit == 0 ? text : text.AsSpan(0, text.Length - 1);
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count)
            || count > Most.Bytes)
        {
            return false;
        }

        // At most 2^40 * 2^30: the product cannot wrap in 128 bits.
        UInt128 bytes = (UInt128)count * (unit == 0 ? Mebibyte : unit);
        if (bytes < Least.Bytes || bytes > Most.Bytes || bytes % Mebibyte != 0)
        {
            return false;
        }

        size = new MemorySize((ulong)bytes);
        return true;
    }

    /// <summary>The size as QEMU's <c>-m</c> takes it.</summary>
    public override string ToString() =>
        Bytes % Gibibyte == 0
            ? $"{Bytes / Gibibyte}G"
            : $"{Bytes / Mebibyte}M";
}
