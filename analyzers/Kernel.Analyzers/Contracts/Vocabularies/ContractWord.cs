using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>What a vocabulary may say about a contract: the same as its attribute, whose source says it to the compiler.</summary>
internal sealed class ContractWord
{
    private const AttributeTargets Types = AttributeTargets.Class | AttributeTargets.Struct;

    private ContractWord(string name, AttributeTargets targets, ContractArguments arguments, string? option = null)
    {
        Name = name;
        Targets = targets;
        Arguments = arguments;
        Option = option;
    }

    /// <summary>The name of the attribute.</summary>
    public string Name { get; }

    /// <summary>Where it may stand.</summary>
    public AttributeTargets Targets { get; }

    /// <summary>What stands between its parentheses.</summary>
    public ContractArguments Arguments { get; }

    /// <summary>The name in <c>name = value</c>; null where there is none.</summary>
    public string? Option { get; }

    /// <summary>How it is written, for a message.</summary>
    public string Usage => Spelled + Arguments switch
    {
        ContractArguments.Kind => ", or with (Physical) or (Virtual)",
        ContractArguments.Text => "(\"…\")",
        ContractArguments.PerhapsText => ", or with (\"…\")",
        ContractArguments.Truth => $", or with ({Option} = true)",
        ContractArguments.Count => $", or with ({Option} = 8)",
        _ => ", without arguments",
    };

    /// <summary>Whether it names a lock: a field or property of the type, or a parameter of the method where that can be one.</summary>
    public bool NamesLock => Name is Contract.GuardedBy or Contract.RequiresLock or Contract.ExcludesLock or Contract.Acquires or Contract.Releases;

    /// <summary>How a vocabulary spells it.</summary>
    public string Spelled => Name.Substring(0, Name.Length - nameof(Attribute).Length);

    /// <summary>The words in alphabetical order.</summary>
    private static ImmutableArray<ContractWord> All { get; } =
    [
        new(Contract.Acquires, AttributeTargets.Method, ContractArguments.PerhapsText),
        new(
            Contract.AddressValue,
            AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue,
            ContractArguments.Kind),
        new(Contract.CheckedNarrowing, AttributeTargets.Method, ContractArguments.None),
        new(Contract.Dirty, AttributeTargets.ReturnValue | AttributeTargets.Parameter | AttributeTargets.Property, ContractArguments.None),
        new(Contract.EnablesInterrupts, AttributeTargets.Method, ContractArguments.None),
        new(Contract.ExcludesLock, AttributeTargets.Method | AttributeTargets.Property, ContractArguments.Text),
        new(Contract.ExclusiveAccess, AttributeTargets.Method, ContractArguments.Text),
        new(Contract.Flushes, AttributeTargets.Method, ContractArguments.None),
        new(Contract.FreesFrame, AttributeTargets.Parameter, ContractArguments.None),
        new(Contract.GuardedBy, AttributeTargets.Field | AttributeTargets.Property, ContractArguments.Text),
        new(
            Contract.HardwareMemory,
            AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Method
                | AttributeTargets.ReturnValue,
            ContractArguments.Count,
            "AccessBytes"),
        new(Contract.Hosted, Types | AttributeTargets.Method | AttributeTargets.Constructor, ContractArguments.Text),
        new(Contract.InterruptToken, AttributeTargets.Struct, ContractArguments.None),
        new(Contract.Lock, Types, ContractArguments.Truth, "Reentrant"),
        new(Contract.LockGuard, AttributeTargets.Struct, ContractArguments.None),
        new(Contract.MapsForUser, AttributeTargets.Parameter, ContractArguments.None),
        new(Contract.MustUse, Types | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.ReturnValue, ContractArguments.Truth, "Discardable"),
        new(Contract.OwesFlush, Types | AttributeTargets.Method | AttributeTargets.Property, ContractArguments.None),
        new(Contract.OwnerMade, AttributeTargets.Struct, ContractArguments.None),
        new(Contract.Releases, AttributeTargets.Method, ContractArguments.PerhapsText),
        new(Contract.RequiresLock, AttributeTargets.Method | AttributeTargets.Property, ContractArguments.Text),
        new(Contract.RequiresZeroed, AttributeTargets.Parameter, ContractArguments.None),
        new(Contract.TableEntry, AttributeTargets.Struct | AttributeTargets.Enum, ContractArguments.None),
        new(Contract.TrustedContext, Types | AttributeTargets.Method | AttributeTargets.Constructor, ContractArguments.Text),
        new(Contract.Zeroes, AttributeTargets.Parameter, ContractArguments.None),
    ];

    /// <summary>The word spelled so; null where there is none.</summary>
    public static ContractWord? Find(string spelled)
    {
        foreach (ContractWord word in All)
        {
            if (word.Spelled == spelled)
            {
                return word;
            }
        }

        return null;
    }

    /// <summary>Where an attribute on the declaration would stand; 0 where no contract can stand.</summary>
    public static AttributeTargets TargetOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol { TypeKind: TypeKind.Class } => AttributeTargets.Class,
        INamedTypeSymbol { TypeKind: TypeKind.Struct } => AttributeTargets.Struct,
        INamedTypeSymbol { TypeKind: TypeKind.Enum } => AttributeTargets.Enum,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => AttributeTargets.Constructor,
        IMethodSymbol => AttributeTargets.Method,
        IPropertySymbol => AttributeTargets.Property,
        IFieldSymbol => AttributeTargets.Field,
        IParameterSymbol => AttributeTargets.Parameter,
        _ => 0,
    };
}

/// <summary>What a contract takes as arguments.</summary>
internal enum ContractArguments
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One text.</summary>
    Text,

    /// <summary>One text, or nothing.</summary>
    PerhapsText,

    /// <summary>A kind of address, or nothing.</summary>
    Kind,

    /// <summary>An option that is true or false.</summary>
    Truth,

    /// <summary>An option that is a number above 0.</summary>
    Count,
}
