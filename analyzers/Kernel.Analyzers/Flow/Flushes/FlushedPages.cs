using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Tells from what an address and an entry were made whether they can belong together.</summary>
internal static class FlushedPages
{
    /// <summary>Whether what an entry was found with and what is flushed have nothing in common, and are of a kind.</summary>
    public static bool IsElsewhere(ImmutableHashSet<object> entry, ImmutableHashSet<object> page)
    {
        if (page.IsEmpty || entry.Overlaps(page))
        {
            return false;
        }

        bool constants = entry.Any(static source => source is ulong) && page.Any(static source => source is ulong);
        if (constants && !entry.Concat(page).Any(static source => source is IParameterSymbol))
        {
            return true;
        }

        return page.Count == 1 && page.First() is IParameterSymbol given && IsAddressName(given.Name)
            && entry.Any(static source => source is SyntaxNode)
            && entry.Any(source => source is IParameterSymbol other && IsAddressName(other.Name)
                && SymbolEqualityComparer.Default.Equals(other.Type, given.Type));
    }

    private static bool IsAddressName(string name) =>
        !Words.Has(name, "index") && !Words.Has(name, "slot") && !Words.Has(name, "entry")
        && !Words.Has(name, "table") && !Words.Has(name, "root") && !Words.Has(name, "level")
        && !Words.Has(name, "count") && !Words.Has(name, "offset") && name.Length > 1;
}
