using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Reads <c>for</c> loops that overwrite memory element by element, as often as a constant says.</summary>
internal static class CountedFill
{
    private const long EntriesOfTable = 512;

    /// <summary>What the loop overwrites, and how much of it; null if that cannot be told.</summary>
    public static FillLoop? Read(IForLoopOperation loop, ConstantAmounts amounts)
    {
        if (Counter(loop) is not { } counter
            || Start(loop, amounts) is not { } start
            || Bound(loop.Condition, counter, amounts) is not { } bound
            || Step(loop, counter, amounts) is not { } step
            || Leaves(loop.Body))
        {
            return null;
        }

        IOperation? memory = null;
        HashSet<long> offsets = [];
        long? size = null;
        foreach (ISimpleAssignmentOperation store in Stores(loop.Body))
        {
            if (StorePlaces.ElementOf(store.Target) is not { } element || Indexed(element, counter, amounts, out long offset) is not { } stored)
            {
                continue;
            }

            bool overwrites = MemoryFills.IsZero(store.Value) || !store.Value.ConstantValue.HasValue;
            if (!overwrites || (memory is not null && EntryText.Of(memory.Syntax) != EntryText.Of(stored.Syntax)))
            {
                return null;
            }

            memory ??= stored;
            size ??= TypeSizes.Of(EntryPlaces.TypeOf(element) ?? store.Value.Type);
            offsets.Add(offset);
        }

        return memory is null ? null : new FillLoop(memory, ExtentOf(loop, memory, size, start, bound, step, offsets));
    }

    private static FillExtent ExtentOf(IForLoopOperation loop, IOperation memory, long? size, long start, long bound, long step, HashSet<long> offsets)
    {
        // Through `*(Vector256<byte>*)(bytes + index)` more is stored than the pointer counts in.
        long? unit = memory.Type is IPointerTypeSymbol { PointedAtType: var counted } ? TypeSizes.Of(counted) : size;
        if (!(step == 1 && size is null) && !Covers(offsets, step, unit, size))
        {
            return unit is null || size is null ? FillExtent.Unknown : FillExtent.Part;
        }

        if (start > 0)
        {
            return IsBegun(loop, memory) ? FillExtent.Unknown : FillExtent.Part;
        }

        bool whole = unit is { } bytes ? bytes * bound >= MemoryFills.FrameBytes : bound >= EntriesOfTable;
        return whole ? FillExtent.Whole : unit is null ? FillExtent.Unknown : FillExtent.Part;
    }

    /// <summary>Whether one turn leaves no gap before the next.</summary>
    private static bool Covers(HashSet<long> offsets, long step, long? unit, long? size)
    {
        long covered = 0;
        foreach (long offset in offsets.OrderBy(static offset => offset))
        {
            if (offset * unit <= covered)
            {
                covered = Math.Max(covered, (offset * unit + size) ?? 0);
            }
        }

        return covered >= step * unit;
    }

