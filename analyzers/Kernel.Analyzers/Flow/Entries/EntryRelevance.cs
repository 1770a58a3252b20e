using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Says quickly which compilations and bodies can make an entry present at all.</summary>
internal static class EntryRelevance
{
    /// <summary>Whether anything in the compilation has to do with page tables.</summary>
    public static bool IsUsedIn(Compilation compilation) =>
        Contract.IsDeclared(compilation, Contract.TableEntry)
        || compilation.ContainsSymbolsWithName(
            static name => TranslationNames.IsTableName(name) || TranslationNames.Has(name, "pml4") || TranslationNames.Has(name, "PageTable")
                || TranslationNames.Has(name, "PageDirectory") || TranslationNames.Has(name, "PageFlags") || TranslationNames.Has(name, "PageEntry")
                || TranslationNames.Has(name, "PageMap") || TranslationNames.Has(name, "PteFlags"));

    /// <summary>Whether the body stores into memory that may be an entry, or calls a method of this compilation that may do so for it.</summary>
    public static bool Matters(IOperation block, TableShapes shapes)
    {
        foreach (IOperation operation in block.Descendants())
        {
            switch (operation)
            {
                case IAssignmentOperation { Target: var target } when EntryPlaces.EntryAt(target, shapes) is not null || IsNumber(target):
                    return true;
                case IInvocationOperation call when !call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty || EntryPlaces.Changes(call, shapes):
                    return true;
            }
        }

        return false;
    }

    private static bool IsNumber(IOperation target) => (EntryPlaces.IsMemory(target) && TranslationNames.CanHoldEntry(EntryPlaces.TypeOf(target)))
        || (target is IMemberReferenceOperation { Member.Name: var name } && EntryWords.IsLow(name));
}
