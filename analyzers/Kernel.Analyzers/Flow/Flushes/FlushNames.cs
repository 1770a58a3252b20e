using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What types and methods of one compilation have to do with flushes, as far as somebody has asked.</summary>
internal sealed class FlushNames
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _debts = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _owing = new(SymbolEqualityComparer.Default);

    /// <summary>Whether a value of the type stands for a flush that is owed.</summary>
    public bool IsDebt(ITypeSymbol? type) => type is not null && _debts.GetOrAdd(type, TranslationNames.IsDebt);

    /// <summary>Whether the contract says that the method leaves a flush to its caller, or what it gives back says so.</summary>
    public bool Owes(IMethodSymbol method) => IsDebt(method.ReturnType) || _owing.GetOrAdd(method.OriginalDefinition, TranslationNames.OwesByContract);
}
