using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

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
