using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM104: the statement that frees goes behind the flush that comes too late.</summary>
/// <remarks>
/// Offered where both are statements of one block, nothing in between leaves it or releases a lock, and what is freed is named by
/// variables that keep their values until then.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FreeAfterFlushFix))]
[Shared]
public sealed class FreeAfterFlushFix : DocumentFix
{
    private const string Title = "Free the frame after the flush";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM104"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        // The change of the entry, then the flush.
        if (diagnostic.AdditionalLocations.Count == 2
            && StatementPlaces.Around(node) is ExpressionStatementSyntax free
            && StatementPlaces.Doing(diagnostic.AdditionalLocations[1], free) is { } flush)
        {
            IReadOnlyList<StatementSyntax> neighbours = StatementPlaces.Neighbours(free);
            IEnumerable<StatementSyntax> passed = neighbours.SkipWhile(statement => statement != free).Skip(1)
                .TakeWhile(statement => statement != flush).Append(flush);
            if (neighbours.Contains(flush) && new StatementOrder(model).MayComeAfter(free, passed))
            {
                yield return new Change(Title, Title, free, pass => pass.MoveAfter(free, flush));
            }
        }
    }
}
