using System.Collections.Generic;
using System.Numerics;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>One narrowing to 32 bits or fewer: a whole chain of conversions, or the elements of a <c>foreach</c> or a tuple.</summary>
internal sealed class Narrowing
{
    // A float holds every integer up to 2^24 exactly, a Half up to 2^11.
    private static readonly ValueRange SingleCapacity = new(-(BigInteger.One << 24), BigInteger.One << 24);

    private readonly IConversionOperation? _outermost;
    private readonly int _pointerBits;

    private Narrowing(
        SyntaxNode syntax, ITypeSymbol target, IReadOnlyList<IOperation> values, IConversionOperation? outermost, int pointerBits)
    {
        Syntax = syntax;
        Target = target;
        Values = values;
        _outermost = outermost;
        _pointerBits = pointerBits;
    }

    /// <summary>Where the narrow value appears: the outermost cast.</summary>
    public SyntaxNode Syntax { get; }

    /// <summary>The type narrowed to.</summary>
    public ITypeSymbol Target { get; }

    /// <summary>What went into the chain, from the outermost operand to the innermost; for elements what holds them.</summary>
    public IReadOnlyList<IOperation> Values { get; }

    /// <summary>The type of the elements that a <c>foreach</c> or a tuple narrows; null for a chain of conversions.</summary>
    public ITypeSymbol? ElementType { get; private set; }

    /// <summary>Whether the operation can be a narrowing at all: asked of every conversion and loop, so it asks little.</summary>
    public static bool IsCandidate(IOperation operation) =>
        operation is IForEachLoopOperation
        || (operation is IConversionOperation conversion && (conversion.Type is { IsTupleType: true } || IsNarrow(conversion)));

    /// <summary>The narrowing that the operation does, or null where it does none.</summary>
    public static Narrowing? Of(IOperation operation, int pointerBits) => operation switch
    {
        IConversionOperation { Type: INamedTypeSymbol { IsTupleType: true } tuple } conversion => Of(conversion, tuple, pointerBits),
        IConversionOperation conversion => Of(conversion, pointerBits),
        IForEachLoopOperation loop => Of(loop, pointerBits),
        _ => null,
    };

    /// <summary>The chain of conversions that ends in this one, if it narrows a value as wide as a pointer.</summary>
    private static Narrowing? Of(IConversionOperation outermost, int pointerBits)
    {
        if (outermost.Type is null || !IsNarrow(outermost) || outermost.Parent is IConversionOperation parent && IsNarrow(parent))
        {
            return null;
        }

        var values = new List<IOperation>();
        bool startsWide = false;
        IOperation operand = outermost;
        while (operand is IConversionOperation { OperatorMethod: null } step)
        {
            operand = ValueIdentity.WithoutParentheses(step.Operand);
            values.Add(operand);
            startsWide |= !(IntegerWidth.Of(operand.Type, pointerBits) is { } width && width.Bits < pointerBits);
        }

        return startsWide ? new(SyntaxOf(outermost), outermost.Type, values, outermost, pointerBits) : null;
    }

    // A tuple that is converted whole narrows its elements where nothing names them; in a literal each element is converted by itself.
    private static Narrowing? Of(IConversionOperation conversion, INamedTypeSymbol target, int pointerBits)
    {
        if (conversion.Operand is ITupleOperation || conversion.Operand.Type is not INamedTypeSymbol { IsTupleType: true } source)
        {
            return null;
        }

        for (int index = 0; index < target.TupleElements.Length && index < source.TupleElements.Length; index++)
        {
            ITypeSymbol element = source.TupleElements[index].Type;
            if (CapacityOf(target.TupleElements[index].Type) is { } capacity
                && IntegerWidth.Of(element, pointerBits) is { } width
                && width.Bits >= pointerBits
                && !width.Range.IsWithin(capacity))
            {
                return new(conversion.Syntax, target.TupleElements[index].Type, [conversion.Operand], outermost: null, pointerBits)
                {
                    ElementType = element,
                };
            }
        }

        return null;
    }

