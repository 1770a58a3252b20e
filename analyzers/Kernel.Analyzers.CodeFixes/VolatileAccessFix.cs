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
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the plain accesses of KMEM503: <c>*p</c> becomes <c>Volatile.Read(ref *p)</c>, <c>*p = x;</c> becomes <c>Volatile.Write(ref *p, x);</c>.</summary>
/// <remarks>
/// Only for numbers, which the hardware can be given in one piece. A change in place has no fix: between its read and its write the
/// hardware may write too, and what is lost then is the author's decision.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(VolatileAccessFix))]
[Shared]
public sealed class VolatileAccessFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM503"];

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
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is ExpressionSyntax place
                && IsNumber(model.GetTypeInfo(place, context.CancellationToken).Type)
                && Replacement(place) is var (before, after))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        "Access the memory through 'Volatile'",
                        cancellation => ReplaceAsync(context.Document, before, after, cancellation),
                        equivalenceKey: nameof(VolatileAccessFix)),
                    diagnostic);
            }
        }
    }

    private static (ExpressionSyntax Before, ExpressionSyntax After)? Replacement(ExpressionSyntax place)
    {
        switch (place.Parent)
        {
            case AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } assignment
                when assignment.Left == place && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression):
                return (assignment, Call("Write", ByReference(place), SyntaxFactory.Argument(assignment.Right.WithoutTrivia())).WithTriviaFrom(assignment));
            case AssignmentExpressionSyntax assignment when assignment.Left == place:
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression }:
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }:
            case ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None }:
                return null;
            default:
                // The value of an assignment that is itself replaced would be lost: each is fixed in its own round.
                return place is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Read" or "Write" } }
                    ? null
                    : (place, Call("Read", ByReference(place)).WithTriviaFrom(place));
        }
    }

    private static ArgumentSyntax ByReference(ExpressionSyntax place) => SyntaxFactory.Argument(
        null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), place.WithoutTrivia());

    private static InvocationExpressionSyntax Call(string name, params ArgumentSyntax[] arguments) => SyntaxFactory.InvocationExpression(
        SyntaxFactory.ParseExpression("global::System.Threading.Volatile." + name).WithAdditionalAnnotations(Simplifier.Annotation),
        SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(arguments))).WithAdditionalAnnotations(Formatter.Annotation);

    private static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16
        or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64
        or SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static async Task<Document> ReplaceAsync(
        Document document, ExpressionSyntax before, ExpressionSyntax after, CancellationToken cancellation)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        editor.ReplaceNode(before, after);
        return editor.GetChangedDocument();
    }
}
