using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>Says what was found in one body.</summary>
/// <param name="owner">Whose body it is.</param>
/// <param name="report">Takes what is said.</param>
internal sealed class LockReport(ISymbol owner, Action<Diagnostic> report)
{
    /// <summary>Whose body it is.</summary>
    public ISymbol Owner { get; } = owner;

    /// <summary>Takes what is said.</summary>
    public Action<Diagnostic> Say { get; } = report;

    /// <summary>Says what is wrong.</summary>
    public void Report(LockFinding finding)
    {
        DiagnosticDescriptor rule = finding.Mistake switch
        {
            LockMistake.Unguarded => LockRules.Unguarded,
            LockMistake.Missing => LockRules.Missing,
            LockMistake.Held => LockRules.Held,
            LockMistake.OtherGuard => LockRules.OtherGuard,
            LockMistake.StillHeld => LockRules.StillHeld,
            LockMistake.GivenAway => LockRules.GivenAway,
            LockMistake.NotHeld => LockRules.NotHeld,
            LockMistake.ReleasedTwice => LockRules.ReleasedTwice,
            LockMistake.TakenTwice => LockRules.TakenTwice,
            LockMistake.TakenByCallee => LockRules.TakenByCallee,
            LockMistake.NotTaken => LockRules.NotTaken,
            LockMistake.NotReleased => LockRules.NotReleased,
            _ => LockRules.DisposedTwice,
        };
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty;
        if (finding is { Mistake: LockMistake.Unguarded or LockMistake.Missing, MayBeHeld: false })
        {
            properties = properties.Add(LockAnalyzer.LockProperty, finding.Needed.ToString());
        }

        Location place = finding.Mistake is LockMistake.NotTaken or LockMistake.NotReleased ? Owner.Locations[0] : finding.Place.GetLocation();
        Say(Diagnostic.Create(rule, place, finding.History, properties, finding.Member, finding.Needed.ToString(), finding.Story));
    }
}
