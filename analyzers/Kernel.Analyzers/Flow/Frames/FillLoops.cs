using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Memory that a loop fills with zeros piece by piece.</summary>
/// <param name="memory">What is filled.</param>
/// <param name="extent">How much of a frame the loop covers, as far as that is known.</param>
internal sealed class FillLoop(IOperation memory, FillExtent extent)
{
    public IOperation Memory { get; } = memory;

    public FillExtent Extent { get; } = extent;
}

/// <summary>
/// Finds the loops that zero a table entry by entry: their effect belongs to the edge on which their condition fails.
/// </summary>
/// <remarks>
/// A <c>for</c> loop that stores at every index up to a constant is understood; any other covers an unknown part.
/// </remarks>
internal sealed class FillLoops
{
    private readonly Dictionary<SyntaxNode, ImmutableArray<FillLoop>> _loops = [];

    public FillLoops(ControlFlowGraph graph, ConstantAmounts amounts, CancellationToken cancellation)
    {
        if (graph.OriginalOperation.SemanticModel is not { } model)
        {
            return;
        }

        foreach (SyntaxNode node in graph.OriginalOperation.Syntax.DescendantNodes())
        {
            cancellation.ThrowIfCancellationRequested();
            ExpressionSyntax? condition = node switch
            {
                ForStatementSyntax { Condition: { } end } => end,
                WhileStatementSyntax { Condition: var end } => end,
                DoStatementSyntax { Condition: var end } => end,
                CommonForEachStatementSyntax { Expression: var collection } => collection,
                _ => null,
            };
            if (condition is not null && model.GetOperation(node, cancellation) is ILoopOperation loop)
            {
                _loops[condition] = loop is IForLoopOperation counted && CountedFill.Read(counted, amounts) is { } fill
                    ? [fill] : Unknown(loop);
            }
        }
    }

    /// <summary>What has been filled when the condition fails.</summary>
    public ImmutableArray<FillLoop> EndingAt(SyntaxNode condition) =>
        _loops.TryGetValue(condition, out ImmutableArray<FillLoop> loops) ? loops : [];

    /// <summary>Whether the store belongs to some loop, so that one look at it does not tell how much it covers.</summary>
    public static bool IsRepeated(SyntaxNode store)
    {
        foreach (SyntaxNode node in store.AncestorsAndSelf())
        {
            if (node is MemberDeclarationSyntax or LocalFunctionStatementSyntax or LambdaExpressionSyntax)
            {
                return false;
            }

            if (node is ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Everything that a loop stores zeros to, or hands with a zero to a call.</summary>
    private static ImmutableArray<FillLoop> Unknown(ILoopOperation loop)
    {
        ImmutableArray<FillLoop>.Builder fills = ImmutableArray.CreateBuilder<FillLoop>();
        foreach (IOperation operation in loop.Body.Descendants())
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: { IsRef: true } local } }
                    when loop is IForEachLoopOperation each && loop.Locals.Contains(local, SymbolEqualityComparer.Default):
                    fills.Add(new FillLoop(each.Collection, FillExtent.Unknown));
                    break;
                case ISimpleAssignmentOperation store when StorePlaces.ElementOf(store.Target) is { } element && MayCover(store.Value, element, loop):
                    fills.Add(new FillLoop(StorePlaces.TargetMemory(element), FillExtent.Unknown));
                    break;
                case IInvocationOperation call when HandsZero(call) || StoresThrough(call):
                    foreach (IOperation operand in call.ChildOperations)
                    {
                        fills.Add(new FillLoop(operand is IArgumentOperation argument ? argument.Value : operand, FillExtent.Unknown));
                    }

                    break;
                case IInvocationOperation { Instance: { } span, TargetMethod.Name: "Clear" }:
                    fills.Add(new FillLoop(span, FillExtent.Unknown));
                    break;
            }
        }

        return fills.ToImmutable();
    }

    /// <summary>Zeros, or values from elsewhere at an index of its own for each turn: a copy.</summary>
    private static bool MayCover(IOperation value, IOperation element, ILoopOperation loop) =>
        (MemoryFills.IsZero(value) || !value.ConstantValue.HasValue)
        && (Moves(StorePlaces.TargetMemory(element), loop) || element switch
        {
            IArrayElementReferenceOperation { Indices: [var index] } => !index.ConstantValue.HasValue,
            IPropertyReferenceOperation { Arguments: [var index] } => !index.Value.ConstantValue.HasValue,
            IInlineArrayAccessOperation access => !access.Argument.ConstantValue.HasValue,
            { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax { ArgumentList.Arguments: [var index] } } =>
                index.Expression is not LiteralExpressionSyntax,
            _ => true,
        });

    // `p[0] = 0; p++;`
    private static bool Moves(IOperation memory, ILoopOperation loop) =>
        memory.Syntax is ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax pointer }
        && loop.Syntax.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } => target.Identifier.ValueText == pointer.Identifier.ValueText,
            PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } => target.Identifier.ValueText == pointer.Identifier.ValueText,
            PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } => target.Identifier.ValueText == pointer.Identifier.ValueText,
            _ => false,
        });

    // `Write(table, i, 0)`, `table.Set(i, default)`
    private static bool HandsZero(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (MemoryFills.IsZero(argument.Value))
            {
                return true;
            }
        }

        return false;
    }

    // `Sse2.Store(p + i, zero)`, `Vector128<byte>.Zero.Store(p + i)`
    private static bool StoresThrough(IInvocationOperation call) =>
        (call.TargetMethod.Name.StartsWith("Store", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("Write", StringComparison.Ordinal))
        && call.TargetMethod.Parameters.Any(static parameter => parameter.Type is IPointerTypeSymbol || parameter.RefKind == RefKind.Ref);
}
