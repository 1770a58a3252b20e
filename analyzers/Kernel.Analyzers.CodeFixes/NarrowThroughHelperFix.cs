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

/// <summary>Fixes KMEM201, KMEM202 and KMEM203: the cast, or the offset to a pointer, becomes a call of a method marked <c>[CheckedNarrowing]</c>.</summary>
/// <remarks>Offered for each such method that takes the value and returns the type of the cast; where there is none, so is no fix.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NarrowThroughHelperFix))]
[Shared]
public sealed class NarrowThroughHelperFix : CodeFixProvider
{
    private const string SymbolAnnotationKind = "SymbolId";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM201", "KMEM202", "KMEM203"];

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
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax narrowed
                || ValueAndTarget(narrowed, model, context.CancellationToken) is not (var value, { } target))
            {
                continue;
            }

            foreach (NarrowingHelper helper in NarrowingHelper.For(value, target, model, context.CancellationToken))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Narrow through '{helper.Name}'",
                        cancellation => ReplaceAsync(context.Document, narrowed, value, helper, cancellation),
                        equivalenceKey: helper.Name),
                    diagnostic);
            }
        }
    }

    // A cast names its type, and one to 64 bits narrows nothing; an offset is narrowed to the integer that a pointer is as wide as.
    private static (ExpressionSyntax Value, ITypeSymbol? Target) ValueAndTarget(
        ExpressionSyntax narrowed, SemanticModel model, CancellationToken cancellation) => narrowed switch
        {
            CastExpressionSyntax cast when model.GetTypeInfo(cast, cancellation).Type is
            {
                SpecialType: not (SpecialType.System_UInt64 or SpecialType.System_Int64),
            } type => (cast.Expression, type),
            _ when IsOffset(narrowed, model, cancellation) => (narrowed, model.Compilation.GetSpecialType(SpecialType.System_UIntPtr)),
            _ => (narrowed, null),
        };

    private static bool IsOffset(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode outermost = expression;
        while (outermost.Parent is ParenthesizedExpressionSyntax)
        {
            outermost = outermost.Parent;
        }

        ExpressionSyntax? moved = outermost.Parent switch
        {
            BinaryExpressionSyntax sum => sum,
            AssignmentExpressionSyntax assignment when assignment.Right == outermost => assignment.Left,
            ArgumentSyntax { Parent: BracketedArgumentListSyntax { Parent: ElementAccessExpressionSyntax access } } => access.Expression,
            _ => null,
        };
        return moved is not null && model.GetTypeInfo(moved, cancellation).Type is IPointerTypeSymbol;
    }

    private static async Task<Document> ReplaceAsync(
        Document document, ExpressionSyntax narrowed, ExpressionSyntax value, NarrowingHelper helper, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        SyntaxGenerator generator = editor.Generator;
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
        if (helper.NeedsCastBack && narrowed is CastExpressionSyntax cast)
        {
            call = SyntaxFactory.CastExpression(cast.Type, (ExpressionSyntax)call);
        }

        editor.ReplaceNode(narrowed, call.WithTriviaFrom(narrowed));
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
