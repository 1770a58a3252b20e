using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Threading;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM204: <c>(ulong)(pages * 4096)</c> becomes <c>(ulong)pages * 4096</c>, arithmetic in the width of its result.</summary>
/// <remarks>
/// Only where the arithmetic itself is widened. A local that holds the narrow result would have to change its type. Where it becomes an
/// address, signed operands are widened with zeros, <c>(ulong)(uint)pages</c>, or KMEM205 would have to be fixed next.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WidenArithmeticFix))]
[Shared]
public sealed class WidenArithmeticFix : DocumentFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM204"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is BinaryExpressionSyntax reported
            && Outermost(reported, model, cancellation) is var arithmetic
            && WideningOf(arithmetic, model, cancellation) is (var replaced, { } type))
        {
            bool withZeros = diagnostic.Properties.ContainsKey(WrappedSizeAnalyzer.SignedAddressProperty);
            type = withZeros && replaced == arithmetic ? UnsignedTwin.Of(type, model.Compilation) ?? type : type;
            yield return new Change(
                $"Compute it as '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'",
                nameof(WidenArithmeticFix),
                arithmetic,
                pass => Widen(replaced, arithmetic, type, withZeros, pass));
        }
    }

    // All of the arithmetic that is done in 32 bits: widening only a part of it would leave the rest to wrap.
    private static ExpressionSyntax Outermost(ExpressionSyntax reported, SemanticModel model, CancellationToken cancellation)
    {
        ExpressionSyntax outermost = reported;
        for (SyntaxNode? around = reported.Parent; around is ParenthesizedExpressionSyntax or BinaryExpressionSyntax; around = around.Parent)
        {
            if (around is BinaryExpressionSyntax binary)
            {
                if (!IsArithmetic(binary)
                    || !SymbolEqualityComparer.Default.Equals(model.GetTypeInfo(binary, cancellation).Type, model.GetTypeInfo(reported, cancellation).Type))
                {
                    break;
                }

                outermost = binary;
            }
        }

        return outermost;
    }

    private static bool IsArithmetic(SyntaxNode node) => node.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression
        or SyntaxKind.MultiplyExpression or SyntaxKind.LeftShiftExpression or SyntaxKind.BitwiseOrExpression;

    // The cast around goes where the arithmetic takes on its type, and stays where it makes something else than an integer.
    private static (ExpressionSyntax Replaced, ITypeSymbol? Type) WideningOf(
        ExpressionSyntax arithmetic, SemanticModel model, CancellationToken cancellation)
    {
        ExpressionSyntax outer = Expressions.Outside(arithmetic);
        if (outer.Parent is CastExpressionSyntax cast)
        {
            ITypeSymbol? target = model.GetTypeInfo(cast, cancellation).Type;
            return IsWide(target) ? (cast, target)
                : target is IPointerTypeSymbol or IFunctionPointerTypeSymbol ? (arithmetic, NativeFor(arithmetic, model, cancellation))
                : (arithmetic, WideParameter(model.GetConversion(arithmetic, cancellation)) ?? WideParameter(ConversionOf(cast, model)));
        }

        bool movesPointer = outer.Parent switch
        {
            BinaryExpressionSyntax binary => model.GetTypeInfo(binary, cancellation).Type is IPointerTypeSymbol,
            AssignmentExpressionSyntax assignment => model.GetTypeInfo(assignment.Left, cancellation).Type is IPointerTypeSymbol,
            ArgumentSyntax { Parent: BracketedArgumentListSyntax { Parent: ElementAccessExpressionSyntax access } } =>
                model.GetTypeInfo(access.Expression, cancellation).Type is IPointerTypeSymbol,
            _ => false,
        };
        ITypeSymbol? converted = movesPointer
            ? NativeFor(arithmetic, model, cancellation)
            : model.GetTypeInfo(outer, cancellation).ConvertedType;
        return (arithmetic, IsWide(converted) ? converted : WideParameter(model.GetConversion(outer, cancellation)));
    }

    private static Conversion ConversionOf(CastExpressionSyntax cast, SemanticModel model) =>
        model.GetTypeInfo(cast).Type is { } type ? model.ClassifyConversion(cast.Expression, type, isExplicitInSource: true) : default;

    private static ITypeSymbol? WideParameter(Conversion conversion) =>
        conversion.MethodSymbol is { Parameters.Length: 1 } method && IsWide(method.Parameters[0].Type) ? method.Parameters[0].Type : null;

    private static ITypeSymbol NativeFor(ExpressionSyntax arithmetic, SemanticModel model, CancellationToken cancellation) =>
        model.Compilation.GetSpecialType(
            model.GetTypeInfo(arithmetic, cancellation).Type?.SpecialType == SpecialType.System_UInt32
                ? SpecialType.System_UIntPtr
                : SpecialType.System_IntPtr);

    private static bool IsWide(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_UInt64 or SpecialType.System_Int64
        or SpecialType.System_UIntPtr or SpecialType.System_IntPtr;

    private static void Widen(ExpressionSyntax replaced, ExpressionSyntax arithmetic, ITypeSymbol type, bool withZeros, FixPass pass)
    {
        Widening widening = new(pass.Model, type, withZeros);
        foreach (ExpressionSyntax operand in widening.OperandsOf(arithmetic))
        {
            if (widening.TwinOf(operand) is { } twin)
            {
                pass.Cast(operand, twin, type);
            }
            else
            {
                pass.Widen(operand, type);
            }
        }

        if (replaced is CastExpressionSyntax cast)
        {
            pass.Uncast(cast);
        }
    }

    /// <summary>Says which operands of arithmetic have to be widened so that all of it is.</summary>
    private sealed class Widening(SemanticModel model, ITypeSymbol type, bool withZeros)
    {
        /// <summary>What the operand is cast to first, so that it is widened with zeros; null where that makes no difference.</summary>
        public ITypeSymbol? TwinOf(ExpressionSyntax operand) =>
            withZeros ? UnsignedTwin.Of(model.GetTypeInfo(operand).Type, model.Compilation) : null;

        public IEnumerable<ExpressionSyntax> OperandsOf(ExpressionSyntax expression) => Expressions.Inside(expression) switch
        {
            BinaryExpressionSyntax shift when shift.IsKind(SyntaxKind.LeftShiftExpression) => OperandsOf(shift.Left),
            BinaryExpressionSyntax binary when IsArithmetic(binary) =>
                IsConstant(binary.Left) ? OperandsOf(binary.Right) : [.. OperandsOf(binary.Left), .. OperandsOfRight(binary.Right)],
            _ => [expression],
        };

        // What stands beside a widened operand is widened with it, unless it is arithmetic itself or the language wants a cast.
        private IEnumerable<ExpressionSyntax> OperandsOfRight(ExpressionSyntax right) =>
            IsConstant(right) || (!IsArithmetic(Expressions.Inside(right)) && TwinOf(right) is null && model.ClassifyConversion(right, type).IsImplicit)
                ? [] : OperandsOf(right);

        private bool IsConstant(ExpressionSyntax expression) => model.GetConstantValue(expression).HasValue;
    }
}
