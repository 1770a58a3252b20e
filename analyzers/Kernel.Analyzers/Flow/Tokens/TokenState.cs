using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

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
    private Func<AccessPath, bool>? _spared;
    private ImmutableDictionary<ISymbol, ImmutableHashSet<AccessPath>> _saved =
        ImmutableDictionary.Create<ISymbol, ImmutableHashSet<AccessPath>>(SymbolEqualityComparer.Default);
    private (SyntaxNode Condition, bool Holds, ImmutableHashSet<AccessPath> With)? _tested;

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

        return _enabled is null || _spared!(place) ? TokenValue.Fresh : TokenValue.Fresh.EndedAt(_enabled);
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

    /// <summary>The tokens that were there when the flags that a condition on the way here has tested were saved.</summary>
    public ImmutableHashSet<AccessPath>? Tested => _tested?.With;

    /// <summary>Interrupts are enabled: every token ends.</summary>
    /// <param name="where">Where they are.</param>
    /// <param name="before">The tokens that were there when the flag was saved that is put back; null where it is just set.</param>
    /// <param name="isSpared">Which places keep what they have; so does everything that came from a scope.</param>
    public void EndAll(Location where, ImmutableHashSet<AccessPath>? before, Func<AccessPath, bool> isSpared)
    {
        _values = _values.SetItems(_values
            .Where(entry => before?.Contains(entry.Key) != true && entry.Value.Scopes.IsEmpty && !isSpared(entry.Key))
            .Select(entry => new KeyValuePair<AccessPath, TokenValue>(entry.Key, entry.Value.EndedAt(where))));
        if (before is null)
        {
            _enabled ??= where;
            _spared = isSpared;
        }
    }

    /// <summary>A local is given a value, which may be the flag as it is now.</summary>
    public void Save(ISymbol local) => _saved = _saved.SetItem(local, [.. _values.Keys]);

    /// <summary>The tokens that were there when the flags that an expression reads were saved; null if it reads none.</summary>
    public ImmutableHashSet<AccessPath>? SavedIn(IOperation expression)
    {
        foreach (IOperation part in expression.DescendantsAndSelf())
        {
            if (part is ILocalReferenceOperation { Local: var local, ConstantValue.HasValue: false }
                && _saved.TryGetValue(local, out ImmutableHashSet<AccessPath>? with))
            {
                return with;
            }
        }

        return null;
    }

    /// <summary>On this way a condition on saved flags has been decided.</summary>
    public void Test(SyntaxNode condition, bool holds, ImmutableHashSet<AccessPath> saved) => _tested = (condition, holds, saved);

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
        joined._spared ??= other._spared;
        joined._saved = _saved.Where(entry => other._saved.ContainsKey(entry.Key))
            .ToImmutableDictionary(entry => entry.Key, entry => entry.Value.Intersect(other._saved[entry.Key]), SymbolEqualityComparer.Default);
        joined._tested = IsSameTest(other) ? (_tested!.Value.Condition, _tested.Value.Holds, _tested.Value.With.Intersect(other._tested!.Value.With)) : null;
        return joined;
    }

    private bool IsSameTest(TokenState other) => _tested is { } one && other._tested is { } twin
        && one.Condition == twin.Condition && one.Holds == twin.Holds;

    public bool SameAs(TokenState other) =>
        _enabled is null == other._enabled is null
        && _assigned.SetEquals(other._assigned)
        && (_tested is null ? other._tested is null : IsSameTest(other) && _tested.Value.With.SetEquals(other._tested!.Value.With))
        && _saved.Count == other._saved.Count
        && _saved.All(entry => other._saved.TryGetValue(entry.Key, out ImmutableHashSet<AccessPath>? twin) && twin.SetEquals(entry.Value))
        && _endedScopes.Count == other._endedScopes.Count && _endedScopes.Keys.All(other._endedScopes.ContainsKey)
        && _values.Count == other._values.Count
        && _values.All(entry => other._values.TryGetValue(entry.Key, out TokenValue? twin) && entry.Value.SameAs(twin));
}
