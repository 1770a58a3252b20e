using System.Numerics;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>The expressions in which pointers and address values begin.</summary>
internal static class AddressSources
{
    private static readonly BigInteger s_offsetInPage = 0xFFF;
    private static readonly BigInteger s_leastEntryMask = BigInteger.One << 35;
    private static readonly BigInteger s_greatestEntryMask = (BigInteger.One << 59) - 1;

    /// <summary>Where the narrowed value was a pointer, function pointer or native integer, or null.</summary>
    public static IOperation? PointerIn(Narrowing narrowing)
    {
        if (narrowing.ElementType is { } element)
        {
            return IntegerWidth.IsPointerSized(element) ? narrowing.Values[0] : null;
        }

        int pointerBits = narrowing.PointerBits;
        var origins = new ValueOrigin(operation => IsPointer(operation, pointerBits), pointerBits);
        return FirstOrigin(narrowing, origins);
    }

    /// <summary>Where the narrowed value was marked as an address, or null.</summary>
    public static IOperation? AddressIn(Narrowing narrowing)
    {
        if (narrowing.ElementType is not null)
        {
            return IsMarked(narrowing.Values[0]) ? narrowing.Values[0] : null;
        }

        int pointerBits = narrowing.PointerBits;
        var origins = new ValueOrigin(operation => IsAddress(operation, pointerBits), pointerBits);
        return FirstOrigin(narrowing, origins);
    }

    /// <summary>Where the value was a pointer or marked as an address, or null.</summary>
    public static IOperation? OriginOf(IOperation value, int pointerBits) => Origins(pointerBits).Of(value);

    /// <summary>Follows values back to where they were a pointer or marked as an address, and remembers the locals on the way.</summary>
    public static ValueOrigin Origins(int pointerBits) =>
        new(operation => IsPointer(operation, pointerBits) || IsAddress(operation, pointerBits), pointerBits);

    /// <summary>Where the value was marked as an address, or null.</summary>
    public static IOperation? MarkedOriginOf(IOperation value, int pointerBits) =>
        new ValueOrigin(operation => IsAddress(operation, pointerBits), pointerBits).Of(value);

    /// <summary>Where the value was a pointer or marked as an address, or null: a native integer as such may be a count.</summary>
    public static IOperation? RealOriginOf(IOperation value, int pointerBits) => RealOrigins(pointerBits).Of(value);

    /// <summary>Where the narrowed value was a pointer or marked as an address, or null: a native integer as such may be a count.</summary>
    public static IOperation? AddressOrRealPointerIn(Narrowing narrowing) => FirstOrigin(narrowing, RealOrigins(narrowing.PointerBits));

    private static ValueOrigin RealOrigins(int pointerBits) => new(
        operation => operation.Type is IPointerTypeSymbol or IFunctionPointerTypeSymbol || IsAddress(operation, pointerBits), pointerBits);

    private static IOperation? FirstOrigin(Narrowing narrowing, ValueOrigin origins)
    {
        foreach (IOperation value in narrowing.Values)
        {
            if (origins.Of(value) is { } origin)
            {
                return origin;
            }
        }

        return null;
    }

    private static bool IsPointer(IOperation operation, int pointerBits) =>
        IntegerWidth.IsPointerSized(operation.Type) && !IsPointerDifference(operation, pointerBits);

    // `(nuint)end - (nuint)start` is the distance between two pointers. Two native integers as such may be anything, unless what is taken
    // away is called a start or a base.
    private static bool IsPointerDifference(IOperation operation, int pointerBits)
    {
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide or BinaryOperatorKind.RightShift, OperatorMethod: null } part)
        {
            return IsPointerDifference(part.LeftOperand.Innermost(), pointerBits);
        }

        if (operation is IInvocationOperation { TargetMethod: { Name: "ByteOffset" or "OffsetOf", ContainingType.Name: "Unsafe" or "Marshal" } })
        {
            return true;
        }

        if (operation is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, OperatorMethod: null } difference)
        {
            return false;
        }

        if (IntegerWidth.IsPointerSized(difference.RightOperand.Innermost().Type) && OperandNames.SpeakOfPlace(difference.RightOperand))
        {
            return true;
        }

        var pointers = new ValueOrigin(part => part.Type is IPointerTypeSymbol or IFunctionPointerTypeSymbol, pointerBits);
        return pointers.Of(difference.LeftOperand) is not null && pointers.Of(difference.RightOperand) is not null;
    }

    private static bool IsAddress(IOperation operation, int pointerBits)
    {
        ITypeSymbol? type = operation is IArgumentOperation argument ? argument.Parameter?.Type : operation.Type;
        if (IntegerWidth.Of(type, pointerBits) is not { } width || width.Bits < pointerBits)
        {
            return false;
        }

        return operation switch
        {
            IConversionOperation { OperatorMethod: { } conversion } =>
                AddressTypes.IsDeclared(conversion.Parameters[0].Type) || IsReturnMarked(conversion),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.And, OperatorMethod: null } and => IsEntryMask(and.RightOperand) || IsEntryMask(and.LeftOperand),
            IFieldReferenceOperation field => MarkedMembers.IsAddress(field.Field),
            IPropertyReferenceOperation { Property.IsIndexer: false } property => MarkedMembers.IsAddress(property.Property),
            IArrayElementReferenceOperation element => IsMarked(element.ArrayReference),
            IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance } indexer => IsMarked(indexer) || IsMarked(instance),
            _ => IsMarked(operation),
        };
    }

    // 0x000F_FFFF_FFFF_F000 takes the frame out of an entry: one run of bits from that of a page, or of a large one, to the last of an address.
    private static bool IsEntryMask(IOperation mask)
    {
        if (mask.ConstantValue is not { HasValue: true, Value: { } constant } || RangeEvaluation.ToInteger(constant) is not { Sign: > 0 } bits
            || bits < s_leastEntryMask || bits > s_greatestEntryMask || !(bits & s_offsetInPage).IsZero)
        {
            return false;
        }

        BigInteger filled = bits | (bits - 1);
        return (filled & (filled + 1)).IsZero;
    }

    private static bool IsMarked(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation property => MarkedMembers.IsMarked(property.Property),
        IFieldReferenceOperation field => MarkedMembers.IsMarked(field.Field),
        IParameterReferenceOperation parameter => Contract.Has(parameter.Parameter, Contract.AddressValue),
        IInvocationOperation call => IsReturnMarked(call.TargetMethod),
        IBinaryOperation { OperatorMethod: { } @operator } => IsReturnMarked(@operator),
        IUnaryOperation { OperatorMethod: { } @operator } => IsReturnMarked(@operator),
        IArgumentOperation argument => Contract.Has(argument.Parameter, Contract.AddressValue),
        _ => false,
    };

    private static bool IsReturnMarked(IMethodSymbol? method) => Contract.FindOnReturn(method, Contract.AddressValue) is not null;
}
