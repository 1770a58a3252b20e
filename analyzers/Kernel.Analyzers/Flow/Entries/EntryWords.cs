using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What the names of an entry's members say about the part of it that they are.</summary>
internal static class EntryWords
{
    /// <summary>Whether the member is all of the entry, as a number.</summary>
    public static bool IsWhole(string name) => Bare(name) is "bits" or "value" or "raw" or "rawvalue" or "data" or "entry" or "word" or "packed" or "all"
        or "rawbits" or "rawentry" or "asulong" or "asuint64";

    /// <summary>Whether the member is the frame that the entry leads to.</summary>
    public static bool IsFrame(string name) => Words.Has(name, "frame") || Words.Has(name, "addr") || Words.Has(name, "phys")
        || Words.Has(name, "base") || Words.Has(name, "pfn") || Words.Has(name, "ppn");

    /// <summary>Whether the member is the lower half of the entry, where the present bit is.</summary>
    public static bool IsLow(string name) => Bare(name) is "low" or "lo" or "lower" or "lowhalf" or "lowerhalf" or "low32" or "lowdword" or "lowbits" or "lowword"
        or "lopart" or "lowpart" or "entrylow" or "bitslow" or "valuelow";

    /// <summary>Whether the member is the upper half of the entry.</summary>
    public static bool IsHigh(string name) => Bare(name) is "high" or "hi" or "upper" or "highhalf" or "upperhalf" or "high32" or "highdword" or "highbits"
        or "highword" or "hipart" or "highpart" or "entryhigh" or "bitshigh" or "valuehigh";

    /// <summary>Whether the entry holds something else than a frame while it is not present.</summary>
    public static bool SaysElsewhere(string name) => Words.Has(name, "swap") || Words.Has(name, "pagedout")
        || Words.Has(name, "evicted") || Words.Has(name, "ondisk");

    /// <summary>Whether the name is that of a descriptor of the processor that has a present bit too and is no entry of a page table.</summary>
    public static bool IsDescriptor(string name) => Words.Has(name, "gdt") || Words.Has(name, "idt") || Words.Has(name, "gate")
        || Words.Has(name, "descriptor") || Words.Has(name, "segment") || Words.Has(name, "selector")
        || Words.Has(name, "tss") || Words.Has(name, "taskstate") || Words.Has(name, "interrupt");

    /// <summary>Whether a type or constant with this name belongs to paging.</summary>
    public static bool IsPaging(string name) => !IsDescriptor(name)
        && (Words.Has(name, "page") || Words.Has(name, "paging") || Words.Has(name, "pte") || Words.Has(name, "pde")
            || Words.Has(name, "entry") || Words.Has(name, "pml4") || Words.Has(name, "vmm")
            || Words.Has(name, "virtualmemory") || Words.Has(name, "mmu"));

    private static string Bare(string name) => name.TrimStart('_').Replace("_", "").ToLowerInvariant();
}
