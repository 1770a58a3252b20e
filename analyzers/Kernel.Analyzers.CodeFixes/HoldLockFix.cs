using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Rules.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM301 and a missing lock of KMEM302: a <c>using</c> guard goes before the statement.</summary>
/// <remarks>
/// Offered where the lock can be named, and each parameter of its acquiring method is of a type that exactly one parameter of the
/// method around has, each type parameter one of the same name. One guard serves all mistakes after it in its block.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HoldLockFix))]
[Shared]
public sealed class HoldLockFix : CodeFixProvider
{
    private const string Title = "Hold the lock";
    private const string GuardName = "guard";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM301", "KMEM302"];

    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(static async (context, document, diagnostics) =>
        await InsertAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false));

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
            if (Place(root, diagnostic, out string? held) is { } statement && Guard(statement, held!, model, 0) is not null)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(Title, cancellation =>
                        InsertAsync(context.Document, [diagnostic], cancellation), equivalenceKey: Title),
                    diagnostic);
            }
        }
    }

    private static async Task<Document> InsertAsync(Document document, ImmutableArray<Diagnostic> diagnostics,
        CancellationToken cancellation)
    {
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        List<(StatementSyntax Statement, string Lock)> inserted = [];
        foreach (Diagnostic diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            if (model is not null
                && Place(editor.OriginalRoot, diagnostic, out string? held) is { } statement
                && !inserted.Any(known => known.Lock == held && Covers(known.Statement, statement))
                && Guard(statement, held!, model,
                    inserted.Count(known => known.Statement.Parent!.Span.Contains(statement.Span))) is { } guard)
            {
                inserted.Add((statement, held!));
                StatementInsertion.Insert(editor, statement, guard);
            }
        }

        return editor.GetChangedDocument();
    }

    /// <summary>Whether a guard before <paramref name="earlier"/> still lives at <paramref name="later"/>.</summary>
    private static bool Covers(StatementSyntax earlier, StatementSyntax later) =>
        earlier == later || (earlier.Parent is BlockSyntax block && block.Span.Contains(later.Span));

    private static StatementSyntax? Place(SyntaxNode root, Diagnostic diagnostic, out string? held) =>
        diagnostic.Properties.TryGetValue(LockAnalyzer.LockProperty, out held) && held is not null
            ? StatementInsertion.Before(root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true))
            : null;

    /// <summary>
    /// The declaration of the guard, under a name that is free beside that many other new ones; null where the lock cannot be
    /// taken without knowing more.
    /// </summary>
    private static string? Guard(StatementSyntax statement, string held, SemanticModel model, int guardsAround)
    {
        int position = statement.SpanStart;
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(held);
        ITypeSymbol? type = model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type;
        if (model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is null
            || type is null
            || Acquiring(type) is not { } acquire
            || !StatementInsertion.TypeParametersAreInScope(acquire.TypeParameters, model, position)
            || Arguments(acquire, model, position) is not { } arguments)
        {
            return null;
        }

        string typeArguments = acquire.IsGenericMethod
            ? $"<{string.Join(", ", acquire.TypeParameters.Select(parameter => parameter.Name))}>" : "";
        string guardType = acquire.ReturnType.ToMinimalDisplayString(model, position);
        return $"using {guardType} {FreeName(model, position, guardsAround)} = {held}.{acquire.Name}{typeArguments}({string.Join(", ", arguments)});";
    }

    private static IMethodSymbol? Acquiring(ITypeSymbol type)
    {
        IMethodSymbol[] methods = type.GetMembers().OfType<IMethodSymbol>()
            .Where(method => Contract.Find(method, Contract.Acquires) is { } acquires
                && acquires.Text is null
                && Contract.Has(method.ReturnType, Contract.LockGuard))
            .ToArray();
        return methods.Length == 1 ? methods[0] : null;
    }

    private static IReadOnlyList<string>? Arguments(IMethodSymbol acquire, SemanticModel model, int position)
    {
        ImmutableArray<IParameterSymbol> around = model.GetEnclosingSymbol(position) is IMethodSymbol method ? method.Parameters
            : [];
        List<string> arguments = [];
        foreach (IParameterSymbol parameter in acquire.Parameters)
        {
            IParameterSymbol[] fitting = around
                .Where(given => given.RefKind != RefKind.Out && SymbolEqualityComparer.Default.Equals(given.Type, parameter.Type))
                .ToArray();
            if (fitting.Length != 1 || parameter.RefKind is RefKind.Ref or RefKind.Out)
            {
                return null;
            }

            arguments.Add(fitting[0].Name);
        }

        return arguments;
    }

    private static string FreeName(SemanticModel model, int position, int guardsAround)
    {
        int number = 1;
        for (int skipped = 0; ; number++)
        {
            string name = number == 1 ? GuardName : GuardName + number;
            if (model.LookupSymbols(position, name: name).IsEmpty && skipped++ == guardsAround)
            {
                return name;
            }
        }
    }
}
