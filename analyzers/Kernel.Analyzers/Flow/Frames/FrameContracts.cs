using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What a contract says about a parameter.</summary>
[Flags]
internal enum FrameContract
{
    None = 0,

    /// <summary>The frame may be dirty: when the method is entered, or for an <c>out</c> parameter when it returns.</summary>
    Dirty = 1,

    /// <summary>The method zeroes the frame.</summary>
    Zeroes = 2,

    /// <summary>The method lets the page-table walker reach the frame.</summary>
    RequiresZeroed = 4,

    /// <summary>The method maps the frame for a program, unless its other arguments say for whom.</summary>
    MapsForUser = 8,
}

/// <summary>The zeroing contracts of one method, its own and those that it inherits.</summary>
internal sealed class MethodFrameContracts(ImmutableArray<FrameContract> parameters, bool returnsDirty)
{
    public ImmutableArray<FrameContract> Parameters { get; } = parameters;

    /// <summary>Whether the frame returned is dirty.</summary>
    public bool ReturnsDirty { get; } = returnsDirty;

    /// <summary>Whether any contract stands on the method.</summary>
    public bool Any { get; } = returnsDirty || HasAny(parameters);

    private static bool HasAny(ImmutableArray<FrameContract> parameters)
    {
        foreach (FrameContract contract in parameters)
        {
            if (contract != FrameContract.None)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// Looks zeroing contracts up, on the method, on what it overrides and on the interface members that it implements.
/// </summary>
/// <param name="arePossible">Whether anything in the compilation can carry one.</param>
internal sealed class FrameContracts(bool arePossible)
{
    private readonly ConcurrentDictionary<IMethodSymbol, MethodFrameContracts> _known = new(SymbolEqualityComparer.Default);

    public MethodFrameContracts Of(IMethodSymbol method) => _known.GetOrAdd(method.OriginalDefinition, Read);

    /// <summary>Whether any contract stands on the method.</summary>
    public bool StandOn(IMethodSymbol method) => arePossible && Of(method).Any;

    private MethodFrameContracts Read(IMethodSymbol method)
    {
        FrameContract[] parameters = new FrameContract[method.Parameters.Length];
        bool returnsDirty = false;
        foreach (IMethodSymbol declaration in arePossible ? InheritedContracts.DeclarationsOf(method) : [])
        {
            returnsDirty |= Contract.FindOnReturn(declaration, Contract.Dirty) is not null
                || (declaration.MethodKind == MethodKind.PropertyGet
                    && Contract.Has(declaration.AssociatedSymbol, Contract.Dirty));
            for (int index = 0; index < parameters.Length && index < declaration.Parameters.Length; index++)
            {
                parameters[index] |= ReadParameter(declaration.Parameters[index]);
            }
        }

        return new MethodFrameContracts([.. parameters], returnsDirty);
    }

    private static FrameContract ReadParameter(IParameterSymbol parameter) =>
        (Contract.Has(parameter, Contract.Dirty) ? FrameContract.Dirty : FrameContract.None)
        | (Contract.Has(parameter, Contract.Zeroes) ? FrameContract.Zeroes : FrameContract.None)
        | (Contract.Has(parameter, Contract.RequiresZeroed) ? FrameContract.RequiresZeroed : FrameContract.None)
        | (Contract.Has(parameter, Contract.MapsForUser) ? FrameContract.MapsForUser : FrameContract.None);
}
