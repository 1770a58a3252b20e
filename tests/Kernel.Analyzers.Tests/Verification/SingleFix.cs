using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fixes one diagnostic at a time.</summary>
internal sealed class SingleFix(FixChoice choice) : IFixStep
{
    /// <inheritdoc/>
    public string Name => "fixing one diagnostic after the other";

    /// <inheritdoc/>
    public bool IsOffered => true;

    /// <inheritdoc/>
    public bool FirstActionDecides => false;

    /// <inheritdoc/>
    public async Task<CodeAction?> OfferAsync(FixRound round, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        (await choice.ChooseAsync(round, diagnostic, cancellationToken).ConfigureAwait(false))?.Action;
}
