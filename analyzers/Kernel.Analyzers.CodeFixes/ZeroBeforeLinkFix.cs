using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM101 and KMEM103: a call of a <c>[Zeroes]</c> method goes before the statement that links or maps the frame.</summary>
/// <remarks>
/// Offered for a local or parameter, for each such method that is accessible and takes just the frame. Where the frame is zeroed
/// after the link there is none: the zeroing has to move, or it would wipe what was entered since.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ZeroBeforeLinkFix))]
[Shared]
public sealed class ZeroBeforeLinkFix : DocumentFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM101", "KMEM103"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (!diagnostic.Properties.ContainsKey(LinkedBeforeZeroedAnalyzer.InsertableProperty)
            || node is not IdentifierNameSyntax frame
            || StatementPlaces.Around(frame) is not { } statement
            || !HasValueBefore(frame, statement, model, cancellation))
        {
            yield break;
        }

        foreach (string call in Calls(frame, model, cancellation))
        {
            yield return new Change($"Zero the frame with '{call}' before it is {(diagnostic.Id == "KMEM103" ? "mapped" : "linked")}", call, frame, pass =>
                pass.InsertBefore(statement, $"{call}({frame.Identifier.Text});"));
        }
    }

    private static bool HasValueBefore(
        IdentifierNameSyntax frame, StatementSyntax statement, SemanticModel model, CancellationToken cancellation)
    {
        ISymbol? symbol = model.GetSymbolInfo(frame, cancellation).Symbol;
        return symbol is IParameterSymbol
            || (symbol is ILocalSymbol local
                && local.DeclaringSyntaxReferences.All(reference => reference.Span.End <= statement.SpanStart));
    }

    /// <summary>The calls that zero the frame, without their argument, shortest first.</summary>
    private static IEnumerable<string> Calls(IdentifierNameSyntax frame, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetTypeInfo(frame, cancellation).Type is not { } type)
        {
            return [];
        }

        return DeclaredMethods.Of(model.Compilation, Contract.Zeroes, cancellation)
            .Where(method => method.Parameters.Length == 1
                && Contract.Has(method.Parameters[0], Contract.Zeroes)
                && model.IsAccessible(frame.SpanStart, method)
                && ((CSharpCompilation)model.Compilation).ClassifyConversion(type, method.Parameters[0].Type).IsIdentity
                && StatementPlaces.TypeParametersAreInScope(method.ContainingType.TypeParameters, model, frame.SpanStart))
            .Select(method => $"{method.ContainingType.ToMinimalDisplayString(model, frame.SpanStart)}.{method.Name}")
            .Distinct()
            .OrderBy(call => call.Length)
            .ThenBy(call => call, System.StringComparer.Ordinal);
    }
}
