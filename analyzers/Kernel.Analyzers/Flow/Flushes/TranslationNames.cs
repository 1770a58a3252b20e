using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What takes part in translation: by contract, and by the names that kernels use for it.</summary>
public static class TranslationNames
{
    private static readonly ImmutableArray<string> s_entryTypes =
        ["PageTableEntry", "PageDirectoryEntry", "PageMapEntry", "Pml4Entry", "Pml5Entry", "PdptEntry"];

    private static readonly ImmutableArray<string> s_entries = ["pte", "pde", "pdpte", "pml4e", "pml5e", "pageEntry", "tableEntry"];

    private static readonly ImmutableArray<string> s_tables =
        ["pml4", "pml5", "pdpt", "pageTable", "pageTables", "pageDirectory", "pageDir"];

    private static readonly ImmutableArray<string> s_flushes =
        ["invlpg", "invpcid", "invalidate", "flush", "shootdown", "sfence", "hfence", "invept", "invvpid", "tlbi"];

    private static readonly ImmutableArray<string> s_roots =
        ["cr3", "ttbr", "satp", "tableroot", "roottable", "pagedirectory", "pagetables", "addressspace"];

    private static readonly ImmutableArray<string> s_rootRegisters = ["cr3", "ttbr", "satp"];

    private static readonly ImmutableArray<string> s_looks = ["read", "get", "rd", "dump", "print", "log", "format", "show", "check", "save"];

    private static readonly ImmutableArray<string> s_rootVerbs = ["write", "load", "reload", "set", "switch", "activate", "refresh"];

    private static readonly ImmutableArray<string> s_otherFlushes =
        ["stream", "writer", "serial", "console", "log", "disk", "file", "buffer", "text", "journal"];

    private static readonly ImmutableArray<string> s_debts = ["flush", "shootdown", "invalidation", "tlbbatch", "tlbgather"];

    private static readonly ImmutableArray<string> s_physical = ["phys", "frame", "pfn", "paddr", "pa"];

    private static readonly ImmutableArray<string> s_frees = ["free", "release", "deallocate", "dealloc", "return", "giveback", "put", "recycle", "kfree"];

    // What no source that has to do with page tables can do without, as a name or as a part of one.
    private static readonly ImmutableArray<string> s_subjects =
    [
        "pagetable", "page_table", "pagedir", "page_dir", "pageentry", "page_entry", "tableentry", "table_entry", "pagemap", "page_map", "pageflags",
        "pml", "pdp", "pdpt", "pte", "pde", "pgd", "pud", "pmd", "tlb", "vmm", "mmu", "_cr3", "writecr3", "loadcr3", "cr3 ", "satp", "ttbr",
        "paging", "invlpg", "invpcid", "invept", "sfence", "shootdown", "addressspace", "virtualmemory", "InvalidatePage",
    ];

    /// <summary>Whether the compilation has anything to do with page tables: by contract, or by what its source speaks of.</summary>
    public static bool IsUsedIn(Compilation compilation, CancellationToken cancellation) =>
        ContractUse.IsPossible(
            compilation, cancellation, Contract.OwesFlush, Contract.TableEntry, Contract.Flushes, Contract.FreesFrame, Contract.RequiresZeroed, Contract.Zeroes,
            Contract.MapsForUser)
        || SourceWords.Mentions(compilation, cancellation, s_subjects);

    /// <summary>Whether values of the type are page-table entries.</summary>
    public static bool IsEntry(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct or TypeKind.Enum } && CompilationScope.Memory<KnownTypes>().Entries.GetOrAdd(type, FindEntry);

    private static bool FindEntry(ITypeSymbol type) =>
        Contract.Has(type, Contract.TableEntry) || Is(type.Name, "Pte") || Is(type.Name, "Pde")
        || Words.Any(type.Name, s_entryTypes, Words.EndsIn)
        || EntryTypes.HasShape((INamedTypeSymbol)type);

