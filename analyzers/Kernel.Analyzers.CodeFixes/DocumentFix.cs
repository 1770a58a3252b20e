using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>A fix that stays in the document of its diagnostic. It says what it would change; applying that, to one or to all, is done here.</summary>
/// <remarks>
/// Fix All goes through the diagnostics of a document in the order of the text and makes all changes in one pass, also those that lie
/// within each other. Without a key, which is how the formatter calls it, each diagnostic gets the first change that it is offered.
/// What a vocabulary says holds for fixes as it does for rules.
/// </remarks>
public abstract class DocumentFix : CodeFixProvider
{
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await ApplyAsync(document, diagnostics, context.CodeActionEquivalenceKey, context.CancellationToken).ConfigureAwait(false));

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        ScopeOf(context.Document, model, context.CancellationToken).Around(Register, (Context: context, Root: root, Model: model));
    }

    private void Register((CodeFixContext Context, SyntaxNode Root, SemanticModel Model) offer)
    {
        Document document = offer.Context.Document;
        foreach (Diagnostic diagnostic in offer.Context.Diagnostics)
        {
            foreach (Change change in ChangesFor(NodeOf(offer.Root, diagnostic), diagnostic, offer.Model, offer.Context.CancellationToken))
            {
                offer.Context.RegisterCodeFix(
                    CodeAction.Create(change.Title, cancellation => ApplyAsync(document, [diagnostic], change.Key, cancellation), change.Key),
                    diagnostic);
            }
        }
    }

    /// <summary>The changes to choose from, the most likely one first; none where no change is certainly right.</summary>
    /// <param name="node">The innermost node that the diagnostic stands on.</param>
    private protected abstract IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation);

    private async Task<Document> ApplyAsync(
        Document document, IEnumerable<Diagnostic> diagnostics, string? key, CancellationToken cancellation)
    {
        FixPass pass = await FixPass.BeginAsync(document, cancellation).ConfigureAwait(false);
        ScopeOf(document, pass.Model, cancellation).Around(
            ordered => Apply(ordered, key, pass, cancellation), diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start));
        return pass.ChangedDocument();
    }

    private void Apply(IEnumerable<Diagnostic> diagnostics, string? key, FixPass pass, CancellationToken cancellation)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Change? chosen = ChangesFor(NodeOf(pass.Root, diagnostic), diagnostic, pass.Model, cancellation)
                .FirstOrDefault(change => key is null || change.Key == key);
            if (chosen is not null && pass.Claim(chosen.Target))
            {
                chosen.Apply(pass);
            }
        }
    }

    private static CompilationScope ScopeOf(Document document, SemanticModel model, CancellationToken cancellation) =>
        new(model.Compilation, document.Project.AnalyzerOptions.AdditionalFiles, cancellation);

    private static SyntaxNode NodeOf(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
}
