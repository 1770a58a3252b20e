using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Tests.Verification;

/// <summary>Makes the first letter of a class large, with Fix All. The other samples differ from it in one thing each.</summary>
public class CapitalFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [SmallClassAnalyzer.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (CodeAction action in Actions(context.Document, context.Diagnostics[0].Location.SourceSpan))
        {
            context.RegisterCodeFix(action, context.Diagnostics);
        }

        return Task.CompletedTask;
    }

    /// <summary>What is offered for the class at <paramref name="span"/>.</summary>
    protected virtual IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Capital", cancellation => RenameAsync(document, span, Capital, cancellation), "capital")];

    /// <summary>The name with a large first letter.</summary>
    protected static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>Replaces the name at <paramref name="span"/>.</summary>
    protected static async Task<Document> RenameAsync(
        Document document, TextSpan span, System.Func<string, string> rename, CancellationToken cancellation)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        SyntaxToken name = root.FindToken(span.Start);
        SyntaxToken renamed = SyntaxFactory.Identifier(name.LeadingTrivia, rename(name.Text), name.TrailingTrivia);
        return document.WithSyntaxRoot(root.ReplaceToken(name, renamed));
    }
}

/// <summary>Offers no Fix All.</summary>
public sealed class SingleCapitalFix : CapitalFix
{
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;
}

/// <summary>Has no equivalence key.</summary>
public sealed class KeylessFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Capital", cancellation => RenameAsync(document, span, Capital, cancellation))];
}

/// <summary>Offers a second way.</summary>
public sealed class TwoWayFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
    [
        .. base.Actions(document, span),
        CodeAction.Create("Prefix", cancellation => RenameAsync(document, span, name => "The" + name, cancellation), "prefix"),
    ];
}

/// <summary>Offers its ways below a common heading.</summary>
public sealed class NestedFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
    [
        CodeAction.Create(
            "Rename",
            [.. base.Actions(document, span), CodeAction.Create("Prefix", cancellation => RenameAsync(document, span, name => "The" + name, cancellation), "prefix")],
            isInlinable: false),
    ];
}

/// <summary>Fixes half of it: the class stays small.</summary>
public sealed class EndlessFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Longer", cancellation => RenameAsync(document, span, name => name + "x", cancellation), "longer")];
}

/// <summary>Offers an action that changes nothing.</summary>
public sealed class IdleFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Idle", _ => Task.FromResult(document), "idle")];
}

/// <summary>Puts into one token what the parser reads as several: a class with a base.</summary>
public sealed class WrongTreeFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Base", cancellation => RenameAsync(document, span, name => Capital(name) + ":object", cancellation), "base")];
}

/// <summary>Asks for its class to be formatted.</summary>
public sealed class FormattingFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("Format", cancellation => FormatAsync(document, span, cancellation), "format")];

    private static async Task<Document> FormatAsync(Document document, TextSpan span, CancellationToken cancellation)
    {
        Document renamed = await RenameAsync(document, span, Capital, cancellation).ConfigureAwait(false);
        SyntaxNode root = (await renamed.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        SyntaxNode parent = root.FindToken(span.Start).Parent!;
        return renamed.WithSyntaxRoot(root.ReplaceNode(parent, parent.WithAdditionalAnnotations(Formatter.Annotation)));
    }
}

/// <summary>Does something beside changing the solution.</summary>
public sealed class TwoOperationFix : CapitalFix
{
    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) => [new TwoOperations(document, span)];

    private sealed class TwoOperations(Document document, TextSpan span) : CodeAction
    {
        /// <inheritdoc/>
        public override string Title => "Twice";

        /// <inheritdoc/>
        public override string EquivalenceKey => "twice";

        /// <inheritdoc/>
        protected override async Task<IEnumerable<CodeActionOperation>> ComputeOperationsAsync(CancellationToken cancellationToken)
        {
            Document renamed = await RenameAsync(document, span, Capital, cancellationToken).ConfigureAwait(false);
            ApplyChangesOperation change = new(renamed.Project.Solution);
            return [change, change];
        }
    }
}

/// <summary>Has a Fix All that does something else than the single fix.</summary>
public sealed class WrongFixAllFix : CapitalFix
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await RenameAsync(document, diagnostics[0].Location.SourceSpan, name => "Wrong" + name, context.CancellationToken).ConfigureAwait(false));
}

/// <summary>Has a Fix All that fixes one class each time.</summary>
public sealed class SlowFixAllFix : CapitalFix
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await RenameAsync(
            document, diagnostics.OrderBy(each => each.Location.SourceSpan.Start).First().Location.SourceSpan, Capital, context.CancellationToken)
            .ConfigureAwait(false));
}

/// <summary>Adds a file for each class.</summary>
public sealed class NewFileFix : CapitalFix
{
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override IEnumerable<CodeAction> Actions(Document document, TextSpan span) =>
        [CodeAction.Create("File", cancellation => AddAsync(document, span, cancellation), "file")];

    private static async Task<Solution> AddAsync(Document document, TextSpan span, CancellationToken cancellation)
    {
        Document renamed = await RenameAsync(document, span, Capital, cancellation).ConfigureAwait(false);
        return renamed.Project.AddDocument("New.cs", "class New { }\n", filePath: "/0/New.cs").Project.Solution;
    }
}
