using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>What is known of a token, or of a value that carries one.</summary>
/// <param name="scopes">The places of the scopes that it may have come from.</param>
/// <param name="ended">Where it ended, on some path; null if it has on none.</param>
internal sealed class TokenValue(ImmutableHashSet<AccessPath> scopes, Location? ended)
{
    /// <summary>A token that nothing is known against.</summary>
    public static TokenValue Fresh { get; } = new([], null);

    public ImmutableHashSet<AccessPath> Scopes { get; } = scopes;

    public Location? Ended { get; } = ended;

    public TokenValue Join(TokenValue other) => new(Scopes.Union(other.Scopes), Ended ?? other.Ended);

    public TokenValue EndedAt(Location where) => new(Scopes, Ended ?? where);

    public bool SameAs(TokenValue other) => Ended is null == other.Ended is null && Scopes.SetEquals(other.Scopes);
}

/// <summary>Which places hold tokens that still prove something, at one point of a method.</summary>
internal sealed class TokenState : IFlowState<TokenState>
{
    private ImmutableDictionary<AccessPath, TokenValue> _values = ImmutableDictionary<AccessPath, TokenValue>.Empty;
    private ImmutableDictionary<AccessPath, Location> _endedScopes = ImmutableDictionary<AccessPath, Location>.Empty;
    private ImmutableHashSet<ISymbol> _assigned = ImmutableHashSet<ISymbol>.Empty.WithComparer(SymbolEqualityComparer.Default);
    private Location? _enabled;

    public TokenState Copy() => (TokenState)MemberwiseClone();

    /// <summary>Whether the local or parameter has certainly been given a value.</summary>
    public bool IsAssigned(ISymbol symbol) => _assigned.Contains(symbol);

    public void Assign(ISymbol symbol) => _assigned = _assigned.Add(symbol);

    /// <summary>What the place holds.</summary>
    public TokenValue Read(AccessPath place)
    {
        if (_values.TryGetValue(place, out TokenValue? known))
        {
            return known;
        }

        return _enabled is null ? TokenValue.Fresh : TokenValue.Fresh.EndedAt(_enabled);
    }

    public void Write(AccessPath place, TokenValue value)
    {
        _values = _values.RemoveRange(_values.Keys.Where(known => known.StartsWith(place))).SetItem(place, value);
        _endedScopes = _endedScopes.RemoveRange(_endedScopes.Keys.Where(known => known.StartsWith(place)));
    }

    /// <summary>Where the scope in a place ended, on some path; null if it has on none.</summary>
    public Location? EndOf(AccessPath scope) => _endedScopes.TryGetValue(scope, out Location? where) ? where : null;

    /// <summary>A scope ends: so does every token that came from it.</summary>
    public void End(AccessPath scope, Location where)
    {
        TokenValue ended = Read(scope);
        _values = _values.SetItems(_values
            .Where(entry => entry.Value.Scopes.Contains(scope) || entry.Key.StartsWith(scope))
            .Select(entry => new KeyValuePair<AccessPath, TokenValue>(entry.Key, entry.Value.EndedAt(where))));
        _values = _values.SetItem(scope, ended.EndedAt(where));
        _endedScopes = _endedScopes.SetItem(scope, where);
    }

    /// <summary>Interrupts are enabled: every token ends.</summary>
    public void EndAll(Location where)
    {
        _values = _values.SetItems(_values
            .Select(entry => new KeyValuePair<AccessPath, TokenValue>(entry.Key, entry.Value.EndedAt(where))));
        _enabled ??= where;
    }

    public TokenState Join(TokenState other)
    {
        TokenState joined = Copy();
        foreach (AccessPath place in _values.Keys.Union(other._values.Keys))
        {
            joined._values = joined._values.SetItem(place, Read(place).Join(other.Read(place)));
        }

        joined._endedScopes = other._endedScopes.SetItems(_endedScopes);
        joined._assigned = _assigned.Intersect(other._assigned);
        joined._enabled ??= other._enabled;
        return joined;
    }

    public bool SameAs(TokenState other) =>
        _enabled is null == other._enabled is null
        && _assigned.SetEquals(other._assigned)
        && _endedScopes.Count == other._endedScopes.Count && _endedScopes.Keys.All(other._endedScopes.ContainsKey)
        && _values.Count == other._values.Count
        && _values.All(entry => other._values.TryGetValue(entry.Key, out TokenValue? twin) && entry.Value.SameAs(twin));
}
