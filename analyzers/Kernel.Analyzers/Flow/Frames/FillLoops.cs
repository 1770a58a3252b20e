using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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
/// A <c>for</c> loop that stores zero at every index from 0 up to a constant is understood; any other covers an unknown part.
/// </remarks>
internal sealed class FillLoops
{
    private const long EntriesOfTable = 512;

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
                _loops[condition] = loop is IForLoopOperation counted && Read(counted, amounts) is { } fill
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
                case ISimpleAssignmentOperation store when StorePlaces.IsStore(store.Target) && MayCover(store):
                    fills.Add(new FillLoop(StorePlaces.TargetMemory(store.Target), FillExtent.Unknown));
                    break;
                case IInvocationOperation call when HandsZero(call):
                    foreach (IArgumentOperation argument in call.Arguments)
                    {
                        fills.Add(new FillLoop(argument.Value, FillExtent.Unknown));
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
    private static bool MayCover(ISimpleAssignmentOperation store) =>
        MemoryFills.IsZero(store.Value)
        || (!store.Value.ConstantValue.HasValue && store.Target switch
        {
            IArrayElementReferenceOperation { Indices: [var index] } => !index.ConstantValue.HasValue,
            IPropertyReferenceOperation { Arguments: [var index] } => !index.Value.ConstantValue.HasValue,
            IInlineArrayAccessOperation element => !element.Argument.ConstantValue.HasValue,
            { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax { ArgumentList.Arguments: [var index] } } =>
                index.Expression is not LiteralExpressionSyntax,
            _ => true,
        });

    private static bool HandsZero(IInvocationOperation call)
    {
        bool zero = false;
        bool pointer = false;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            zero |= MemoryFills.IsZero(argument.Value);
            pointer |= argument.Parameter is { Type: IPointerTypeSymbol } or { RefKind: RefKind.Ref };
        }

        return zero && pointer;
    }

    private static FillLoop? Read(IForLoopOperation loop, ConstantAmounts amounts)
    {
        if (Counter(loop) is not { } counter
            || Bound(loop.Condition, counter, amounts) is not { } bound
            || !StepsByOne(loop, counter)
            || OnlyStatement(loop.Body) is not IExpressionStatementOperation { Operation: ISimpleAssignmentOperation store }
            || !MemoryFills.IsZero(store.Value)
            || Indexed(store.Target, counter) is not { } memory)
        {
            return null;
        }

        long? element = TypeSizes.Of(store.Target.Type ?? store.Value.Type);
        bool whole = element is { } size ? size * bound >= MemoryFills.FrameBytes : bound >= EntriesOfTable;
        return new FillLoop(memory, whole ? FillExtent.Whole : element is null ? FillExtent.Unknown : FillExtent.Part);
    }

    private static ILocalSymbol? Counter(IForLoopOperation loop)
    {
        if (loop.Before is [IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var declarator] }] }]
            && (declarator.Initializer ?? ((IVariableDeclarationOperation)declarator.Parent!).Initializer) is { Value: var start }
            && MemoryFills.IsZero(start))
        {
            return declarator.Symbol;
        }

        return null;
    }

    /// <summary>How often the body runs.</summary>
    private static long? Bound(IOperation? condition, ILocalSymbol counter, ConstantAmounts amounts) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.NotEquals } test
            when IsCounter(test.LeftOperand, counter) => amounts.Of(test.RightOperand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual } test when IsCounter(test.LeftOperand, counter) =>
            amounts.Of(test.RightOperand) + 1,
        _ => null,
    };

    private static bool StepsByOne(IForLoopOperation loop, ILocalSymbol counter) =>
        loop.AtLoopBottom is [IExpressionStatementOperation { Operation: var step }]
        && step switch
        {
            IIncrementOrDecrementOperation { Kind: OperationKind.Increment } increment => IsCounter(increment.Target, counter),
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add,
                Value.ConstantValue: { HasValue: true, Value: 1 or 1u or 1L or 1ul } } sum => IsCounter(sum.Target, counter),
            _ => false,
        };

    private static IOperation? OnlyStatement(IOperation body)
    {
        while (body is IBlockOperation { Operations: [var only] })
        {
            body = only;
        }

        return body;
    }

    /// <summary>What is indexed by exactly the counter: an array, a span, a table with an indexer, a pointer.</summary>
    private static IOperation? Indexed(IOperation target, ILocalSymbol counter)
    {
        switch (target)
        {
            case IArrayElementReferenceOperation { Indices: [var index] } element when IsCounter(index, counter):
                return element.ArrayReference;
            case IPropertyReferenceOperation { Arguments: [var index] } element when IsCounter(index.Value, counter):
                return element.Instance;
            case { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax }:
                return OfPair(target, counter);
            case { Kind: OperationKind.None,
                Syntax: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } }:
                foreach (IOperation child in target.ChildOperations)
                {
                    if (child.Innermost() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum
                        && IsCounter(sum.RightOperand, counter))
                    {
                        return sum.LeftOperand;
                    }

                    if (child.Innermost() is { Kind: OperationKind.None } inner)
                    {
                        return OfPair(inner, counter);
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private static IOperation? OfPair(IOperation parent, ILocalSymbol counter)
    {
        IOperation? memory = null;
        bool indexed = false;
        foreach (IOperation child in parent.ChildOperations)
        {
            indexed |= memory is not null && IsCounter(child, counter);
            memory ??= child;
        }

        return indexed ? memory : null;
    }

    private static bool IsCounter(IOperation? operation, ILocalSymbol counter) =>
        operation?.Innermost() is ILocalReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Local, counter);
}
