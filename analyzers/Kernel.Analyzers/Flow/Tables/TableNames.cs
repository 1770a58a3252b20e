using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
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
        ["gdt", "idt", "ldt", "tss", "interrupt", "segment", "cache", "file", "dirent", "acpi", "ring", "bitmap", "queue", "trb", "prdt", "msi", "vector", "fifo", "descriptor", "stack"];

    // An allocator of stacks writes page tables too.
    private static readonly ImmutableArray<string> s_otherOwners = s_others.Remove("stack");

    private static readonly ImmutableArray<string> s_addresses = ["address", "addr", "frame", "phys", "pfn", "base", "ppn", "pointer", "target", "next"];

    private static readonly ImmutableArray<string> s_wholes = ["value", "raw", "bits", "data", "word"];

    private static readonly ImmutableArray<string> s_uppers =
        ["pdpt", "pdp", "pdpte", "pd", "pde", "pgd", "pud", "pmd", "l2", "l3", "l4", "pml2", "pml3", "directory", "pageDir", "pdir"];

    private static readonly ImmutableArray<string> s_certain = ["tbl", "pdpt", "pdp", "pd", "pt", "pgd", "pud", "pmd", "directory", "pageDir", "ptab", "pml"];

    private static readonly ImmutableArray<string> s_large = ["huge", "large", "pagesize", "block", "big", "leaf", "2m", "1g", "superpage"];

    private static readonly ImmutableArray<string> s_subjects =
        ["pag", "vmm", "mmu", "virt", "mapper", "addressspace", "translat", "ept", "npt", "pte", "sv39", "sv48"];

    /// <summary>Whether a table may have the name.</summary>
    public static bool MayBeTable(string name)
    {
        string bare = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        foreach (string word in s_tables)
        {
            if (Words.EndsInWord(name, word) || Words.EndsInWord(bare, word)
                || name.TrimStart('_').StartsWith(word + "_", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a member of an entry with this name is where it leads to.</summary>
    public static bool IsAddress(string name) => Words.HasAny(name, s_addresses);

    /// <summary>Whether a member of an entry with this name is all of it: an address and the flags beside it.</summary>
    public static bool IsWhole(string name) => Words.HasAny(name, s_wholes);

    /// <summary>Whether the name says that the table's entries lead to tables: always, or unless they say that they map a large page.</summary>
    public static bool IsUpper(string name, out bool always)
    {
        always = Words.Has(name, "pml4") || Words.Has(name, "pml5");
        return always || Words.EndsInAnyWord(name, s_uppers);
    }

    /// <summary>Whether the name is that of a table itself.</summary>
    public static bool IsTable(string name) => Words.EndsInAnyWord(name, s_certain) || Words.EndsInAnyWord(name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), s_certain)
        || Words.Has(name, "table") || name.TrimStart('_').StartsWith("pt_", StringComparison.OrdinalIgnoreCase)
        || name.TrimStart('_').StartsWith("pd_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name says that an entry maps a large page.</summary>
    public static bool IsLarge(string name) => Words.HasAny(name, s_large);

    /// <summary>Whether the name says that the memory is another table of the processor's or a device's.</summary>
    public static bool IsOtherTable(ISymbol symbol) => IsOther(symbol.Name) || (symbol.ContainingType is { } type && Words.HasAny(type.Name, s_otherOwners));

    /// <summary>Whether the name is that of another table of the processor's or a device's.</summary>
    public static bool IsOther(string name) => Words.HasAny(name, s_others);

    /// <summary>Whether the method or its type has a name that says that it translates addresses.</summary>
    public static bool IsAboutTranslation(IMethodSymbol method) =>
        Words.HasAny(method.Name, s_subjects) || (method.ContainingType is { } type && Words.HasAny(type.Name, s_subjects));
}
