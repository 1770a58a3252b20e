using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM201, KMEM202 and KMEM203: the cast, or the offset to a pointer, becomes a call of a method marked <c>[CheckedNarrowing]</c>.</summary>
/// <remarks>
/// Offered for each such method that takes the value and returns the type of the cast; where there is none, so is no fix. Fix All takes
/// the methods of the same class, whatever they narrow to.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NarrowThroughHelperFix))]
[Shared]
public sealed class NarrowThroughHelperFix : DocumentFix
{
    private const string SymbolAnnotationKind = "SymbolId";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM201", "KMEM202", "KMEM203"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is not ExpressionSyntax narrowed || ValueAndTarget(narrowed, model, cancellation) is not (var value, { } target))
        {
            yield break;
        }

        HashSet<string> keys = [];
        foreach (NarrowingHelper helper in NarrowingHelper.For(value, target, model, cancellation))
        {
            string owner = helper.Method.ContainingType.ToDisplayString();
            yield return new Change(
                $"Narrow through '{helper.Name}'",
                keys.Add(owner) ? owner : $"{owner}.{helper.Method.Name}",
                narrowed,
                pass => pass.Replace(narrowed, current => CallFor(
                    current, narrowed == value ? current : ((CastExpressionSyntax)current).Expression, helper, pass.Generator)));
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
        ExpressionSyntax outermost = Expressions.Outside(expression);
        ExpressionSyntax? moved = outermost.Parent switch
        {
            BinaryExpressionSyntax sum => sum,
            AssignmentExpressionSyntax assignment when assignment.Right == outermost => assignment.Left,
            ArgumentSyntax { Parent: BracketedArgumentListSyntax { Parent: ElementAccessExpressionSyntax access } } => access.Expression,
            _ => null,
        };
        return moved is not null && model.GetTypeInfo(moved, cancellation).Type is IPointerTypeSymbol;
    }

    private static SyntaxNode CallFor(ExpressionSyntax narrowed, ExpressionSyntax value, NarrowingHelper helper, SyntaxGenerator generator)
    {
        value = Expressions.Inside(value);
        SyntaxNode argument = helper.ConvertedTo is { } type
            ? generator.CastExpression(type, value).WithAdditionalAnnotations(Simplifier.Annotation)
            : value.WithoutTrivia();
        SyntaxNode call = generator.InvocationExpression(
            generator.MemberAccessExpression(ExpressionFor(helper.Method.ContainingType, generator), helper.Method.Name),
            argument);
        return helper.NeedsCastBack && narrowed is CastExpressionSyntax cast
            ? SyntaxFactory.CastExpression(cast.Type, (ExpressionSyntax)call)
            : call;
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
