using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>One way of applying a fix.</summary>
internal interface IFixStep
{
    /// <summary>What it is called in a failure.</summary>
    string Name { get; }

    /// <summary>Whether the fix under test can be applied in this way, as far as is known yet.</summary>
    bool IsOffered { get; }

    /// <summary>Whether the first diagnostic for which there is an action decides the round, even if the action changes nothing.</summary>
    bool FirstActionDecides { get; }

    /// <summary>The action to apply for a diagnostic; null when there is none.</summary>
    Task<CodeAction?> OfferAsync(FixRound round, Diagnostic diagnostic, CancellationToken cancellationToken);
}
