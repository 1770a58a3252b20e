using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which of the actions offered for a diagnostic is applied.</summary>
/// <param name="fixes">The fixes that may offer actions.</param>
/// <param name="index">The index of the action; the first when null. When there is no such action, none is applied.</param>
/// <param name="equivalenceKey">The key that the action has to have; any when null.</param>
internal sealed class FixChoice(ImmutableArray<CodeFixProvider> fixes, int? index, string? equivalenceKey)
{
    /// <summary>The action to apply to a diagnostic; null when none is offered.</summary>
    /// <remarks>Fails when an index and a key are given that do not belong together.</remarks>
    public async Task<OfferedAction?> ChooseAsync(FixRound round, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (round.Solution.GetDocument(diagnostic.Location.SourceTree) is not { } document)
        {
            return null;
        }

        List<OfferedAction> offered = [];
        foreach (CodeFixProvider fix in fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            CodeFixContext context = new(document, diagnostic, (action, _) => Offer(fix, action), cancellationToken);
            await fix.RegisterCodeFixesAsync(context).ConfigureAwait(false);
        }

        if (equivalenceKey is null)
        {
            return offered.ElementAtOrDefault(index ?? 0);
        }

        OfferedAction? withKey = offered.Find(action => action.Action.EquivalenceKey == equivalenceKey);
        if (index is { } expectedIndex && (withKey is not null || round.Number == 0))
        {
            round.Verifier.True(
                withKey is not null && offered.IndexOf(withKey) == expectedIndex,
                $"The action with the index {expectedIndex} has to be the first with the key '{equivalenceKey}'.");
        }

        return withKey;

        void Offer(CodeFixProvider fix, CodeAction action)
        {
            if (action.NestedActions.IsEmpty)
            {
                offered.Add(new OfferedAction(fix, document, action));
                return;
            }

            foreach (CodeAction nested in action.NestedActions)
            {
                Offer(fix, nested);
            }
        }
    }
}