    /// <summary>Whether the elements before the loop's first are stored elsewhere in the body.</summary>
    private static bool IsBegun(IForLoopOperation loop, IOperation memory)
    {
        string text = EntryText.Of(memory.Syntax);
        SyntaxNode body = loop.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? loop.Syntax;
        return body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(store => !loop.Syntax.Span.Contains(store.Span) && EntryText.Bare(store.Left) switch
        {
            ElementAccessExpressionSyntax element => EntryText.Of(element.Expression) == text,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } followed => EntryText.Of(followed.Operand) == text,
            _ => false,
        }) || body.DescendantNodes().OfType<ForStatementSyntax>().Any(other => other != loop.Syntax && other.Span.End <= loop.Syntax.SpanStart
            && EntryText.Mentions(EntryText.Of(other.Statement), text));
    }

    private static ILocalSymbol? Counter(IForLoopOperation loop) =>
        loop.Before is [IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var declarator] }] }] ? declarator.Symbol : null;

    private static long? Start(IForLoopOperation loop, ConstantAmounts amounts) =>
        loop.Before is [IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var declarator] } declaration] }]
            && (declarator.Initializer ?? declaration.Initializer) is { Value: var start } ? amounts.Of(start) : null;

    /// <summary>The first index that the loop does not reach.</summary>
    private static long? Bound(IOperation? condition, ILocalSymbol counter, ConstantAmounts amounts) => condition switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.NotEquals } test
            when IsCounter(test.LeftOperand, counter) => amounts.Of(test.RightOperand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual } test when IsCounter(test.LeftOperand, counter) =>
            amounts.Of(test.RightOperand) + 1,
        _ => null,
    };

    private static long? Step(IForLoopOperation loop, ILocalSymbol counter, ConstantAmounts amounts) =>
        loop.AtLoopBottom is not [IExpressionStatementOperation { Operation: var step }] ? null : step switch
        {
            IIncrementOrDecrementOperation { Kind: OperationKind.Increment } increment when IsCounter(increment.Target, counter) => 1,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum when IsCounter(sum.Target, counter) => amounts.Of(sum.Value) is > 0 and <= EntriesOfTable and { } amount ? amount : null,
            _ => null,
        };

    // A turn that is cut short, or a loop that is, does not store all that it seems to.
    private static bool Leaves(IOperation body)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            if (operation is IBranchOperation or IReturnOperation or IThrowOperation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What every turn stores.</summary>
    private static IEnumerable<ISimpleAssignmentOperation> Stores(IOperation body)
    {
        switch (body)
        {
            case IBlockOperation block:
                return block.Operations.SelectMany(Stores);
            case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation store }:
                return [store];
            default:
                return [];
        }
    }

    /// <summary>What is indexed by the counter, or by the counter and a constant: an array, an inline one, a span, a table with an indexer, a pointer.</summary>
    private static IOperation? Indexed(IOperation target, ILocalSymbol counter, ConstantAmounts amounts, out long offset)
    {
        offset = 0;
        switch (target)
        {
            case IArrayElementReferenceOperation { Indices: [var index] } element when IsCounter(index, counter, amounts, out offset):
                return element.ArrayReference;
            case IPropertyReferenceOperation { Arguments: [var index] } element when IsCounter(index.Value, counter, amounts, out offset):
                return element.Instance;
            case IInlineArrayAccessOperation element when IsCounter(element.Argument, counter, amounts, out offset):
                return element.Instance;
            case { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax }:
                return OfPair(target, counter, amounts, out offset);
            case { Kind: OperationKind.None,
                Syntax: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } }:
                IOperation? child = target.ChildOperations.FirstOrDefault()?.Innermost();
                return child is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum && IsCounter(sum.RightOperand, counter, amounts, out offset)
                    ? sum.LeftOperand
                    : child is { Kind: OperationKind.None } ? OfPair(child, counter, amounts, out offset) : null;
            default:
                return null;
        }
    }

    private static IOperation? OfPair(IOperation parent, ILocalSymbol counter, ConstantAmounts amounts, out long offset)
    {
        offset = 0;
        IOperation? memory = null;
        foreach (IOperation child in parent.ChildOperations)
        {
            if (memory is not null && IsCounter(child, counter, amounts, out offset))
            {
                return memory;
            }

            memory ??= child;
        }

        return null;
    }

    private static bool IsCounter(IOperation? operation, ILocalSymbol counter, ConstantAmounts amounts, out long offset)
    {
        offset = 0;
        IOperation? bare = operation?.Innermost();
        if (bare is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum && amounts.Of(sum.RightOperand) is >= 0 and { } constant)
        {
            offset = constant;
            bare = sum.LeftOperand.Innermost();
        }

        return IsCounter(bare, counter);
    }

    private static bool IsCounter(IOperation? operation, ILocalSymbol counter) =>
        operation?.Innermost() is ILocalReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Local, counter);
}
