using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a round of fixing starts from.</summary>
/// <param name="Number">How many rounds came before.</param>
/// <param name="Solution">The solution.</param>
/// <param name="Findings">What is found in it.</param>
/// <param name="Verifier">Reports failures.</param>
internal sealed record FixRound(int Number, Solution Solution, ImmutableArray<Finding> Findings, IVerifier Verifier);

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

/// <summary>Fixes every diagnostic in a document, a project or the solution at once.</summary>
internal sealed class FixAll(FixChoice choice, FixAllScope scope) : IFixStep
{
    /// <inheritdoc/>
    public string Name => $"Fix All in the {scope.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public bool IsOffered { get; private set; }

    /// <inheritdoc/>
    public bool FirstActionDecides => true;

    /// <inheritdoc/>
    public async Task<CodeAction?> OfferAsync(FixRound round, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        OfferedAction? offered = await choice.ChooseAsync(round, diagnostic, cancellationToken).ConfigureAwait(false);
        if (offered?.Fix.GetFixAllProvider() is not { } provider || !provider.GetSupportedFixAllScopes().Contains(scope))
        {
            return null;
        }

        IsOffered = true;
        round.Verifier.True(
            offered.Action.EquivalenceKey is not null,
            $"The action '{offered.Action.Title}' has no equivalence key, so Fix All cannot tell it.");
        FixAllContext context = new(
            offered.Document,
            offered.Fix,
            scope,
            offered.Action.EquivalenceKey!,
            provider.GetSupportedFixAllDiagnosticIds(offered.Fix),
            new FoundDiagnostics(round.Findings),
            cancellationToken);
        return await provider.GetFixAsync(context).ConfigureAwait(false);
    }

    /// <summary>Gives the diagnostics that were found already.</summary>
    private sealed class FoundDiagnostics(ImmutableArray<Finding> findings) : FixAllContext.DiagnosticProvider
    {
        /// <inheritdoc/>
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(In(project));

        /// <inheritdoc/>
        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(In(project).Where(diagnostic => !diagnostic.Location.IsInSource));

        /// <inheritdoc/>
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            SyntaxTree? tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            return In(document.Project).Where(diagnostic => diagnostic.Location.IsInSource && diagnostic.Location.SourceTree == tree);
        }

        private IEnumerable<Diagnostic> In(Project project) =>
            findings.Where(finding => finding.Project == project.Id).Select(finding => finding.Diagnostic);
    }
}
