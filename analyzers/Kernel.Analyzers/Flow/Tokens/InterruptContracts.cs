using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>What methods and types say about interrupts.</summary>
internal sealed class InterruptContracts
{
    /// <summary>The names of the instruction that sets the interrupt flag, without underscores.</summary>
    public static readonly ImmutableArray<string> InstructionNames =
    [
        "STI", "ASMSTI", "X86STI", "ENABLEINTERRUPTS", "INTERRUPTSENABLE", "INTERRUPTENABLE", "ENABLEIRQ", "ENABLEIRQS", "IRQENABLE", "LOCALIRQENABLE",
    ];

    private const int MaximumDepth = 3;

    private readonly ConcurrentDictionary<ITypeSymbol, bool> _tokens = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _carriers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _enabling = new(SymbolEqualityComparer.Default);

    /// <summary>Whether interrupts may be enabled after the method: it says so, or it has no body and the name of the instruction.</summary>
    public bool Enables(IMethodSymbol method) => _enabling.GetOrAdd(method.OriginalDefinition, DecideEnables);

    /// <summary>Whether the type is an interrupt token.</summary>
    public bool IsToken(ITypeSymbol? type) => type is { SpecialType: SpecialType.None } and INamedTypeSymbol named
        && _tokens.GetOrAdd(named.OriginalDefinition, static known => Contract.Has(known, Contract.InterruptToken));

    /// <summary>Whether the end of such a scope lets interrupts in.</summary>
    public bool IsScope(ITypeSymbol type) =>
        type.GetMembers("Dispose").OfType<IMethodSymbol>().Any(method => method.Parameters.IsEmpty && Enables(method));

    /// <summary>Whether the type is a token, or a <c>ref struct</c> that a token can be read from.</summary>
    public bool Carries(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.None, IsRefLikeType: true } and INamedTypeSymbol named && _carriers.GetOrAdd(named.OriginalDefinition, known => DecideCarries(known, 0));

    /// <summary>Whether a name speaks of the interrupt flag or of where it was saved.</summary>
    public static bool SpeaksOfState(string name) =>
        Words.Has(name, "interrupt") || Words.Has(name, "irq") || Words.Has(name, "flags") || Words.Has(name, "enabled") || Words.Has(name, "saved")
        || Words.Has(name, "before") || Words.Has(name, "previous");

    /// <summary>Whether a method without a body is the instruction that sets the interrupt flag.</summary>
    public static bool IsInstructionName(string name) => InstructionNames.Contains(name.Replace("_", string.Empty).ToUpperInvariant());

    private static bool DecideEnables(IMethodSymbol method)
    {
        foreach (IMethodSymbol declaration in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Has(declaration, Contract.EnablesInterrupts))
            {
                return true;
            }
        }

        return method is { IsExtern: true, IsStatic: true } && IsInstructionName(method.Name);
    }

    private bool DecideCarries(ITypeSymbol type, int depth)
    {
        if (IsToken(type))
        {
            return true;
        }

        if (depth > MaximumDepth || !type.IsRefLikeType)
        {
            return false;
        }

        foreach (ISymbol member in type.GetMembers())
        {
            ITypeSymbol? held = member switch
            {
                IFieldSymbol { IsStatic: false } field => field.Type,
                IPropertySymbol { IsStatic: false, Parameters.IsEmpty: true } property => property.Type,
                _ => null,
            };
            if (held is { IsRefLikeType: true } && DecideCarries(held.OriginalDefinition, depth + 1))
            {
                return true;
            }
        }

        return false;
    }
}
