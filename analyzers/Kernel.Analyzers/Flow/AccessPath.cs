using System;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>A place that holds a value: a root and the members that lead from it, as in <c>this._tables._lock</c>.</summary>
internal sealed class AccessPath : IEquatable<AccessPath>
{
    /// <summary>The root of <c>this</c>.</summary>
    public static readonly object ThisRoot = "this";

    private readonly int _hash;

    public AccessPath(object root, ImmutableArray<ISymbol> members)
    {
        Root = root;
        Members = members;
        int hash = root is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : root.GetHashCode();
        foreach (ISymbol member in members)
        {
            hash = unchecked((hash * 31) + SymbolEqualityComparer.Default.GetHashCode(member));
        }

        _hash = hash;
    }

    public AccessPath(object root)
        : this(root, [])
    {
    }

    /// <summary><c>this</c>.</summary>
    public static AccessPath This { get; } = new(ThisRoot);

    /// <summary>
    /// <see cref="ThisRoot"/>, a local, a parameter, a type (for its static members), or a marker of one analysis.
    /// </summary>
    public object Root { get; }

    /// <summary>The definitions of the fields and properties from the root on.</summary>
    public ImmutableArray<ISymbol> Members { get; }

    /// <summary>The place of a member of what is here.</summary>
    public AccessPath Then(ISymbol member) => new(Root, Members.Add(member.OriginalDefinition));

    /// <summary>The place of <paramref name="inner"/>'s members when its root is what is here.</summary>
    public AccessPath Then(AccessPath inner) => inner.Members.IsEmpty ? this : new(Root, Members.AddRange(inner.Members));

    /// <summary>Whether this place is <paramref name="outer"/> or lies inside it.</summary>
    public bool StartsWith(AccessPath outer)
    {
        if (Members.Length < outer.Members.Length || !SameRoot(Root, outer.Root))
        {
            return false;
        }

        for (int index = 0; index < outer.Members.Length; index++)
        {
            if (!SymbolEqualityComparer.Default.Equals(Members[index], outer.Members[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same members from another root.</summary>
    public AccessPath Rebase(AccessPath from, AccessPath to) =>
        new(to.Root, to.Members.AddRange(Members.RemoveRange(0, from.Members.Length)));

    /// <summary>Whether the paths are the same, seen from two methods: their parameters go by the type.</summary>
    public bool IsLike(AccessPath other) => Equals(other)
        || (Root is IParameterSymbol { Type: var type } && other.Root is IParameterSymbol { Type: var twin }
            && SymbolEqualityComparer.Default.Equals(type, twin) && new AccessPath(Root, other.Members).Equals(this));

    public bool Equals(AccessPath? other) =>
        other is not null && _hash == other._hash && Members.Length == other.Members.Length && StartsWith(other);

    public override bool Equals(object? obj) => Equals(obj as AccessPath);

    public override int GetHashCode() => _hash;

    /// <summary>The path as a programmer would write it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        bool bareThis = ReferenceEquals(Root, ThisRoot) && !Members.IsEmpty;
        if (!bareThis)
        {
            text.Append(Root is ISymbol symbol ? symbol.Name : Root.ToString());
        }

        foreach (ISymbol member in Members)
        {
            if (text.Length > 0)
            {
                text.Append('.');
            }

            text.Append(member.Name);
        }

        return text.ToString();
    }

    private static bool SameRoot(object left, object right) =>
        left is ISymbol one && right is ISymbol other ? SymbolEqualityComparer.Default.Equals(one, other) : left.Equals(right);
}
