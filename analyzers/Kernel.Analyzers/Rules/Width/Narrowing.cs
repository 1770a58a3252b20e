using System.Collections.Generic;
using System.Numerics;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>
/// One narrowing to 32 bits or fewer: a whole chain of conversions, a method that converts, the elements of a <c>foreach</c> or a tuple,
/// or an offset to a pointer.
/// </summary>
internal sealed class Narrowing
{
    // A float holds every integer up to 2^24 exactly, a Half up to 2^11.
    private static readonly ValueRange SingleCapacity = new(-(BigInteger.One << 24), BigInteger.One << 24);

    private readonly IOperation _operation;
    private readonly IConversionOperation? _outermost;

    private Narrowing(
        SyntaxNode syntax,
        ITypeSymbol target,
        IReadOnlyList<IOperation> values,
        IOperation operation,
        int pointerBits,
        ITypeSymbol? elementType = null)
    {
        Syntax = syntax;
        Target = target;
        Values = values;
        PointerBits = pointerBits;
        ElementType = elementType;
        _operation = operation;
        _outermost = elementType is null && !IsOffset ? operation as IConversionOperation : null;
    }

    /// <summary>Where the narrow value appears: the outermost cast.</summary>
    public SyntaxNode Syntax { get; }

    /// <summary>The type narrowed to.</summary>
    public ITypeSymbol Target { get; }

    /// <summary>What went into the chain, from the outermost operand to the innermost; for elements what holds them.</summary>
    public IReadOnlyList<IOperation> Values { get; }

    /// <summary>The type of the elements that a <c>foreach</c> or a tuple narrows; null for a chain of conversions.</summary>
    public ITypeSymbol? ElementType { get; }

    /// <summary>Whether a method narrows by cutting off what it is given.</summary>
    public bool IsTruncatingCall => _operation is IInvocationOperation { TargetMethod.Name: NarrowingCalls.Truncating };

    /// <summary>The outermost conversion of a chain; null for elements, offsets and calls.</summary>
    public IConversionOperation? Conversion => _outermost;

    /// <summary>How many bits a pointer has on the target that loses bits here.</summary>
    public int PointerBits { get; }

    /// <summary>Whether the value is narrowed to the width of a pointer, which is narrow on a 32-bit target only.</summary>
    public bool IsToPointerSize => IntegerWidth.IsPointerSized(Target);

    private bool IsOffset => ReferenceEquals(_operation, Values[0]);

    /// <summary>Whether the operation can be a narrowing at all: asked of every conversion, sum and loop, so it asks little.</summary>
    public static bool IsCandidate(IOperation operation) => operation switch
    {
        IForEachLoopOperation => true,
        IConversionOperation { Type: { } type } conversion =>
            IsNarrow(conversion, pointerBits: 32) ? StartsWide(conversion, pointerBits: 32) : type is { SpecialType: SpecialType.None, IsTupleType: true },
        IBinaryOperation or ICompoundAssignmentOperation => OffsetIn(operation) is not null,
        IInvocationOperation call => NarrowingCalls.OperandIn(call) is not null,
        _ => false,
    };

    /// <summary>The narrowing that the operation does, or null where it does none.</summary>
    public static Narrowing? Of(IOperation operation, int pointerBits) => operation switch
    {
        IConversionOperation { Type: INamedTypeSymbol { IsTupleType: true } tuple } conversion => Of(conversion, tuple, pointerBits),
        IConversionOperation conversion => Of(conversion, pointerBits),
        IForEachLoopOperation loop => Of(loop, pointerBits),
        IInvocationOperation call => OfCall(call, pointerBits),
        _ => OffsetIn(operation) is { } offset ? OfOffset(offset, operation.Type!, pointerBits) : null,
    };

    /// <summary>The narrowing of an integer that a pointer is moved by, where it is wider than the pointer; else null.</summary>
    public static Narrowing? OfOffset(IOperation offset, ITypeSymbol pointer, int pointerBits) =>
        IntegerWidth.Of(offset.Type, pointerBits) is { } width && width.Bits > pointerBits
            ? new(offset.Syntax, pointer, [offset], offset, pointerBits, elementType: null)
            : null;

    /// <summary>The same place where a pointer has another width; null where nothing is narrowed then.</summary>
    public Narrowing? At(int pointerBits) =>
        pointerBits == PointerBits ? this
        : IsOffset ? OfOffset(_operation, Target, pointerBits)
        : Of(_operation, pointerBits);

    /// <summary>The chain of conversions that ends in this one, if it narrows a value as wide as a pointer.</summary>
    private static Narrowing? Of(IConversionOperation outermost, int pointerBits)
    {
        if (outermost.Type is null
            || !IsNarrow(outermost, pointerBits)
            || !StartsWide(outermost, pointerBits)
            || IsInsideNarrower(outermost, pointerBits))
        {
            return null;
        }

        var values = new List<IOperation>();
        IOperation operand = outermost;
        while (operand is IConversionOperation { OperatorMethod: null } step)
        {
            operand = ValueIdentity.WithoutParentheses(step.Operand);
            values.Add(operand);
        }

        return new(SyntaxOf(outermost), outermost.Type, values, outermost, pointerBits);
    }

    private static bool StartsWide(IConversionOperation outermost, int pointerBits)
    {
        IOperation operand = outermost;
        while (operand is IConversionOperation { OperatorMethod: null } step)
        {
            operand = ValueIdentity.WithoutParentheses(step.Operand);
            if (!(IntegerWidth.Of(operand.Type, pointerBits) is { } width && width.Bits < pointerBits))
            {
                return true;
            }
        }

        return false;
    }

