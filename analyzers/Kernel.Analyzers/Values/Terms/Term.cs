using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>What a term is made of.</summary>
internal enum TermKind
{
    /// <summary>What the analysis does not look into; equal only to itself.</summary>
    Opaque,

    /// <summary>A number, or null.</summary>
    Constant,

    /// <summary>What a parameter was at the start.</summary>
    Parameter,

    /// <summary><c>this</c>.</summary>
    Instance,

    /// <summary>A field or a property, taken to keep its value during the method.</summary>
    Member,

    /// <summary>The result of a method or of a conversion operator, taken to be the same for the same arguments.</summary>
    Call,

    /// <summary>An object or a tuple made of its parts.</summary>
    Creation,

    /// <summary>An operator on one part.</summary>
    Unary,

    /// <summary>An operator on two parts.</summary>
    Binary,

    /// <summary>A conversion that may change the number; one that does not is no term of its own.</summary>
    Conversion,

    /// <summary>One of several values, each with what is known where it was chosen.</summary>
    Choice,
}

/// <summary>The value of an expression in terms of what the method was given, whatever variables it went through.</summary>
/// <remarks>Numbers are mathematical: a conversion that certainly keeps the number is left out.</remarks>
internal sealed class Term : IEquatable<Term>
{
    private const int MaximumSize = 64;

    private readonly int _hash;
    private readonly int _size = 1;

    private Term(TermKind kind, object? key, ITypeSymbol? type, ImmutableArray<Term> parts, IOperation? source, ImmutableArray<TermFacts> under = default)
    {
        Kind = kind;
        Key = key;
        Type = type;
        Parts = parts;
        Source = source;
        Under = under;
        _hash = ((int)kind * 397) ^ (key?.GetHashCode() ?? 0);
        foreach (Term part in parts)
        {
            _hash = (_hash * 31) ^ part._hash;
            _size += part._size;
        }
    }

    public TermKind Kind { get; }

    /// <summary>The number, symbol, operator, type or operation that makes the term what it is.</summary>
    public object? Key { get; }

    public ITypeSymbol? Type { get; }

    public ImmutableArray<Term> Parts { get; }

    /// <summary>What is known where each of the <see cref="Parts"/> of a choice was chosen.</summary>
    public ImmutableArray<TermFacts> Under { get; }

    /// <summary>The expression that made it, for reports.</summary>
    public IOperation? Source { get; }

    /// <summary>The number of a constant, or null.</summary>
    public BigInteger? Number => Kind == TermKind.Constant && Key is BigInteger number ? number : null;

    public static Term Opaque(object key, ITypeSymbol? type = null) => new(TermKind.Opaque, key, type, [], null);

    public static Term Constant(BigInteger value, ITypeSymbol? type, IOperation? source = null) => new(TermKind.Constant, value, type, [], source);

    public static Term Null(IOperation source) => new(TermKind.Constant, null, null, [], source);

    public static Term Parameter(IParameterSymbol parameter) => new(TermKind.Parameter, parameter, parameter.Type, [], null);

    public static Term Instance(ITypeSymbol? type) => new(TermKind.Instance, null, type, [], null);

    /// <summary>The comparison that one term is not above the other, under which a check notes that it is so.</summary>
    public static Term Order(Term lower, Term upper) => new(TermKind.Binary, BinaryOperatorKind.LessThanOrEqual, null, [lower, upper], null);

    public static Term Choice(ImmutableArray<Term> parts, ImmutableArray<TermFacts> under) =>
        new(TermKind.Choice, null, parts[0].Type, parts, null, under);

    /// <summary>A term of parts. A choice among the parts becomes a choice of terms; what grows too large is not looked into.</summary>
    public static Term Of(TermKind kind, object? key, ITypeSymbol? type, ImmutableArray<Term> parts, IOperation source)
    {
        for (int index = 0; index < parts.Length; index++)
        {
            if (parts[index] is { Kind: TermKind.Choice } choice)
            {
                ImmutableArray<Term>.Builder choices = ImmutableArray.CreateBuilder<Term>();
                foreach (Term chosen in choice.Parts)
                {
                    Term made = Of(kind, key, type, parts.SetItem(index, chosen), source);
                    if (made.Kind == TermKind.Choice)
                    {
                        return Opaque(source, type);
                    }

                    choices.Add(made);
                }

                return Choice(choices.ToImmutable(), choice.Under);
            }
        }

        Term term = new(kind, key, type, parts, source);
        return term._size > MaximumSize ? Opaque(source, type) : term;
    }

    /// <summary>The term with the parameters and <c>this</c> of a method replaced by what a call gives it; null if it rests on anything else.</summary>
    public Term? Substitute(IReadOnlyDictionary<Term, Term> arguments)
    {
        switch (Kind)
        {
            case TermKind.Parameter or TermKind.Instance:
                return arguments.TryGetValue(this, out Term? argument) ? argument : null;
            case TermKind.Opaque or TermKind.Choice:
                return null;
        }

        ImmutableArray<Term>.Builder parts = ImmutableArray.CreateBuilder<Term>(Parts.Length);
        foreach (Term part in Parts)
        {
            if (part.Substitute(arguments) is not { Kind: not TermKind.Choice } replaced)
            {
                return null;
            }

            parts.Add(replaced);
        }

        return new(Kind, Key, Type, parts.ToImmutable(), Source);
    }

    /// <summary>Whether the other term is this one, or a part of it.</summary>
    public bool Mentions(Term other)
    {
        if (Equals(other))
        {
            return true;
        }

        foreach (Term part in Parts)
        {
            if (part.Mentions(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The parameters and <c>this</c> in the term.</summary>
    public IEnumerable<Term> Roots()
    {
        if (Kind is TermKind.Parameter or TermKind.Instance)
        {
            yield return this;
        }

        foreach (Term part in Parts)
        {
            foreach (Term root in part.Roots())
            {
                yield return root;
            }
        }
    }

    public bool Equals(Term? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || _hash != other._hash || Kind != other.Kind || !Equals(Key, other.Key) || Parts.Length != other.Parts.Length)
        {
            return false;
        }

        for (int index = 0; index < Parts.Length; index++)
        {
            if (!Parts[index].Equals(other.Parts[index]) || (Kind == TermKind.Choice && !Under[index].SameAs(other.Under[index])))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Term);

    public override int GetHashCode() => _hash;
}
