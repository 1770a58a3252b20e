using System.Collections.Immutable;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>At one point of a method: the term that each variable holds, and what the checks on the way have shown.</summary>
internal sealed class TermState(ImmutableDictionary<object, Term> variables, TermFacts facts) : IFlowState<TermState>
{
    private const int MaximumChoices = 8;

    private ImmutableDictionary<object, Term> _variables = variables;

    public static TermState AtStart => new(ImmutableDictionary<object, Term>.Empty, TermFacts.None);

    public TermFacts Facts { get; set; } = facts;

    /// <summary>Whether what was read last does not return.</summary>
    public bool IsOver { get; set; }

    /// <summary>What the local, parameter or capture holds; null if nothing is known.</summary>
    public Term? Read(object variable) =>
        _variables.TryGetValue(variable, out Term? term) ? term : variable is IParameterSymbol parameter ? Term.Parameter(parameter) : null;

    public void Write(object variable, Term term) => _variables = _variables.SetItem(variable, term);

    /// <summary>Lets the variable hold another number from now on, if it holds any, of which nothing is known.</summary>
    public void Forget(object variable, ITypeSymbol? type)
    {
        if (Read(variable) is not null)
        {
            Term unknown = Term.Opaque(variable, type);
            Write(variable, unknown);
            Facts = Facts.Without(unknown);
        }
    }

    public TermState Copy() => new(_variables, Facts);

    public TermState Join(TermState other)
    {
        ImmutableDictionary<object, Term>.Builder variables = ImmutableDictionary.CreateBuilder<object, Term>();
        TermFacts facts = Facts.Join(other.Facts);
        foreach (object variable in _variables.Keys)
        {
            Add(variable);
        }

        foreach (object variable in other._variables.Keys)
        {
            Add(variable);
        }

        return new(variables.ToImmutable(), facts);

        void Add(object variable)
        {
            if (variables.ContainsKey(variable) || Read(variable) is not { } left || other.Read(variable) is not { } right)
            {
                return;
            }

            Term joined = left.Equals(right) ? left : Choice(variable, left, right, other.Facts);
            variables[variable] = joined;
            if (joined.Kind == TermKind.Opaque && !left.Equals(right))
            {
                // What a loop counts is another number each time round.
                facts = facts.Without(joined);
            }
        }
    }

    public bool SameAs(TermState other)
    {
        if (_variables.Count != other._variables.Count || !Facts.SameAs(other.Facts))
        {
            return false;
        }

        foreach (System.Collections.Generic.KeyValuePair<object, Term> pair in _variables)
        {
            if (!other._variables.TryGetValue(pair.Key, out Term? same) || !same.Equals(pair.Value))
            {
                return false;
            }
        }

        return true;
    }

    private Term Choice(object variable, Term left, Term right, TermFacts rightFacts)
    {
        if ((left.Kind, right.Kind) is (TermKind.Opaque, TermKind.Opaque or TermKind.Constant) or (TermKind.Constant, TermKind.Opaque))
        {
            return Term.Opaque(variable, left.Type);
        }

        ImmutableArray<Term>.Builder parts = ImmutableArray.CreateBuilder<Term>();
        ImmutableArray<TermFacts>.Builder under = ImmutableArray.CreateBuilder<TermFacts>();
        AddAll(left, Facts);
        AddAll(right, rightFacts);
        return parts.Count is 0 or > MaximumChoices ? Term.Opaque(variable, left.Type) : Term.Choice(parts.ToImmutable(), under.ToImmutable());

        void AddAll(Term term, TermFacts here)
        {
            if (term.Kind != TermKind.Choice)
            {
                Add(term, here);
                return;
            }

            for (int index = 0; index < term.Parts.Length; index++)
            {
                if (term.Under[index].And(here) is { } both)
                {
                    Add(term.Parts[index], both);
                }
            }
        }

        void Add(Term term, TermFacts here)
        {
            int known = parts.IndexOf(term);
            if (known >= 0)
            {
                under[known] = under[known].Join(here);
                return;
            }

            parts.Add(term);
            under.Add(here);
        }
    }
}
