using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the type of KMEM401: an interrupt token becomes a <c>ref struct</c>.</summary>
/// <remarks>
/// Offered where no field, array or generic type of the compilation has the token in it: those are the mistakes that the rule is about,
/// and the compiler would refuse them afterwards.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RefStructFix))]
[Shared]
public sealed class RefStructFix : DocumentFix
{
    private const string Title = "Make it a ref struct";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM401"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is StructDeclarationSyntax declaration
            && model.GetDeclaredSymbol(declaration, cancellation) is { AllInterfaces.IsEmpty: true } token
            && !IsKept(token, model.Compilation.Assembly.GlobalNamespace, cancellation))
        {
            yield return new Change(Title, Title, declaration, pass => pass.Replace(declaration, WithRef));
        }
    }

    // `ref` stands right before `struct`, or before the `partial` that does.
    private static StructDeclarationSyntax WithRef(StructDeclarationSyntax declaration)
    {
        StructDeclarationSyntax bare = declaration.WithKeyword(declaration.Keyword.WithLeadingTrivia());
        SyntaxToken keyword = SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        int partial = declaration.Modifiers.IndexOf(SyntaxKind.PartialKeyword);
        return declaration.Modifiers.Count == 0
            ? bare.WithModifiers(SyntaxFactory.TokenList(keyword.WithLeadingTrivia(declaration.Keyword.LeadingTrivia)))
            : partial < 0 ? declaration.WithModifiers(declaration.Modifiers.Add(keyword))
            : declaration.WithModifiers(declaration.Modifiers
                .Replace(declaration.Modifiers[partial], declaration.Modifiers[partial].WithLeadingTrivia())
                .Insert(partial, keyword.WithLeadingTrivia(declaration.Modifiers[partial].LeadingTrivia)));
    }

    private static bool IsKept(ITypeSymbol token, INamespaceOrTypeSymbol container, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return container.GetMembers().Any(member => member switch
        {
            INamespaceOrTypeSymbol inner => IsKept(token, inner, cancellation),
            IFieldSymbol field => Has(field.Type, token, alone: field.IsStatic || field.ContainingType is { IsRefLikeType: false }),
            IMethodSymbol method => Has(method.ReturnType, token, alone: false)
                || method.Parameters.Any(parameter => Has(parameter.Type, token, alone: false)),
            IPropertySymbol property => Has(property.Type, token, alone: false),
            _ => false,
        });
    }

    private static bool Has(ITypeSymbol type, ITypeSymbol token, bool alone) => type switch
    {
        IArrayTypeSymbol array => Has(array.ElementType, token, alone: true),
        INamedTypeSymbol { IsGenericType: true } generic => generic.TypeArguments.Any(argument => Has(argument, token, alone: true)),
        _ => alone && SymbolEqualityComparer.Default.Equals(type, token),
    };
}
