using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>A place in the source where a value came to be without its owner.</summary>
/// <param name="syntax">The expression, or the declaration of a local without a value.</param>
/// <param name="type">The type of the value.</param>
/// <param name="how">What made it, for a message.</param>
/// <param name="isStorage">Whether it is room for values, which somebody may fill before he reads it.</param>
internal sealed class Making(SyntaxNode syntax, ITypeSymbol type, string how, bool isStorage = false)
{
    public SyntaxNode Syntax { get; } = syntax;

    public ITypeSymbol Type { get; } = type;

    public string How { get; } = how;

    public bool IsStorage { get; } = isStorage;
}

/// <summary>Which locals, parameters and captures may hold a value that its owner did not make, at one point of a method.</summary>
internal sealed class MadeState : IFlowState<MadeState>
{
    /// <summary>No making.</summary>
    public static readonly ImmutableHashSet<Making> None = [];

    private ImmutableDictionary<object, ImmutableHashSet<Making>> _values = ImmutableDictionary<object, ImmutableHashSet<Making>>.Empty;

    public MadeState Copy() => (MadeState)MemberwiseClone();

    /// <summary>What may have made the value there.</summary>
    /// <param name="place">A local, a parameter or the number of a capture.</param>
    public ImmutableHashSet<Making> Read(object place) =>
        _values.TryGetValue(place, out ImmutableHashSet<Making>? known) ? known : None;

    public void Write(object place, ImmutableHashSet<Making> value) =>
        _values = value.IsEmpty ? _values.Remove(place) : _values.SetItem(place, value);

    public MadeState Join(MadeState other)
    {
        MadeState joined = Copy();
        foreach (KeyValuePair<object, ImmutableHashSet<Making>> entry in other._values)
        {
            joined._values = joined._values.SetItem(entry.Key, Read(entry.Key).Union(entry.Value));
        }

        return joined;
    }

    public bool SameAs(MadeState other)
    {
        if (_values.Count != other._values.Count)
        {
            return false;
        }

        foreach (KeyValuePair<object, ImmutableHashSet<Making>> entry in _values)
        {
            if (!other.Read(entry.Key).SetEquals(entry.Value))
            {
                return false;
            }
        }

        return true;
    }
}
