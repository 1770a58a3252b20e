using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM502 where what is dropped stands for a flush: it is flushed at once.</summary>
/// <remarks>
/// A flush too many is slow, one too few corrupts memory; so this one may be made without asking. An error has no such answer: what is to
/// happen then is the author's decision, and a fix that drops it in writing would hide the bug.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FlushResultFix))]
[Shared]
public sealed class FlushResultFix : DocumentFix
{
    private const string Title = "Flush at once";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM502"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (DroppedIn(node) is { } dropped)
        {
            if (SettlingCall(model.GetTypeInfo(dropped, cancellation).Type, node.SpanStart, model) is { } call)
            {
                SyntaxNode replaced = dropped.Parent is AssignmentExpressionSyntax assignment ? assignment : dropped;
                yield return new Change(Title, Title, replaced, pass => pass.Replace(replaced, current => Called(
                    current is AssignmentExpressionSyntax { Right: var right } && replaced != dropped ? right : (ExpressionSyntax)current, call)));
            }
        }
        else if (KeptIn(node) is var (name, statement)
            && TypeOf(node, model, cancellation) is { } type
            && SettlingCall(type, node.SpanStart, model) is { } call)
        {
            yield return new Change(Title, Title, node, pass => pass.InsertAfter(statement, $"{name}.{call};"));
        }
    }

    /// <summary>The expression, where nothing else is done with its value than to drop it, in writing or not.</summary>
    private static ExpressionSyntax? DroppedIn(SyntaxNode node)
    {
        if (node is not ExpressionSyntax value)
        {
            return null;
        }

        SyntaxNode outermost = value.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == value ? access : value;
        if (outermost == value && value.Parent is AssignmentExpressionSyntax
            {
                Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, RawKind: (int)SyntaxKind.SimpleAssignmentExpression,
            } assignment)
        {
            outermost = assignment;
        }

        return outermost.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax or ForStatementSyntax
            && value is not DeclarationExpressionSyntax
            ? value : null;
    }

    /// <summary>The local that is given the value and never read, and the statement that does nothing else.</summary>
    private static (string Name, StatementSyntax Statement)? KeptIn(SyntaxNode node) => node switch
    {
        { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } declarator } }
            when declaration.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } statement =>
            Listed(declarator.Identifier.Text, statement),
        { Parent: AssignmentExpressionSyntax { Left: IdentifierNameSyntax local, Parent: ExpressionStatementSyntax statement } } =>
            Listed(local.Identifier.Text, statement),
        ArgumentSyntax { Expression: DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax declared },
            Parent.Parent.Parent: ExpressionStatementSyntax statement } => Listed(declared.Identifier.Text, statement),
        _ => null,
    };

    private static (string Name, StatementSyntax Statement)? Listed(string name, StatementSyntax statement) =>
        statement.Parent is BlockSyntax or GlobalStatementSyntax ? (name, statement) : null;

    private static ITypeSymbol? TypeOf(SyntaxNode node, SemanticModel model, CancellationToken cancellation) =>
        model.GetTypeInfo(node is ArgumentSyntax argument ? argument.Expression : node, cancellation).Type;

    /// <summary>The call that settles a value of the type: of its method <c>Flush</c>, or of the only one so marked.</summary>
    private static string? SettlingCall(ITypeSymbol? type, int position, SemanticModel model)
    {
        if (type is not INamedTypeSymbol { IsTupleType: false } || !TranslationNames.IsDebt(type))
        {
            return null;
        }

        IMethodSymbol[] settling = type.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method is { IsStatic: false, MethodKind: MethodKind.Ordinary, ReturnsVoid: true, Parameters.IsEmpty: true }
                && (method.Name == "Flush" || Contract.Has(method, Contract.Flushes))
                && model.IsAccessible(position, method)
                && StatementPlaces.TypeParametersAreInScope(method.TypeParameters, model, position))
            .ToArray();
        settling = settling.Any(method => method.Name == "Flush") ? [.. settling.Where(method => method.Name == "Flush")] : settling;
        return settling.Length == 1
            ? $"{settling[0].Name}{StatementPlaces.TypeArguments(settling[0])}()"
            : null;
    }

    private static ExpressionSyntax Called(ExpressionSyntax value, string call)
    {
        ExpressionSyntax instance = value is AwaitExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(value.WithoutTrivia()) : value.WithoutTrailingTrivia();
        return SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression,
            instance,
            (SimpleNameSyntax)SyntaxFactory.ParseName(call.Substring(0, call.IndexOf('(')))));
    }
}
