using System;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules;

/// <summary>KMEM000: a rule says that it cannot decide, for whoever asks to be told. It is silent about the same place otherwise.</summary>
internal static class Unproven
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.CreateOptional(
        "KMEM000",
        RuleCategory.Configuration,
        "A rule cannot prove that it holds",
        "{0} cannot be proven for '{1}': {2}");

    private const string TooLarge = "there are too many ways through it to follow all of them";

    /// <summary>Says what an analysis of one body left open.</summary>
    /// <param name="report">Takes what is said.</param>
    /// <param name="rules">The rules that the analysis is for.</param>
    /// <param name="about">Whose body it is.</param>
    /// <param name="bodies">The bodies that were asked for.</param>
    /// <param name="isFinished">Whether the body was followed to its end.</param>
    public static void Report(Action<Diagnostic> report, string rules, ISymbol about, BodySource bodies, bool isFinished)
    {
        if (!isFinished)
        {
            Report(report, rules, about, about.Locations[0], TooLarge);
        }

        foreach (string unread in bodies.TakeUnread())
        {
            Report(report, rules, about, about.Locations[0], $"what it calls leads too far to be followed into '{unread}'");
        }
    }

    /// <summary>Says what was left open at a place.</summary>
    /// <param name="report">Takes what is said.</param>
    /// <param name="rules">The rules that leave it open.</param>
    /// <param name="about">What they would be about.</param>
    /// <param name="place">Where.</param>
    /// <param name="reason">Why.</param>
    public static void Report(Action<Diagnostic> report, string rules, ISymbol about, Location place, string reason)
    {
        ISymbol named = (about as IMethodSymbol)?.AssociatedSymbol ?? about;
        string name = named.Name.Length > 0 ? named.Name : $"a function in {named.ContainingSymbol.Name}";
        report(Diagnostic.Create(Rule, place, rules, name, reason));
    }
}
