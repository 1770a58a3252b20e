using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>
/// Tells one entry that a constructor is given from the tables that it builds: the entry is in a table already, which processors may walk.
/// </summary>
internal static class GivenEntry
{
    /// <summary>Whether the entry, as the code names it, is one that a parameter leads to by itself.</summary>
    public static bool Is(string entry, IMethodSymbol constructor) =>
        constructor.Parameters.Any(parameter => LeadsToOne(parameter) && IsBehind(entry, parameter.Name));

    private static bool LeadsToOne(IParameterSymbol parameter) => parameter switch
    {
        { RefKind: RefKind.Ref } => TranslationNames.IsEntry(parameter.Type) || TranslationNames.IsEntryName(parameter.Name),
        { Type: IPointerTypeSymbol } => TranslationNames.IsEntryName(parameter.Name),
        _ => false,
    };

    // `*pte`, `pte` of `ref`, a member of either, `pte[0]` and the other half `pte[1]`; another index leads to a neighbour in a table.
    private static bool IsBehind(string entry, string name)
    {
        string bare = entry.TrimStart('*', '(').TrimEnd(')');
        return bare == name || bare == name + "[0]" || bare == name + "[1]" || bare == name + "+1"
            || (bare.StartsWith(name, System.StringComparison.Ordinal) && bare[name.Length] is '.' or '-' or ')');
    }
}
