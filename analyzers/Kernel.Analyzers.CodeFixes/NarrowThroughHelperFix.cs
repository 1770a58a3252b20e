using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM201 and KMEM202: the cast becomes a call of a method marked <c>[CheckedNarrowing]</c>.</summary>
/// <remarks>Offered for each such method that takes the value and returns the type of the cast; where there is none, so is no fix.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NarrowThroughHelperFix))]
[Shared]
public sealed class NarrowThroughHelperFix : CodeFixProvider
{
    private const string SymbolAnnotationKind = "SymbolId";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM201", "KMEM202"];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not CastExpressionSyntax cast)
            {
                continue;
            }

            foreach (NarrowingHelper helper in NarrowingHelper.For(cast, model, context.CancellationToken))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Narrow through '{helper.Name}'",
                        cancellation => ReplaceAsync(context.Document, cast, helper, cancellation),
                        equivalenceKey: helper.Name),
                    diagnostic);
            }
        }
    }

    private static async Task<Document> ReplaceAsync(
        Document document, CastExpressionSyntax cast, NarrowingHelper helper, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        SyntaxGenerator generator = editor.Generator;
        ExpressionSyntax value = cast.Expression;
        while (value is ParenthesizedExpressionSyntax parenthesized)
        {
            value = parenthesized.Expression;
        }

        SyntaxNode argument = helper.ConvertedTo is { } type
            ? generator.CastExpression(type, value).WithAdditionalAnnotations(Simplifier.Annotation)
            : value.WithoutTrivia();
        SyntaxNode call = generator.InvocationExpression(
            generator.MemberAccessExpression(ExpressionFor(helper.Method.ContainingType, generator), helper.Method.Name),
            argument);
        if (helper.NeedsCastBack)
        {
            call = SyntaxFactory.CastExpression(cast.Type, (ExpressionSyntax)call);
        }

        editor.ReplaceNode(cast, call.WithTriviaFrom(cast));
        return editor.GetChangedDocument();
    }

    // The generator writes a type as a name; before a dot the parser reads the same text as an expression.
    private static ExpressionSyntax ExpressionFor(INamedTypeSymbol type, SyntaxGenerator generator)
    {
        SyntaxNode name = generator.TypeExpression(type, addImport: true);
        return SyntaxFactory.ParseExpression(name.ToString())
            .WithAdditionalAnnotations(name.GetAnnotations(SymbolAnnotationKind))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
    }
}
