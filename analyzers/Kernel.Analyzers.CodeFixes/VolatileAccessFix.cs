using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Kernel.Analyzers.Rules.Translation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
public sealed class VolatileAccessFix : DocumentFix
{
    private const string Title = "Access the memory through 'Volatile'";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM503"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is not ExpressionSyntax place
            || diagnostic.Properties.ContainsKey(HardwareAccessAnalyzer.OtherSizeProperty)
            || !IsNumber(model.GetTypeInfo(place, cancellation).Type))
        {
            yield break;
        }

        switch (place.Parent)
        {
            case AssignmentExpressionSyntax assignment
                when assignment.Left == place && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && IsStatement(assignment, model):
                yield return new Change(Title, nameof(VolatileAccessFix), assignment, pass => pass.Replace(assignment, current =>
                    Call("Write", ByReference(current.Left), SyntaxFactory.Argument(current.Right.WithoutTrivia()))));
                break;
            case AssignmentExpressionSyntax assignment when assignment.Left == place:
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression }:
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }:
            case ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None }:
                break;
            default:
                if (place is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Read" or "Write" } })
                {
                    yield return new Change(Title, nameof(VolatileAccessFix), place, pass =>
                        pass.Replace(place, static current => Call("Read", ByReference(current))));
                }

                break;
        }
    }

    private static bool IsStatement(AssignmentExpressionSyntax assignment, SemanticModel model) =>
        assignment.Parent is ExpressionStatementSyntax
        || (assignment.Parent is ArrowExpressionClauseSyntax && model.GetEnclosingSymbol(assignment.SpanStart) is IMethodSymbol { ReturnsVoid: true });

    private static ArgumentSyntax ByReference(ExpressionSyntax place) => SyntaxFactory.Argument(
        null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), place.WithoutTrivia());

    private static InvocationExpressionSyntax Call(string name, params ArgumentSyntax[] arguments) => SyntaxFactory.InvocationExpression(
        SyntaxFactory.ParseExpression("global::System.Threading.Volatile." + name).WithAdditionalAnnotations(Simplifier.Annotation),
        SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(arguments))).WithAdditionalAnnotations(Formatter.Annotation);

    private static bool IsNumber(ITypeSymbol? type) => type?.SpecialType is
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16
        or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64
        or SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;
}
