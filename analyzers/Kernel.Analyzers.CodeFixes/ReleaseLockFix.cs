using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM303 and KMEM305 where one place settles it: a <c>using</c>, a release, a field that may change.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReleaseLockFix))]
[Shared]
public sealed class ReleaseLockFix : DocumentFix
{
    private const string UsingTitle = "Release the lock with using";
    private const string KeepTitle = "Keep the guard in a using declaration";
    private const string ReleaseTitle = "Release the lock at the end of the block";
    private const string MutableTitle = "Make the field mutable";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM303", "KMEM305"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (FieldOf(node) is { } field)
        {
            yield return new Change(MutableTitle, MutableTitle, field, pass => pass.Replace(field, WithoutReadOnly));
        }
        else if (GuardDeclarationOf(node) is { } declaration)
        {
            if (NothingDisposes(declaration, model))
            {
                yield return new Change(UsingTitle, UsingTitle, declaration, pass => pass.Replace(declaration, WithUsing));
            }
        }
        else if (StatementOf(node) is { Parent: BlockSyntax or GlobalStatementSyntax } statement)
        {
            if (Dropped(node, model) is { } made)
            {
                yield return new Change(KeepTitle, KeepTitle, statement, pass => Keep(statement, made, pass));
            }
            else if (ReleaseFor(node, model) is { } release)
            {
                yield return new Change(ReleaseTitle, ReleaseTitle, statement, pass =>
                    pass.InsertAfter(StatementPlaces.Neighbours(statement).Last(), release));
            }
        }
    }

    private static void Keep(StatementSyntax statement, ExpressionSyntax made, FixPass pass)
    {
        string type = pass.Model.GetTypeInfo(made).Type!.ToMinimalDisplayString(pass.Model, statement.SpanStart);
        string name = pass.NewName(statement, HoldLockFix.GuardName);
        pass.Replace(statement, _ => SyntaxFactory.ParseStatement($"using {type} {name} = {made.WithoutTrivia()};"));
    }

    private static LocalDeclarationStatementSyntax WithUsing(LocalDeclarationStatementSyntax declaration) => declaration
        .WithoutLeadingTrivia()
        .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space));

    private static FieldDeclarationSyntax? FieldOf(SyntaxNode node) =>
        node is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field }
        && field.Declaration.Variables.Count == 1
        && field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)
        && (field.Modifiers.Any(SyntaxKind.StaticKeyword) || field.Parent is TypeDeclarationSyntax around && !around.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
        ? field : null;

    private static FieldDeclarationSyntax WithoutReadOnly(FieldDeclarationSyntax field) =>
        field.WithoutLeadingTrivia().WithModifiers(SyntaxFactory.TokenList(
            field.WithoutLeadingTrivia().Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.ReadOnlyKeyword))));

    /// <summary>The declaration of the one guard that is made here; a copy of another one is released with that.</summary>
    private static LocalDeclarationStatementSyntax? GuardDeclarationOf(SyntaxNode node) =>
        node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax && node.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax
            { Declaration.Variables.Count: 1, UsingKeyword.RawKind: 0 } declaration } } ? declaration : null;

    /// <summary>Whether the variable is only read: a <c>using</c> variable cannot be changed, and is disposed once.</summary>
    private static bool NothingDisposes(LocalDeclarationStatementSyntax declaration, SemanticModel model)
    {
        if (declaration.Parent is not BlockSyntax block
            || model.GetDeclaredSymbol(declaration.Declaration.Variables[0]) is not ILocalSymbol { IsRef: false } guard
            || !IsDisposableGuard(guard.Type))
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

    private static ExpressionSyntax? Dropped(SyntaxNode node, SemanticModel model)
    {
        ExpressionSyntax? value = node switch
        {
            ExpressionStatementSyntax { Expression: var expression } => expression,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Right: var right } => right,
            ExpressionSyntax expression => expression,
            _ => null,
        };
        return value is InvocationExpressionSyntax or ObjectCreationExpressionSyntax && IsDisposableGuard(model.GetTypeInfo(value).Type)
            ? value : null;
    }

    private static bool IsDisposableGuard(ITypeSymbol? type) => LockContracts.IsGuard(type)
        && type!.GetMembers("Dispose").Any(member => member is IMethodSymbol { IsStatic: false, Parameters.IsEmpty: true });

    /// <summary>The statement that releases what the call takes, where it belongs after the last statement of the block.</summary>
    private static string? ReleaseFor(SyntaxNode node, SemanticModel model)
    {
        if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var held },
                Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } call
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol { ReturnsVoid: true, Parameters.IsEmpty: true } acquire
            || !LockContracts.Acquires(acquire, out ISymbol? member) || member is not null
            || held.DescendantNodesAndSelf().Any(part => part is InvocationExpressionSyntax or ElementAccessExpressionSyntax))
        {
            return null;
        }

        IMethodSymbol[] releasing = acquire.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.Parameters.IsEmpty && LockContracts.Releases(method, out ISymbol? released) && released is null)
            .ToArray();
        bool isLeft = block.Statements.Where(later => later.SpanStart > statement.SpanStart)
            .SelectMany(later => later.DescendantNodesAndSelf())
            .Any(inside => inside is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax
                or ThrowStatementSyntax or ThrowExpressionSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 });
        return releasing.Length != 1 || isLeft || block.ToString().Contains($"{held}.{releasing[0].Name}(")
            ? null
            : $"{held.WithoutTrivia()}.{releasing[0].Name}();";
    }
}
