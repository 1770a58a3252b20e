using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>What holds of a method's arguments once it has returned, and once it has returned true or false.</summary>
internal sealed class TermSummary(IMethodSymbol method, TermFacts? afterwards, TermFacts? whenTrue, TermFacts? whenFalse)
{
    /// <summary>Whether the method returns at all.</summary>
    public bool Returns => afterwards is not null;

    /// <summary>The facts, and what holds of the arguments after the call; null if it cannot return.</summary>
    public TermFacts? AfterReturning(Term call, TermFacts facts, TermChecks checks) =>
        afterwards is null ? null : Add(afterwards, call, facts, checks);

    /// <summary>The facts, and what holds of the arguments where the call has returned true, or false; null if it never does.</summary>
    public TermFacts? WhenReturning(Term call, bool value, TermFacts facts, TermChecks checks) =>
        (value ? whenTrue : whenFalse) is { } shown ? Add(shown, call, facts, checks) : null;

    private TermFacts? Add(TermFacts shown, Term call, TermFacts facts, TermChecks checks)
    {
        Dictionary<Term, Term> arguments = ArgumentsOf(call);
        TermFacts translated = TermFacts.None;
        foreach (KeyValuePair<Term, ValueRange> known in shown.Ranges)
        {
            if (known.Key.Substitute(arguments) is not { Kind: not TermKind.Constant } term)
            {
                continue;
            }

            if (IsCondition(known.Key))
            {
                if (checks.Assume(term, known.Value.Minimum.IsOne, facts) is not { } assumed)
                {
                    return null;
                }

                facts = assumed;
            }
            else
            {
                translated = translated.WithRange(term, known.Value);
            }
        }

        foreach (KeyValuePair<Term, Term> kept in shown.Kept)
        {
            if (kept.Key.Substitute(arguments) is { } narrowed && kept.Value.Substitute(arguments) is { } original)
            {
                translated = translated.WithKept(narrowed, original);
            }
        }

        foreach (Term changed in shown.Changed)
        {
            if (changed.Substitute(arguments) is { } narrowed)
            {
                translated = translated.WithChanged(narrowed);
            }
        }

        foreach (Term doubted in shown.Doubted)
        {
            if (!IsCondition(doubted) && doubted.Substitute(arguments) is { } argument)
            {
                translated = translated.WithDoubtOf(argument);
            }
        }

        return facts.And(translated);
    }

    private Dictionary<Term, Term> ArgumentsOf(Term call)
    {
        Dictionary<Term, Term> arguments = [];
        int first = method.IsStatic ? 0 : 1;
        if (!method.IsStatic && !call.Parts.IsEmpty)
        {
            arguments[Term.Instance(null)] = call.Parts[0];
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (first + parameter.Ordinal < call.Parts.Length)
            {
                arguments[Term.Parameter(parameter)] = call.Parts[first + parameter.Ordinal];
            }
        }

        return arguments;
    }

    // The condition that a helper was given, which it has tested.
    private static bool IsCondition(Term term) => term is { Kind: TermKind.Parameter, Type.SpecialType: SpecialType.System_Boolean };
}
