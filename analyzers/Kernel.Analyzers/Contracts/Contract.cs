using System.Collections.Generic;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts;

/// <summary>
/// The contracts of declarations: the attributes of <c>Kernel.Contracts</c>, matched by full name because every assembly may carry its
/// own copy of their source, and beside them what the vocabulary of the compilation says.
/// </summary>
public static class Contract
{
    /// <summary>The namespace that all contracts share.</summary>
    public const string Namespace = "Kernel.Contracts";

    public const string Acquires = "AcquiresAttribute";
    public const string AddressValue = "AddressValueAttribute";
    public const string CheckedNarrowing = "CheckedNarrowingAttribute";
    public const string Dirty = "DirtyAttribute";
    public const string EnablesInterrupts = "EnablesInterruptsAttribute";
    public const string ExcludesLock = "ExcludesLockAttribute";
    public const string ExclusiveAccess = "ExclusiveAccessAttribute";
    public const string Flushes = "FlushesAttribute";
    public const string FreesFrame = "FreesFrameAttribute";
    public const string GuardedBy = "GuardedByAttribute";
    public const string HardwareMemory = "HardwareMemoryAttribute";
    public const string Hosted = "HostedAttribute";
    public const string InterruptToken = "InterruptTokenAttribute";
    public const string Lock = "LockAttribute";
    public const string LockGuard = "LockGuardAttribute";
    public const string MapsForUser = "MapsForUserAttribute";
    public const string MustUse = "MustUseAttribute";
    public const string OwesFlush = "OwesFlushAttribute";
    public const string OwnerMade = "OwnerMadeAttribute";
    public const string Releases = "ReleasesAttribute";
    public const string RequiresLock = "RequiresLockAttribute";
    public const string RequiresZeroed = "RequiresZeroedAttribute";
    public const string TableEntry = "TableEntryAttribute";
    public const string TrustedContext = "TrustedContextAttribute";
    public const string Zeroes = "ZeroesAttribute";

    /// <summary>Whether the compilation or its vocabulary knows the contract at all: otherwise nothing can carry it.</summary>
    public static bool IsDeclared(Compilation compilation, string name) =>
        CompilationScope.Vocabulary?.Uses(name) == true || !compilation.GetTypesByMetadataName(Namespace + "." + name).IsEmpty;

    /// <summary>The contract of this name on the symbol's definition, or null.</summary>
    /// <param name="symbol">A symbol, constructed or not; null has no contract.</param>
    /// <param name="name">One of the names above.</param>
    public static ContractMark? Find(ISymbol? symbol, string name)
    {
        if (symbol is null)
        {
            return null;
        }

        foreach (AttributeData attribute in symbol.OriginalDefinition.GetAttributes())
        {
            if (IsNamed(attribute.AttributeClass, name))
            {
                return new ContractMark(attribute);
            }
        }

        return CompilationScope.Vocabulary?.Find(symbol, name);
    }

    /// <summary>Whether the symbol's definition carries the contract of this name.</summary>
    public static bool Has(ISymbol? symbol, string name) => Find(symbol, name) is not null;

    /// <summary>The contract of this name on what the method returns (<c>[return: …]</c>), or null.</summary>
    public static ContractMark? FindOnReturn(IMethodSymbol? method, string name)
    {
        if (method is null)
        {
            return null;
        }

        foreach (AttributeData attribute in method.OriginalDefinition.GetReturnTypeAttributes())
        {
            if (IsNamed(attribute.AttributeClass, name))
            {
                return new ContractMark(attribute);
            }
        }

        return CompilationScope.Vocabulary?.FindOnReturn(method, name);
    }

    /// <summary>The methods that have the contract, or a parameter that has it, because the vocabulary says so; in no certain order.</summary>
    public static IEnumerable<IMethodSymbol> SaidOfMethods(string name) => CompilationScope.Vocabulary?.MethodsWith(name) ?? [];

    /// <summary>Whether the symbol, or a member or type that it is nested in, carries the contract of this name.</summary>
    public static bool HasAround(ISymbol? symbol, string name)
    {
        for (ISymbol? current = symbol; current is not null; current = current.ContainingSymbol)
        {
            // An accessor carries what its property says.
            if (Has(current, name) || (current is IMethodSymbol { AssociatedSymbol: { } owner } && Has(owner, name)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamed(INamedTypeSymbol? type, string name) =>
        type is not null
        && type.Name == name
        && type.ContainingType is null
        && type.ContainingNamespace is
        {
            Name: "Contracts",
            ContainingNamespace: { Name: "Kernel", ContainingNamespace.IsGlobalNamespace: true },
        };
}
