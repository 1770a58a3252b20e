using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>What the names of variables and members say of the numbers in them, where neither their type nor a contract does.</summary>
internal static class OperandNames
{
    private static readonly ImmutableHashSet<string> s_picture =
    [
        "col", "cols", "column", "columns", "height", "line", "lines", "pitch", "pixel", "pixels", "res", "resolution", "row", "rows", "scanline",
        "stride", "w", "h", "width", "x", "y",
    ];

    private static readonly ImmutableHashSet<string> s_pages = ["frame", "frames", "page", "pages"];

    private static readonly ImmutableHashSet<string> s_blocks = ["block", "blocks", "cluster", "clusters", "sector", "sectors"];

    private static readonly ImmutableHashSet<string> s_segments = ["seg", "segment"];

    private static readonly ImmutableHashSet<string> s_lower = ["lo", "low", "lower"];

    private static readonly ImmutableHashSet<string> s_upper = ["hi", "high", "upper"];

    private static readonly ImmutableHashSet<string> s_registers = ["reg", "register", "registers"];

    private static readonly ImmutableHashSet<string> s_windows = ["apic", "bar", "ioapic", "lapic", "mmio"];

    private static readonly ImmutableHashSet<string> s_sizes = ["bytes", "len", "length", "limit", "memsz", "filesz", "shift", "size"];

    private static readonly ImmutableHashSet<string> s_addresses =
        ["addr", "address", "pa", "paddr", "phys", "physical", "va", "vaddr", "virt", "virtual"];

    private static readonly ImmutableHashSet<string> s_places =
    [
        "addr", "address", "base", "begin", "first", "off", "offset", "pa", "paddr", "origin", "phys", "physical", "start", "va", "vaddr", "virt", "virtual",
    ];

    /// <summary>Whether the number measures a picture: its width, a place in it, a row of it.</summary>
    public static bool SpeakOfPicture(IOperation operand) => HasWord(operand, s_picture);

    /// <summary>What a name says beside <c>low</c>; null where it does not say that.</summary>
    public static string? WithoutLowerHalf(string name) => Without(name, s_lower);

    /// <summary>What a name says beside <c>high</c>; null where it does not say that.</summary>
    public static string? WithoutUpperHalf(string name) => Without(name, s_upper);

    /// <summary>Whether the number counts the blocks of a disk, or is the size of one.</summary>
    public static bool SpeakOfBlocks(IOperation operand) => HasWord(operand, s_blocks);

    /// <summary>Whether the number is a segment of real mode, which begins every 16 bytes.</summary>
    public static bool SpeakOfSegment(IOperation operand) => HasWord(operand, s_segments);

    /// <summary>Whether the number counts pages or frames, or is the size of one.</summary>
    public static bool SpeakOfPages(IOperation operand) => HasWord(operand, s_pages);

    /// <summary>Whether the number is a size, as of a page.</summary>
    public static bool SpeakOfSize(IOperation operand) => HasWord(operand, s_sizes);

    /// <summary>Whether the number is an address.</summary>
    public static bool SpeakOfAddress(IOperation operand) => HasWord(operand, s_addresses);

    /// <summary>Whether the number is where something begins.</summary>
    public static bool SpeakOfPlace(IOperation operand) => HasWord(operand, s_places);

    /// <summary>Whether the sum is a register's place in the window of a device, not the end of that window.</summary>
    public static bool SpeakOfRegister(IOperation left, IOperation right) =>
        (HasWord(left, s_registers) || HasWord(right, s_registers) || HasWord(left, s_windows) || HasWord(right, s_windows))
        && !HasWord(left, s_sizes) && !HasWord(right, s_sizes);

    private static bool HasWord(IOperation operand, ImmutableHashSet<string> words)
    {
        foreach (IOperation part in operand.DescendantsAndSelf())
        {
            if (NameOf(part) is { } name && HasWord(name, words))
            {
                return true;
            }
        }

        return false;
    }

    private static string? NameOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation member => member.Member.Name,
        IInvocationOperation call => call.TargetMethod.Name,
        _ => null,
    };

    private static bool HasWord(string name, ImmutableHashSet<string> words)
    {
        foreach (string word in WordsOf(name))
        {
            if (words.Contains(word))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Without(string name, ImmutableHashSet<string> words) =>
        HasWord(name, words) ? string.Concat(WordsOf(name).Where(word => !words.Contains(word))) : null;

    // `srcStride`, `BytesPerPixel`, `BAR0`, `y_offset`, `XRes`: a word begins behind what is no letter, and where a small letter may follow.
    private static IEnumerable<string> WordsOf(string name)
    {
        int start = 0;
        for (int index = 1; index <= name.Length; index++)
        {
            bool ends = index == name.Length
                || !char.IsLetter(name[index])
                || !char.IsLetter(name[index - 1])
                || (char.IsUpper(name[index]) && (char.IsLower(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1]))));
            if (ends)
            {
                yield return name.Substring(start, index - start).ToLowerInvariant();
                start = index;
            }
        }
    }
}
