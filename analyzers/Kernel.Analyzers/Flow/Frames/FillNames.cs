using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Knows by name the functions that fill or copy memory: <c>memset</c>, <c>rep stos</c>, <c>ZeroPage</c>, where no body says what they do.</summary>
internal sealed class FillNames(ConstantAmounts amounts)
{
    private static readonly ImmutableArray<string> s_sources =
        ["load", "fetch", "recv", "receive", "decompress", "inflate", "unpack", "decrypt", "fill", "restore", "populate", "import"];

    /// <summary>What the call fills, and how much of it; false if its name says nothing of the kind.</summary>
    /// <param name="call">What is called.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="values">Which frames these lead to.</param>
    /// <param name="target">The memory that is filled.</param>
    /// <param name="extent">How much of it.</param>
    public bool TryRead(IMethodSymbol call, IReadOnlyList<IArgumentOperation> arguments, IReadOnlyDictionary<int, FrameValue> values,
        out FrameValue target, out FillExtent extent)
    {
        target = FrameValue.Untracked;
        extent = FillExtent.None;
        if (arguments.Count == 0 || !values.TryGetValue(0, out target))
        {
            return false;
        }

        string name = call.Name;
        if (arguments.Count == 3 && UnitOf(name, arguments[0].Parameter) is { } unit)
        {
            bool copies = Copies(name);
            (IOperation value, IOperation count) = InOrder(arguments, call);
            extent = copies || MemoryFills.IsZero(value) ? MemoryFills.Filled(target, amounts.Of(copies ? ArgumentAt(arguments, 2) : count) * unit, 0)
                : value.ConstantValue.HasValue ? FillExtent.None : FillExtent.Unknown;
            return true;
        }

        if (!Zeroes(name))
        {
            return false;
        }

        extent = arguments.Count == 1 ? WholeOf(target) : Cleared(arguments, target);
        return true;
    }

    // A number that is too small for the bytes of a frame may count entries, or pages.
    private FillExtent Cleared(IReadOnlyList<IArgumentOperation> arguments, FrameValue target)
    {
        IOperation last = arguments[arguments.Count - 1].Value;
        string counts = arguments[arguments.Count - 1].Parameter?.Name ?? "";
        bool inBytes = arguments[0].Parameter?.Type is not IPointerTypeSymbol { PointedAtType.SpecialType: not (SpecialType.System_Void or SpecialType.System_Byte) }
            && (Words.Has(counts, "size") || Words.Has(counts, "len") || Words.Has(counts, "byte") || counts is "n");
        return amounts.Of(last) is not { } amount ? FillExtent.Unknown
            : amount >= MemoryFills.FrameBytes ? WholeOf(target)
            : inBytes ? FillExtent.Part
            : FillExtent.Unknown;
    }

    private static FillExtent WholeOf(FrameValue target) => target.Interior ? FillExtent.Unknown : FillExtent.Whole;

    /// <summary>How many bytes a unit of the count has; null if the name is not that of a fill or copy.</summary>
    private static long? UnitOf(string name, IParameterSymbol? destination)
    {
        if (Words.EndsIn(name, "stosq") || Words.EndsIn(name, "movsq") || Words.EndsIn(name, "memset64"))
        {
            return 8;
        }

        if (Words.EndsIn(name, "stosd") || Words.EndsIn(name, "movsd") || Words.EndsIn(name, "memset32"))
        {
            return 4;
        }

        if (Words.EndsIn(name, "stosw") || Words.EndsIn(name, "movsw") || Words.EndsIn(name, "memset16"))
        {
            return 2;
        }

        if (Words.EndsIn(name, "stosb") || Words.EndsIn(name, "movsb") || Words.Has(name, "memset") || Words.Has(name, "memcpy")
            || Words.Has(name, "memmove") || Words.Has(name, "MemCopy") || Words.Has(name, "CopyMemory")
            || Words.Has(name, "SetMemory") || Words.Has(name, "FillMemory") || Words.Has(name, "MemFill"))
        {
            return 1;
        }

        return destination?.Type is IPointerTypeSymbol { PointedAtType: var element } && name is "Fill" or "Set" ? TypeSizes.Of(element) : null;
    }

    private static bool Copies(string name) =>
        Words.Has(name, "cpy") || Words.Has(name, "move") || Words.Has(name, "movs") || Words.Has(name, "copy");

    // `memset(p, 0, n)`; `FillMemory(p, n, 0)` says by its parameter names that it is the other way round.
    private static (IOperation Value, IOperation Count) InOrder(IReadOnlyList<IArgumentOperation> arguments, IMethodSymbol call)
    {
        IOperation second = ArgumentAt(arguments, 1);
        IOperation third = ArgumentAt(arguments, 2);
        string name = call.Parameters.Length > 1 ? call.Parameters[1].Name : "";
        bool swapped = Words.Has(name, "len") || Words.Has(name, "size") || Words.Has(name, "count") || name is "n";
        return swapped ? (third, second) : (second, third);
    }

    private static IOperation ArgumentAt(IReadOnlyList<IArgumentOperation> arguments, int ordinal)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
            {
                return argument.Value;
            }
        }

        return arguments[ordinal].Value;
    }

    /// <summary>Whether a function with this name zeroes what it is given.</summary>
    public static bool Zeroes(string name) =>
        name.StartsWith("Zero", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Clear", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Wipe", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Scrub", StringComparison.OrdinalIgnoreCase)
        || Words.EndsIn(name, "zero") || Words.EndsIn(name, "clear") || Words.EndsIn(name, "bzero") || Words.EndsIn(name, "zeroMemory") || Words.EndsIn(name, "clear_page")
        || Words.Has(name, "zero_page") || Words.Has(name, "memzero") || Words.Has(name, "memclr");

    /// <summary>Whether a function with this name puts something into the memory that it is given: <c>ReadSector</c>, <c>Inflate</c>, <c>insw</c>.</summary>
    public static bool ReadsInto(string name) => AnyBegins(name.StartsWith("Try", StringComparison.Ordinal) ? name.Substring("Try".Length) : name)
        || Words.Has(name, "read") || Words.Has(name, "copy") || Words.Has(name, "PageIn")
        || Words.Has(name, "SwapIn") || Words.EndsIn(name, "insb") || Words.EndsIn(name, "insw") || Words.EndsIn(name, "insd");

    private static bool AnyBegins(string name)
    {
        foreach (string word in s_sources)
        {
            if (name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