    /// <summary>Whether the name of a pointer, span or array of integers says that they are page-table entries.</summary>
    public static bool IsTableName(string name)
    {
        string bare = name.TrimStart('_');
        bare = bare.StartsWith("s_", StringComparison.Ordinal) ? bare.Substring(2) : bare;
        return Words.EndsInAnyWord(bare, s_entries) || Words.EndsInAnyWord(bare, s_tables);
    }

    /// <summary>Whether the name is that of one entry rather than of a table of them.</summary>
    public static bool IsEntryName(string name) => Words.EndsInAnyWord(name.TrimStart('_'), s_entries);

    /// <summary>Whether an integer can hold an entry.</summary>
    public static bool CanHoldEntry(ITypeSymbol? type) => type?.SpecialType
        is SpecialType.System_UInt64 or SpecialType.System_UInt32 or SpecialType.System_UIntPtr or SpecialType.System_Int64
        or SpecialType.System_IntPtr;

    /// <summary>Whether a value of the type stands for a flush that is owed.</summary>
    public static bool IsDebt(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Struct or TypeKind.Class } && CompilationScope.Memory<KnownTypes>().Debts.GetOrAdd(type, FindDebt);

    private static bool FindDebt(ITypeSymbol type)
    {
        switch (type)
        {
            case INamedTypeSymbol { IsTupleType: true } tuple:
                foreach (IFieldSymbol element in tuple.TupleElements)
                {
                    if (IsDebt(element.Type))
                    {
                        return true;
                    }
                }

                return false;
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] }:
                return IsDebt(inner);
            case INamedTypeSymbol { TypeKind: TypeKind.Struct or TypeKind.Class } named:
                return Contract.Has(named, Contract.OwesFlush) || Words.HasAny(named.Name, s_debts) || HasFlush(named);
            default:
                return false;
        }
    }

    // A struct that can be flushed is work that waits; a class that can is a stream or a device.
    private static bool HasFlush(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Struct || Words.HasAny(type.Name, s_otherFlushes))
        {
            return false;
        }

        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary } method
                && (method.Name == "Flush" || method.Name.StartsWith("FlushAnd", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the method makes processors forget translations.</summary>
    public static bool IsFlush(IMethodSymbol method)
    {
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Has(declaration, Contract.Flushes))
            {
                return true;
            }
        }

        string name = method.Name;
        string owner = method.ContainingType?.Name ?? "";
        if (Words.HasAny(owner, s_otherFlushes) || Words.Has(name, "clflush") || (Words.Has(name, "cache") && !Words.Has(name, "tlb")))
        {
            return false;
        }

        return Words.HasAny(name, s_flushes) || (Words.Has(name, "tlb") && (Words.Has(name, "clear") || Words.Has(name, "reset") || Words.Has(name, "forget")))
            || (Words.HasAny(name, s_roots) && Words.Any(name, s_rootVerbs, StartsWith)) || LoadsRoot(method);
    }

    /// <summary>Whether the method gives a processor the root of its tables.</summary>
    public static bool LoadsRoot(IMethodSymbol method) =>
        Words.HasAny(method.Name, s_rootRegisters)
        && (Words.Any(method.Name, s_rootVerbs, StartsWith) || (method.ReturnsVoid && method.Parameters.Length > 0 && !Words.HasAny(method.Name, s_looks)));

    /// <summary>Whether the name is that of a list or flag of flushes to come.</summary>
    public static bool IsWaitingList(string name) =>
        Words.Has(name, "flush") || Words.Has(name, "shootdown") || Words.Has(name, "invalidat") || Words.Has(name, "tlb") || Words.Has(name, "stale");

    /// <summary>Whether the contract says that the member leaves a flush to its caller.</summary>
    public static bool OwesByContract(IMethodSymbol method)
    {
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Has(declaration, Contract.OwesFlush)
                || (declaration.MethodKind == MethodKind.PropertySet && Contract.Has(declaration.AssociatedSymbol, Contract.OwesFlush)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The parameter whose frame goes back to an allocator; null if none does.</summary>
    public static IParameterSymbol? FreedBy(IMethodSymbol method)
    {
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            foreach (IParameterSymbol parameter in declaration.Parameters)
            {
                if (Contract.Has(parameter, Contract.FreesFrame) && parameter.Ordinal < method.Parameters.Length)
                {
                    return method.Parameters[parameter.Ordinal];
                }
            }
        }

        string owner = method.ContainingType?.Name ?? "";
        bool ofFrames = Words.Has(owner, "frame") || Words.Has(owner, "alloc") || Words.Has(owner, "physical") || Words.Has(owner, "pmm") || Words.Has(method.Name, "frame")
            || Words.Has(method.Name, "page");
        ofFrames |= Words.Has(owner, "tablepool") || Words.Has(owner, "pagepool");
        ofFrames |= method.Parameters.Length > 0 && Words.Any(method.Parameters[0].Name, s_physical, StartsWith);
        bool isVirtual = method.Parameters.Length > 0
            && (Words.Has(method.Parameters[0].Name, "virt") || Words.Has(method.Parameters[0].Type.Name, "virt") || method.Parameters[0].Name is "va");
        return ofFrames && !isVirtual && !IsDebt(method.ContainingType) && (Words.Any(method.Name, s_frees, StartsWith) || HasWord(method.Name, "free")) && method.Parameters.Length > 0 && !IsDebt(method.Parameters[0].Type)
            ? method.Parameters[0] : null;
    }

    /// <summary>Whether a function pointer with this name gives frames back.</summary>
    public static bool FreesFrames(string name) =>
        (Words.Has(name, "frame") || Words.Has(name, "page")) && (Words.Any(name, s_frees, StartsWith) || HasWord(name, "free"));

    /// <summary>Whether a method with this name leaves nothing in the entry that it is given.</summary>
    public static bool Clears(string name) =>
        StartsWith(name, "clear") || StartsWith(name, "unmap") || StartsWith(name, "remove") || StartsWith(name, "erase") || StartsWith(name, "reset");

    /// <summary>Whether a member of an entry with this name says that it is not present.</summary>
    public static bool SaysAbsent(string name) =>
        name is "IsEmpty" or "IsAbsent" or "IsNull" or "IsUnused" or "IsZero" or "IsFree" or "IsNone" or "IsClear" or "IsNotPresent"
            or "Absent" or "Empty" or "None" or "NotPresent" or "NotMapped" or "Unmapped" or "Free" or "Unused" or "Zero" or "IsUnmapped";

    /// <summary>Whether a member of an entry, or a constant, with this name says that it is present.</summary>
    public static bool SaysPresent(string name) =>
        !SaysAbsent(name) && (Words.Has(name, "present") || Words.Has(name, "mapped") || Words.Has(name, "valid") || name is "P" or "IsUsed" or "InUse");

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool StartsWith(string text, string word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        || (text.StartsWith("Try", StringComparison.Ordinal) && text.IndexOf(word, StringComparison.OrdinalIgnoreCase) == 3);

    // `frame_free` and `pmm_free_page` have the word, `freeze` and `carefree` have not.
    private static bool HasWord(string text, string word)
    {
        int start = text.IndexOf("_" + word, StringComparison.OrdinalIgnoreCase) + 1;
        int end = start + word.Length;
        return start > 0 && (end == text.Length || text[end] == '_') || (text.Length > word.Length && Words.EndsInWord(text, word));
    }

    // What was found out about the types of one compilation.
    private sealed class KnownTypes
    {
        public ConcurrentDictionary<ITypeSymbol, bool> Entries { get; } = new(SymbolEqualityComparer.Default);

        public ConcurrentDictionary<ITypeSymbol, bool> Debts { get; } = new(SymbolEqualityComparer.Default);
    }
}
