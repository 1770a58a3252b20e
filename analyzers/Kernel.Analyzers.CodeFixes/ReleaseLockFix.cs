using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM303 and KMEM305 where one place settles it: a <c>using</c>, a release, a field that may change.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReleaseLockFix))]
[Shared]
public sealed class ReleaseLockFix : CodeFixProvider
{
    private const string UsingTitle = "Release the lock with using";
    private const string KeepTitle = "Keep the guard in a using declaration";
    private const string ReleaseTitle = "Release the lock at the end of the block";
    private const string MutableTitle = "Make the field mutable";
    private const string GuardName = "guard";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM303", "KMEM305"];

    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(static async (context, document, diagnostics) =>
        await ApplyAsync(document, [.. diagnostics], context.CodeActionEquivalenceKey, context.CancellationToken).ConfigureAwait(false));

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            if (TitleFor(NodeOf(root, diagnostic), model) is { } title)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(title, cancellation => ApplyAsync(context.Document, [diagnostic], title, cancellation), title),
                    diagnostic);
            }
        }
    }

    private static SyntaxNode NodeOf(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    private static string? TitleFor(SyntaxNode node, SemanticModel model) =>
        FieldOf(node) is not null ? MutableTitle
        : GuardDeclarationOf(node) is { } declaration ? NothingDisposes(declaration, model) ? UsingTitle : null
        : StatementOf(node) is not { Parent: BlockSyntax } ? null
        : Dropped(node, model) is not null ? KeepTitle
        : ReleaseFor(node, model) is not null ? ReleaseTitle
        : null;

    private static async Task<Document> ApplyAsync(
        Document document, ImmutableArray<Diagnostic> diagnostics, string? title, CancellationToken cancellation)
    {
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        int inserted = 0;
        foreach (Diagnostic diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            SyntaxNode node = NodeOf(editor.OriginalRoot, diagnostic);
            if (model is null || TitleFor(node, model) is not { } own || own != title)
            {
                continue;
            }

            switch (own)
            {
                case MutableTitle:
                    FieldDeclarationSyntax field = FieldOf(node)!;
                    editor.ReplaceNode(field, WithoutReadOnly(field));
                    break;
                case UsingTitle:
                    LocalDeclarationStatementSyntax declaration = GuardDeclarationOf(node)!;
                    editor.ReplaceNode(declaration, declaration
                        .WithoutLeadingTrivia()
                        .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
                        .WithLeadingTrivia(declaration.GetLeadingTrivia()));
                    break;
                case KeepTitle:
                    InvocationExpressionSyntax call = Dropped(node, model)!;
                    StatementSyntax statement = StatementOf(node)!;
                    string type = model.GetTypeInfo(call, cancellation).Type!.ToMinimalDisplayString(model, node.SpanStart);
                    string text = $"using {type} {FreeName(model, node.SpanStart, inserted++)} = {call.WithoutTrivia()};";
                    editor.ReplaceNode(statement, SyntaxFactory.ParseStatement(text).WithTriviaFrom(statement));
                    break;
                default:
                    BlockSyntax block = (BlockSyntax)StatementOf(node)!.Parent!;
                    StatementSyntax release = SyntaxFactory.ParseStatement(ReleaseFor(node, model)!)
                        .WithTrailingTrivia(block.Statements.Last().GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
                        .WithAdditionalAnnotations(Formatter.Annotation);
                    editor.InsertAfter(block.Statements.Last(), release);
                    break;
            }
        }

        return editor.GetChangedDocument();
    }

    private static FieldDeclarationSyntax? FieldOf(SyntaxNode node) =>
        node is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field }
        && field.Declaration.Variables.Count == 1 && field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword) ? field : null;

    private static FieldDeclarationSyntax WithoutReadOnly(FieldDeclarationSyntax field)
    {
        SyntaxToken keyword = field.Modifiers.First(modifier => modifier.IsKind(SyntaxKind.ReadOnlyKeyword));
        return field.WithoutLeadingTrivia()
            .WithModifiers(SyntaxFactory.TokenList(field.WithoutLeadingTrivia().Modifiers
                .Where(modifier => !modifier.IsKind(keyword.Kind()))))
            .WithLeadingTrivia(field.GetLeadingTrivia());
    }

    /// <summary>The declaration of the one guard that the call is kept in.</summary>
    private static LocalDeclarationStatementSyntax? GuardDeclarationOf(SyntaxNode node) =>
        node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax
            { Declaration.Variables.Count: 1, UsingKeyword.RawKind: 0 } declaration } } ? declaration : null;

    /// <summary>Whether the variable is only read: a <c>using</c> variable cannot be changed, and is disposed once.</summary>
    private static bool NothingDisposes(LocalDeclarationStatementSyntax declaration, SemanticModel model)
    {
        if (declaration.Parent is not BlockSyntax block
            || model.GetDeclaredSymbol(declaration.Declaration.Variables[0]) is not ILocalSymbol { IsRef: false } guard
            || !Contract.Has(guard.Type, Contract.LockGuard))
        {
            return false;
        }

        return !block.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == guard.Name
            && name.Parent switch
            {
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose" } => true,
                AssignmentExpressionSyntax assignment => assignment.Left == name || assignment.Right == name,
                ArgumentSyntax argument => argument.RefKindKeyword.RawKind is (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword,
                RefExpressionSyntax => true,
                _ => false,
            });
    }

    private static StatementSyntax? StatementOf(SyntaxNode node) => node switch
    {
        ExpressionStatementSyntax statement => statement,
        { Parent: ExpressionStatementSyntax statement } => statement,
        _ => null,
    };

    private static InvocationExpressionSyntax? Dropped(SyntaxNode node, SemanticModel model)
    {
        ExpressionSyntax? value = node switch
        {
            ExpressionStatementSyntax { Expression: var expression } => expression,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Right: var right } => right,
            ExpressionSyntax expression => expression,
            _ => null,
        };
        return value is InvocationExpressionSyntax call && Contract.Has(model.GetTypeInfo(call).Type, Contract.LockGuard) ? call : null;
    }

    /// <summary>The statement that releases what the call takes, where it belongs after the last statement of the block.</summary>
    private static string? ReleaseFor(SyntaxNode node, SemanticModel model)
    {
        if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var held },
                Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } call
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol { ReturnsVoid: true, Parameters.IsEmpty: true } acquire
            || Contract.Find(acquire, Contract.Acquires) is not { } acquires || acquires.Text is not null)
        {
            return null;
        }

        IMethodSymbol[] releasing = acquire.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.Parameters.IsEmpty && Contract.Find(method, Contract.Releases) is { } releases
                && releases.Text is null)
            .ToArray();
        bool isLeft = block.Statements.Where(later => later.SpanStart > statement.SpanStart)
            .SelectMany(later => later.DescendantNodesAndSelf())
            .Any(inside => inside is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax
                or ThrowStatementSyntax or ThrowExpressionSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 });
        return releasing.Length != 1 || isLeft || block.ToString().Contains($"{held}.{releasing[0].Name}(")
            ? null
            : $"{held.WithoutTrivia()}.{releasing[0].Name}();";
    }

    private static string FreeName(SemanticModel model, int position, int used)
    {
        for (int number = 1; ; number++)
        {
            string name = number == 1 ? GuardName : GuardName + number;
            if (model.LookupSymbols(position, name: name).IsEmpty && used-- == 0)
            {
                return name;
            }
        }
    }
}