    // `p + n`, `n + p`, `p - n`, `p += n`: the processor adds in the width of the pointer.
    private static IOperation? OffsetIn(IOperation operation) => operation switch
    {
        IBinaryOperation
        {
            Type: IPointerTypeSymbol,
            OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract,
        } sum => sum.LeftOperand.Type is IPointerTypeSymbol ? sum.RightOperand : sum.LeftOperand,
        ICompoundAssignmentOperation { Type: IPointerTypeSymbol } assignment => assignment.Value,
        _ => null,
    };

    private static Narrowing? OfCall(IInvocationOperation call, int pointerBits) =>
        NarrowingCalls.OperandIn(call) is { } operand
        && IntegerWidth.Of(operand.Type, pointerBits) is { } from && from.Bits >= pointerBits
        && IntegerWidth.Of(call.Type, pointerBits) is { } to && to.Bits < from.Bits
            ? new(call.Syntax, call.Type!, [operand], call, pointerBits)
            : null;

    // The chain is reported at its outermost narrow step, whatever lies between.
    private static bool IsInsideNarrower(IConversionOperation conversion, int pointerBits)
    {
        IOperation? around = conversion.Parent;
        while (around is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            if (around is IConversionOperation step && IsNarrow(step, pointerBits))
            {
                return true;
            }

            around = around.Parent;
        }

        return false;
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
            if (CapacityOf(target.TupleElements[index].Type, pointerBits) is { } capacity
                && IntegerWidth.Of(element, pointerBits) is { } width
                && width.Bits >= pointerBits
                && !width.Range.IsWithin(capacity))
            {
                return new(conversion.Syntax, target.TupleElements[index].Type, [conversion.Operand], conversion, pointerBits, element);
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
            || CapacityOf(target, pointerBits) is not { } capacity
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

        return new(syntax.Type, target, [collection], loop, pointerBits, info.ElementType);
    }

    /// <summary>Whether bits may be lost: no range, mask, check, second half or contract of the method says otherwise.</summary>
    /// <param name="containing">The member that the narrowing is in.</param>
    /// <param name="ofPointer">Whether only steps count that a pointer loses bits in: not those on the way to its width.</param>
    public bool MayLoseBits(ISymbol? containing, bool ofPointer) =>
        !IsAllowedIn(containing)
        && (_outermost is null
            ? ElementType is not null || !Fits(Values[0], Target)
            : Loses(_outermost, ofPointer)
                && !NarrowingExits.IsComparedWithOriginal(_outermost)
                && !NarrowingExits.IsComparedLater(_outermost)
                && !NarrowingExits.IsMasked(_outermost, PointerBits)
                && !NarrowingExits.IsOfDistance(_outermost, PointerBits)
                && !NarrowingExits.IsTakenOut(_outermost, PointerBits)
                && !NarrowedPieces.AreFolded(_outermost)
                && !NarrowedPieces.HaveNextMember(containing)
                && !NarrowedPieces.HaveNextBeside(_outermost, PointerBits)
                && !NarrowedPieces.IsOfLoop(_outermost, PointerBits))
        && !new DominatingChecks(new RangeEvaluation(PointerBits), PointerBits).RuleOut(_operation);

    /// <summary>The report, at the outermost step, with the place where the value was first an address beside it.</summary>
    public Diagnostic ToDiagnostic(DiagnosticDescriptor rule, IOperation origin, ITypeSymbol? source) => Diagnostic.Create(
        rule,
        Syntax.GetLocation(),
        [origin.Syntax.GetLocation()],
        Display(source),
        Display(Target));

    private static string Display(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";

    // From one pointer to another, or to a native integer, nothing is lost on any target: narrow is the step from a wider integer.
    private static bool IsNarrow(IConversionOperation conversion, int pointerBits) =>
        conversion.OperatorMethod is null
        && (IntegerWidth.Of(conversion.Type, pointerBits) is { Bits: <= 32 } || conversion.Type?.SpecialType == SpecialType.System_Single)
        && !(IntegerWidth.IsPointerSized(conversion.Type)
            && IntegerWidth.Of(conversion.Operand.Type, pointerBits) is { } operand
            && operand.Bits <= pointerBits);

    /// <summary>What a type of 32 bits or fewer holds without loss; null for wider types and those that are no numbers.</summary>
    private static ValueRange? CapacityOf(ITypeSymbol? type, int pointerBits) =>
        type?.SpecialType == SpecialType.System_Single
            ? SingleCapacity
            : IntegerWidth.Of(type, pointerBits) is { Bits: <= 32 } width ? width.Capacity : null;

    // Every step counts: a chain may narrow inside and widen again.
    private bool Loses(IConversionOperation outermost, bool ofPointer)
    {
        IOperation operation = outermost;
        while (operation is IConversionOperation { OperatorMethod: null } step)
        {
            operation = ValueIdentity.WithoutParentheses(step.Operand);
            if (!Fits(operation, step.Type) && !(ofPointer && IntegerWidth.IsPointerSized(step.Type)) && !step.IsCheckedInText())
            {
                return true;
            }
        }

        return false;
    }

    // `address & ~0xFFFu` is meant to round, not to take the low 32 bits: what it rounds has to fit.
    private bool Fits(IOperation value, ITypeSymbol? type) =>
        CapacityOf(type, PointerBits) is not { } capacity
        || (new RangeEvaluation(PointerBits).Of(NarrowMask.RoundedIn(value, PointerBits) ?? value) is { } range && range.IsWithin(capacity))
        || (IntegerWidth.Of(type, PointerBits) is { } width && NarrowingExits.IsBoundedByNarrow(value, width, PointerBits));

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
