using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts;

/// <summary>A contract as it was given to one declaration: which rules read it does not show whether an attribute or a vocabulary says it.</summary>
public readonly struct ContractMark
{
    private readonly AttributeData? _attribute;
    private readonly ImmutableArray<ContractArgument> _arguments;

    /// <summary>What an attribute says.</summary>
    public ContractMark(AttributeData attribute) => (_attribute, _arguments) = (attribute, []);

    /// <summary>What a line of a vocabulary says.</summary>
    /// <param name="arguments">The arguments in the order in which they were given.</param>
    public ContractMark(ImmutableArray<ContractArgument> arguments) => (_attribute, _arguments) = (null, arguments);

    /// <summary>The first argument, which has no name; null where there is none. That of an enum is its number.</summary>
    public object? First =>
        _attribute is null ? Of(null)
        : _attribute.ConstructorArguments is [{ Kind: not TypedConstantKind.Array, Value: var value }, ..] ? value
        : null;

    /// <summary>The first argument, if it is text.</summary>
    public string? Text => First as string;

    /// <summary>The argument given as <c>name = value</c>; null where it is not given.</summary>
    public object? Named(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in _attribute?.NamedArguments ?? [])
        {
            if (argument.Key == name && argument.Value.Kind != TypedConstantKind.Array)
            {
                return argument.Value.Value;
            }
        }

        return Of(name);
    }

    private object? Of(string? name)
    {
        foreach (ContractArgument argument in _arguments)
        {
            if (argument.Name == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}
