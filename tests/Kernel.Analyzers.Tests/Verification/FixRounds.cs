using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Applies a fix, round after round, until nothing is left to fix or no action changes anything.</summary>
/// <remarks>A last round with an action that changes nothing counts too: the fix should not have offered it.</remarks>
internal sealed class FixRounds(IFixStep step, Func<Solution, Task<ImmutableArray<Finding>>> find, IVerifier verifier)
{
    private int _rounds;

    /// <summary>The solution after the last round.</summary>
    public async Task<Solution> RunAsync(Solution solution, int expectedRounds, CancellationToken cancellationToken)
    {
        while (await NextAsync(solution, cancellationToken).ConfigureAwait(false) is { } next)
        {
            _rounds++;
            verifier.True(_rounds <= Math.Abs(expectedRounds), Rounds(expectedRounds, "and an action was still offered"));
            if (!await SourceComparison.DiffersAsync(solution, next, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            await VerifyTreesAsync(solution, next, cancellationToken).ConfigureAwait(false);
            solution = next;
        }

        return solution;
    }

    /// <summary>Fails if fewer rounds were needed than had to be.</summary>
    public void VerifyRounds(int expectedRounds) =>
        verifier.True(expectedRounds < -1 || _rounds == Math.Abs(expectedRounds), Rounds(expectedRounds, "and nothing more could be fixed"));

    /// <summary>The solution after the first action that changes it; the same one if no action does; null if there is no action.</summary>
    private async Task<Solution?> NextAsync(Solution solution, CancellationToken cancellationToken)
    {
        FixRound round = new(_rounds, solution, await find(solution).ConfigureAwait(false), verifier);
        Solution? next = null;
        foreach (Finding finding in round.Findings)
        {
            if (await step.OfferAsync(round, finding.Diagnostic, cancellationToken).ConfigureAwait(false) is not { } action)
            {
                continue;
            }

            verifier.True(finding.IsLocal, $"{finding.Diagnostic.Id} is reported at the end of the compilation, where no editor offers a fix.");
            next = await ApplyAsync(action, cancellationToken).ConfigureAwait(false);
            if (step.FirstActionDecides || await SourceComparison.DiffersAsync(solution, next, cancellationToken).ConfigureAwait(false))
            {
                return next;
            }
        }

        return next is null ? null : solution;
    }

    private async Task<Solution> ApplyAsync(CodeAction action, CancellationToken cancellationToken)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(cancellationToken).ConfigureAwait(false);
        if (operations is [ApplyChangesOperation change])
        {
            return change.ChangedSolution;
        }

        verifier.Fail($"The action '{action.Title}' has to consist of one change of the solution, not of {operations.Length} operations.");
        throw new InvalidOperationException("The verifier let a failure pass.");
    }

    // A fix may build a tree that prints as the right text but is not what the parser makes of it; the next fix would stumble over it.
    private async Task VerifyTreesAsync(Solution before, Solution after, CancellationToken cancellationToken)
    {
        foreach (ProjectChanges changes in after.GetChanges(before).GetProjectChanges())
        {
            foreach (DocumentId id in changes.GetChangedDocuments().Concat(changes.GetAddedDocuments()))
            {
                Document document = after.GetDocument(id)!;
                SyntaxTree? tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
                SyntaxNode? root = tree is null ? null : await tree.GetRootAsync(cancellationToken).ConfigureAwait(false);
                SyntaxNode? parsed = root is null
                    ? null
                    : await CSharpSyntaxTree.ParseText(root.ToFullString(), (CSharpParseOptions)tree!.Options, cancellationToken: cancellationToken)
                        .GetRootAsync(cancellationToken).ConfigureAwait(false);
                verifier.True(
                    root is null || ShapeOf(root).SequenceEqual(ShapeOf(parsed!)),
                    $"The fix makes a tree of {document.Name} that differs from what the parser makes of its text:{Environment.NewLine}{root}");
            }
        }
    }

    // Not by SyntaxFactory.AreEquivalent: it tells a list of one statement from the same list once something further inside was replaced.
    private static IEnumerable<(int Kind, bool IsMissing, Text.TextSpan Span)> ShapeOf(SyntaxNode root) =>
        root.DescendantNodesAndTokensAndSelf().Select(part => (part.RawKind, part.IsMissing, part.Span));

    private string Rounds(int expected, string then) =>
        $"Expected {(expected < -1 ? "at most" : "exactly")} {Math.Abs(expected)} rounds of fixing, but there were {_rounds}, {then}.";
}
