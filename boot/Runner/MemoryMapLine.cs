using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kernel.Runner;

/// <summary>One range of the guest's physical memory map, as the guest prints it in a comment.</summary>
/// <param name="First">The address of the first byte.</param>
/// <param name="Last">The address of the last byte.</param>
/// <param name="Kind">What the range is to the kernel: <c>usable</c>, <c>reserved</c>, <c>kernel image</c>, …</param>
public sealed partial record MemoryMapLine(ulong First, ulong Last, string Kind)
{
    private static readonly string[] _units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>The size in bytes; a map has no range of all 2^64.</summary>
    public ulong Bytes => checked(Last - First + 1);

    /// <summary>Reads <c>memory 0x0-0xfff usable 4 KiB</c>, the text of a comment; null when it is something else.</summary>
    public static MemoryMapLine? Parse(string comment)
    {
        Match match = Pattern().Match(comment);
        if (!match.Success
            || !ulong.TryParse(match.Groups["first"].ValueSpan, NumberStyles.AllowHexSpecifier, null, out ulong first)
            || !ulong.TryParse(match.Groups["last"].ValueSpan, NumberStyles.AllowHexSpecifier, null, out ulong last)
            || last < first
            || (first == 0 && last == ulong.MaxValue))
        {
            return null;
        }

        return new MemoryMapLine(first, last, match.Groups["kind"].Value);
    }

    /// <summary>The range in columns, its size in the largest unit that keeps it above one.</summary>
    public override string ToString()
    {
        double size = Bytes / 1024.0;
        int unit = 0;
        while (size >= 1024 && unit < _units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return $"0x{First:x16}-0x{Last:x16}  {Kind,-14} {size,6:0.#} {_units[unit]}";
    }

    [GeneratedRegex("^memory 0x(?<first>[0-9a-f]{1,16})-0x(?<last>[0-9a-f]{1,16}) (?<kind>.+?)(?: [0-9]+ KiB)?$")]
    private static partial Regex Pattern();
}
