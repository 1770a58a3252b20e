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

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the masks of KMEM205: <c>~x</c> becomes <c>~(ulong)x</c>, a complement in the width of what it masks.</summary>
/// <remarks>
/// Only where the complement stands in the mask itself. A shift and a sign have no fix: what was meant is not in the text.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WidenMaskFix))]
[Shared]
public sealed class WidenMaskFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM205"];

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
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is PrefixUnaryExpressionSyntax mask
                && mask.IsKind(SyntaxKind.BitwiseNotExpression)
                && WidthAround(mask, model, context.CancellationToken) is { } type)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Take the complement as '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'",
                        cancellation => WidenAsync(context.Document, mask, type, cancellation),
                        equivalenceKey: nameof(WidenMaskFix)),
                    diagnostic);
            }
        }
    }

    // What the mask is converted to where it meets the value: by the compiler, or by a cast around it.
    private static ITypeSymbol? WidthAround(ExpressionSyntax mask, SemanticModel model, CancellationToken cancellation)
    {
        ExpressionSyntax outermost = mask;
        while (outermost.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            outermost = (ExpressionSyntax)outermost.Parent;
        }

        return model.GetTypeInfo(outermost, cancellation).ConvertedType;
    }

    private static async Task<Document> WidenAsync(
        Document document, PrefixUnaryExpressionSyntax mask, ITypeSymbol type, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        SyntaxNode name = editor.Generator.TypeExpression(type);
        ExpressionSyntax cast = SyntaxFactory.CastExpression((TypeSyntax)name, mask.Operand);
        editor.ReplaceNode(mask, mask.WithOperand(cast));
        return editor.GetChangedDocument();
    }
}
