using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM101: a call of a <c>[Zeroes]</c> method goes before the statement that links the frame.</summary>
/// <remarks>
/// Offered for a local or parameter, for each such method that is accessible and takes just the frame. Where the frame is zeroed
/// after the link there is none: the zeroing has to move, or it would wipe what was entered since.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ZeroBeforeLinkFix))]
[Shared]
public sealed class ZeroBeforeLinkFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM101"];

    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(static async (context, document, diagnostics) =>
        context.CodeActionEquivalenceKey is { } key
            ? await InsertAsync(document, diagnostics, key, context.CancellationToken).ConfigureAwait(false)
            : document);

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
            if (Frame(root, diagnostic, model, context.CancellationToken) is not { } frame)
            {
                continue;
            }

            foreach (string call in Calls(frame, model, context.CancellationToken))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"Zero the frame with '{call}' before it is linked",
                        cancellation => InsertAsync(context.Document, [diagnostic], call, cancellation),
                        equivalenceKey: call),
                    diagnostic);
            }
        }
    }

    private static async Task<Document> InsertAsync(Document document, ImmutableArray<Diagnostic> diagnostics, string call,
        CancellationToken cancellation)
    {
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false);
        foreach (Diagnostic diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            if (model is not null
                && Frame(editor.OriginalRoot, diagnostic, model, cancellation) is { } frame
                && Calls(frame, model, cancellation).Contains(call))
            {
                StatementInsertion.Insert(editor, StatementInsertion.Before(frame)!, $"{call}({frame.Identifier.Text});");
            }
        }

        return editor.GetChangedDocument();
    }

    /// <summary>The frame by name, if it is one that has a value before the statement.</summary>
    private static IdentifierNameSyntax? Frame(SyntaxNode root, Diagnostic diagnostic, SemanticModel model,
        CancellationToken cancellation)
    {
        if (!diagnostic.Properties.ContainsKey(LinkedBeforeZeroedAnalyzer.InsertableProperty)
            || root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not IdentifierNameSyntax frame
            || StatementInsertion.Before(frame) is not { } statement)
        {
            return null;
        }

        ISymbol? symbol = model.GetSymbolInfo(frame, cancellation).Symbol;
        bool isDeclaredBefore = symbol is IParameterSymbol
            || (symbol is ILocalSymbol local
                && local.DeclaringSyntaxReferences.All(reference => reference.Span.End <= statement.SpanStart));
        return isDeclaredBefore ? frame : null;
    }

    /// <summary>The calls that zero the frame, without their argument, shortest first.</summary>
    private static IEnumerable<string> Calls(IdentifierNameSyntax frame, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetTypeInfo(frame, cancellation).Type is not { } type)
        {
            return [];
        }

        return Candidates(model.Compilation, cancellation)
            .Where(method => model.IsAccessible(frame.SpanStart, method)
                && ((CSharpCompilation)model.Compilation).ClassifyConversion(type, method.Parameters[0].Type).IsIdentity
                && StatementInsertion.TypeParametersAreInScope(method.ContainingType.TypeParameters, model, frame.SpanStart))
            .Select(method => $"{method.ContainingType.ToMinimalDisplayString(model, frame.SpanStart)}.{method.Name}")
            .Distinct()
            .OrderBy(call => call.Length)
            .ThenBy(call => call, System.StringComparer.Ordinal);
    }

    private static IEnumerable<IMethodSymbol> Candidates(Compilation compilation, CancellationToken cancellation) =>
        compilation.SourceModule.ReferencedAssemblySymbols
            .Where(assembly => assembly.GetTypeByMetadataName($"{Contract.Namespace}.{Contract.Zeroes}") is not null)
            .Prepend(compilation.Assembly)
            .SelectMany(assembly => Candidates(assembly.GlobalNamespace, cancellation));

    private static IEnumerable<IMethodSymbol> Candidates(INamespaceOrTypeSymbol container, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (ISymbol member in container.GetMembers())
        {
            switch (member)
            {
                case IMethodSymbol { IsStatic: true, IsAbstract: false, IsGenericMethod: false, Parameters.Length: 1,
                    MethodKind: MethodKind.Ordinary } method
                    when Contract.Has(method.Parameters[0], Contract.Zeroes):
                    yield return method;
                    break;
                case INamespaceOrTypeSymbol inner:
                    foreach (IMethodSymbol method in Candidates(inner, cancellation))
                    {
                        yield return method;
                    }

                    break;
            }
        }
    }
}
