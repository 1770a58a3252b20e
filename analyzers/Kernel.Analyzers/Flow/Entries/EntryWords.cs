using Kernel.Analyzers.Flow.Flushes;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What the names of an entry's members say about the part of it that they are.</summary>
internal static class EntryWords
{
    /// <summary>Whether the member is all of the entry, as a number.</summary>
    public static bool IsWhole(string name) => Bare(name) is "bits" or "value" or "raw" or "rawvalue" or "data" or "entry" or "word" or "packed" or "all"
        or "rawbits" or "rawentry" or "asulong" or "asuint64";

    /// <summary>Whether the member is the frame that the entry leads to.</summary>
    public static bool IsFrame(string name) => TranslationNames.Has(name, "frame") || TranslationNames.Has(name, "addr") || TranslationNames.Has(name, "phys")
        || TranslationNames.Has(name, "base") || TranslationNames.Has(name, "pfn") || TranslationNames.Has(name, "ppn");

    /// <summary>Whether the member is the lower half of the entry, where the present bit is.</summary>
    public static bool IsLow(string name) => Bare(name) is "low" or "lo" or "lower" or "lowhalf" or "lowerhalf" or "low32" or "lowdword" or "lowbits" or "lowword"
        or "lopart" or "lowpart" or "entrylow" or "bitslow" or "valuelow";

    /// <summary>Whether the member is the upper half of the entry.</summary>
    public static bool IsHigh(string name) => Bare(name) is "high" or "hi" or "upper" or "highhalf" or "upperhalf" or "high32" or "highdword" or "highbits"
        or "highword" or "hipart" or "highpart" or "entryhigh" or "bitshigh" or "valuehigh";

    /// <summary>Whether the entry holds something else than a frame while it is not present.</summary>
    public static bool SaysElsewhere(string name) => TranslationNames.Has(name, "swap") || TranslationNames.Has(name, "pagedout")
        || TranslationNames.Has(name, "evicted") || TranslationNames.Has(name, "ondisk");

    /// <summary>Whether the name is that of a descriptor of the processor that has a present bit too and is no entry of a page table.</summary>
    public static bool IsDescriptor(string name) => TranslationNames.Has(name, "gdt") || TranslationNames.Has(name, "idt") || TranslationNames.Has(name, "gate")
        || TranslationNames.Has(name, "descriptor") || TranslationNames.Has(name, "segment") || TranslationNames.Has(name, "selector")
        || TranslationNames.Has(name, "tss") || TranslationNames.Has(name, "taskstate") || TranslationNames.Has(name, "interrupt");

    /// <summary>Whether a type or constant with this name belongs to paging.</summary>
    public static bool IsPaging(string name) => !IsDescriptor(name)
        && (TranslationNames.Has(name, "page") || TranslationNames.Has(name, "paging") || TranslationNames.Has(name, "pte") || TranslationNames.Has(name, "pde")
            || TranslationNames.Has(name, "entry") || TranslationNames.Has(name, "pml4") || TranslationNames.Has(name, "vmm")
            || TranslationNames.Has(name, "virtualmemory") || TranslationNames.Has(name, "mmu"));

    private static string Bare(string name) => name.TrimStart('_').Replace("_", "").ToLowerInvariant();
}
