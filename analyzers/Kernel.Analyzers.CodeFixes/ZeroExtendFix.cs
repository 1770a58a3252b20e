using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes the signs of KMEM205: <c>(ulong)low</c> becomes <c>(ulong)(uint)low</c>, widened with zeros.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ZeroExtendFix))]
[Shared]
public sealed class ZeroExtendFix : DocumentFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM205"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is not ExpressionSyntax widened
            || node is BinaryExpressionSyntax or AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax
            || !IsWide(widened is CastExpressionSyntax ? model.GetTypeInfo(widened, cancellation).Type : model.GetTypeInfo(widened, cancellation).ConvertedType))
        {
            yield break;
        }

        ExpressionSyntax operand = widened is CastExpressionSyntax { Expression: var inside } ? inside : widened;
        if (UnsignedTwin.Of(model.GetTypeInfo(operand, cancellation).Type, model.Compilation) is { } twin
            && (operand != widened || Converts(twin, model.GetTypeInfo(widened, cancellation).ConvertedType, model)))
        {
            yield return new Change(
                $"Widen it with zeros, through '{twin.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'",
                nameof(ZeroExtendFix),
                operand,
                pass => Extend(operand, twin, pass));
        }
    }

    // A cast to the signed type keeps the same bits if it is one to the unsigned type.
    private static void Extend(ExpressionSyntax operand, ITypeSymbol twin, FixPass pass)
    {
        if (operand is CastExpressionSyntax cast && pass.Model.GetTypeInfo(cast.Expression).Type is { } from
            && (from is IPointerTypeSymbol or IFunctionPointerTypeSymbol
                || IntegerWidth.Of(from, pointerBits: 32) is { } width && width.Bits >= IntegerWidth.Of(twin, pointerBits: 64)?.Bits))
        {
            pass.Replace(cast, current => current.WithType((TypeSyntax)pass.Generator.TypeExpression(twin).WithTriviaFrom(current.Type)));
        }
        else
        {
            pass.Cast(operand, twin);
        }
    }

    // A mask that is cast to 32 bits has its own fix.
    private static bool IsWide(ITypeSymbol? type) =>
        type is IPointerTypeSymbol or IFunctionPointerTypeSymbol || IntegerWidth.Of(type, pointerBits: 64) is { Bits: 64 };

    private static bool Converts(ITypeSymbol from, ITypeSymbol? to, SemanticModel model) =>
        to is not null && ((CSharpCompilation)model.Compilation).ClassifyConversion(from, to) is { IsImplicit: true, IsNumeric: true };
}
