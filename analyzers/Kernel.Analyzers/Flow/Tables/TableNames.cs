using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Tables;

/// <summary>Names that page tables have as other things have them too: they count only beside what is done with the memory.</summary>
internal static class TableNames
{
    private static readonly ImmutableArray<string> s_tables =
    [
        "dir", "directory", "table", "tbl", "entry", "entries", "parent", "child", "root", "slot", "leaf", "level", "pd", "pt", "pdp", "pdt", "ptab",
        "ptable", "ept", "npt", "l0", "l1", "l2", "l3", "l4", "l5", "p1", "p2", "p3", "p4", "p5", "pml1", "pml2", "pml3",
    ];

    private static readonly ImmutableArray<string> s_others =
        ["gdt", "idt", "ldt", "tss", "ring", "bitmap", "queue", "trb", "prdt", "msi", "vector", "fifo", "descriptor", "stack"];

    private static readonly ImmutableArray<string> s_subjects =
        ["pag", "vmm", "mmu", "virt", "mapper", "addressspace", "translat", "ept", "npt", "pte", "sv39", "sv48"];

    /// <summary>Whether a table may have the name.</summary>
    public static bool MayBeTable(string name)
    {
        string bare = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        foreach (string word in s_tables)
        {
            if (TranslationNames.EndsInWord(name, word) || TranslationNames.EndsInWord(bare, word)
                || name.TrimStart('_').StartsWith(word + "_", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the name says that the memory is another table of the processor's or a device's.</summary>
    public static bool IsOtherTable(ISymbol symbol) => HasAny(symbol.Name, s_others) || (symbol.ContainingType is { } type && HasAny(type.Name, s_others));

    /// <summary>Whether the method or its type has a name that says that it translates addresses.</summary>
    public static bool IsAboutTranslation(IMethodSymbol method) =>
        HasAny(method.Name, s_subjects) || (method.ContainingType is { } type && HasAny(type.Name, s_subjects));

    private static bool HasAny(string name, ImmutableArray<string> words)
    {
        foreach (string word in words)
        {
            if (TranslationNames.Has(name, word))
            {
                return true;
            }
        }

        return false;
    }
}