    /// <summary>The narrowing that a <c>foreach</c> does without a cast in the text, when its variable is narrower than the elements.</summary>
    private static Narrowing? Of(IForEachLoopOperation loop, int pointerBits)
    {
        if (loop.Syntax is not ForEachStatementSyntax syntax
            || loop.SemanticModel?.GetForEachStatementInfo(syntax) is not { ElementConversion: { Exists: true, IsUserDefined: false } } info
            || loop.LoopControlVariable is not IVariableDeclaratorOperation { Symbol.Type: var target }
            || CapacityOf(target) is not { } capacity
            || IntegerWidth.Of(info.ElementType, pointerBits) is not { } element
            || element.Bits < pointerBits
            || element.Range.IsWithin(capacity))
        {
            return null;
        }

        IOperation collection = loop.Collection;
        while (collection is IConversionOperation { IsImplicit: true } conversion)
        {
            collection = conversion.Operand;
        }

        return new(syntax.Type, target, [collection], outermost: null, pointerBits) { ElementType = info.ElementType };
    }

    /// <summary>Whether bits may be lost: no range, mask, check, second half or contract of the method says otherwise.</summary>
    public bool MayLoseBits(ISymbol? containing) =>
        !IsAllowedIn(containing)
        && (_outermost is null
            || (Loses(_outermost, _pointerBits)
                && !NarrowingExits.IsComparedWithOriginal(_outermost)
                && !NarrowingExits.IsComparedLater(_outermost)
                && !NarrowingExits.IsMasked(_outermost, _pointerBits)
                && !NarrowingExits.IsFolded(_outermost)
                && !NarrowingExits.HasHighHalfBeside(_outermost, _pointerBits)));

    /// <summary>The report, at the outermost step, with the place where the value was first an address beside it.</summary>
    public Diagnostic ToDiagnostic(DiagnosticDescriptor rule, IOperation origin) => Diagnostic.Create(
        rule,
        Syntax.GetLocation(),
        [origin.Syntax.GetLocation()],
        Display(ElementType ?? origin.Type),
        Display(Target));

    private static string Display(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";

    private static bool IsNarrow(IConversionOperation conversion) => conversion.OperatorMethod is null && CapacityOf(conversion.Type) is not null;

    /// <summary>What a type of 32 bits or fewer holds without loss; null for wider types and those that are no numbers.</summary>
    /// <remarks>A pointer is never a narrow type, whatever the target: only numbers written as such are.</remarks>
    private static ValueRange? CapacityOf(ITypeSymbol? type) =>
        type?.SpecialType == SpecialType.System_Single
            ? SingleCapacity
            : !IntegerWidth.IsPointerSized(type) && IntegerWidth.Of(type, pointerBits: 64) is { Bits: <= 32 } width ? width.Capacity : null;

    // Every step counts: a chain may narrow inside and widen again.
    private static bool Loses(IConversionOperation outermost, int pointerBits)
    {
        var evaluation = new RangeEvaluation(pointerBits);
        IOperation operation = outermost;
        while (operation is IConversionOperation { OperatorMethod: null } step)
        {
            operation = ValueIdentity.WithoutParentheses(step.Operand);
            if (CapacityOf(step.Type) is { } capacity && !(evaluation.Of(operation) is { } range && range.IsWithin(capacity)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAllowedIn(ISymbol? containing)
    {
        for (ISymbol? symbol = containing; symbol is IMethodSymbol method; symbol = symbol.ContainingSymbol)
        {
            // A hash is meant to lose bits.
            if (method is { Name: "GetHashCode", Parameters.IsEmpty: true, ReturnType.SpecialType: SpecialType.System_Int32 }
                || Contract.Has(method, Contract.CheckedNarrowing))
            {
                return true;
            }
        }

        return false;
    }

    // An implicit step inside a user-defined conversion has only the operand for its text: the cast around it is what was written.
    private static SyntaxNode SyntaxOf(IConversionOperation outermost) =>
        outermost is { IsImplicit: true, Parent: IConversionOperation { OperatorMethod: not null, IsImplicit: false } written }
            ? written.Syntax
            : outermost.Syntax;
}
