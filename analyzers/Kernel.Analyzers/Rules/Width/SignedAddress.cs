using System.Collections.Generic;
using System.Linq;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>A signed number of 32 bits or fewer that is widened with its sign and becomes an address.</summary>
/// <param name="pointerBits">The width of a pointer on the target.</param>
internal sealed class SignedAddress(int pointerBits)
{
    private readonly HashSet<ISymbol> _visited = new(SymbolEqualityComparer.Default);

    /// <summary>The report, or null where the operation widens nothing with a sign, or no address comes of it.</summary>
    public static Diagnostic? In(IOperation operation, int pointerBits) =>
        operation is IConversionOperation { OperatorMethod: null } conversion
        && IsSignExtension(conversion, pointerBits)
        && (IsPointer(conversion.Type) || new SignedAddress(pointerBits).BecomesAddress(conversion))
        && MayBeNegative(conversion.Operand, pointerBits)
        && WrappingArithmetic.In(conversion.Operand.Innermost(), pointerBits)?.CanBeReported() != true
        && !IsBoxed(conversion)
        && !IsOfNativeInteger(conversion)
            ? Diagnostic.Create(
                WidthMismatchAnalyzer.SignRule,
                conversion.Syntax.GetLocation(),
                WidthMismatchAnalyzer.Display(conversion.Operand.Type),
                WidthMismatchAnalyzer.Display(conversion.Type),
                WidthMismatchAnalyzer.OnTarget(
                    IntegerWidth.IsPointerSized(conversion.Type) ? conversion.Type : conversion.Operand.Type, pointerBits))
            : null;

    /// <summary>Whether arithmetic in signed integers that is widened becomes an address, so that each operand's sign would spread over it.</summary>
    public static bool ComesOf(WrappingArithmetic arithmetic, IOperation widening, int pointerBits) =>
        IntegerWidth.Of(arithmetic.Operation.Type, pointerBits) is { IsSigned: true }
        && widening is IConversionOperation { OperatorMethod: null } conversion
        && (IsPointer(conversion.Type) || new SignedAddress(pointerBits).BecomesAddress(conversion));

    // `(void*)number` hands a number on where a pointer is asked for, unless its name speaks of a place.
    private static bool IsBoxed(IConversionOperation conversion) =>
        conversion.Parent is IConversionOperation { OperatorMethod: null } around ? IsBoxed(around) : conversion is { Type: IPointerTypeSymbol { PointedAtType.SpecialType: SpecialType.System_Void } }
        && conversion.Operand.Innermost() is ILocalReferenceOperation or IParameterReferenceOperation
        && !OperandNames.SpeakOfPlace(conversion.Operand);

    // `new IntPtr(int)` keeps the sign: the core library of a kernel has it in source.
    private static bool IsOfNativeInteger(IConversionOperation conversion) =>
        conversion.SemanticModel?.GetEnclosingSymbol(conversion.Syntax.SpanStart)?.ContainingType is { SpecialType: SpecialType.System_IntPtr };

    private static bool IsPointer(ITypeSymbol? type) => type is IPointerTypeSymbol or IFunctionPointerTypeSymbol;

    // A constant has the sign that was written. An nint has 32 bits and a sign on a 32-bit target.
    private static bool IsSignExtension(IConversionOperation conversion, int pointerBits) =>
        IntegerWidth.Of(conversion.Operand.Type, pointerBits) is { IsSigned: true, Bits: <= 32 }
        && IntegerWidth.Of(conversion.Type, pointerBits) is { Bits: 64 }
        && !conversion.Operand.ConstantValue.HasValue;

    private static bool MayBeNegative(IOperation operand, int pointerBits) =>
        new RangeEvaluation(pointerBits).Of(operand) is { IsNonNegative: false } && !CountsUp(operand);

    // `for (int i = 0; …; i++)`: what begins at zero or above and is only ever raised.
    private static bool CountsUp(IOperation operand)
    {
        if (ValueIdentity.WithoutParentheses(operand) is not ILocalReferenceOperation reference)
        {
            return false;
        }

        bool written = false;
        foreach (VariableWrite write in Body.Around(reference).WritesTo(reference.Local))
        {
            written = true;
            bool raises = write.Place switch
            {
                IVariableDeclaratorOperation or ISimpleAssignmentOperation => write.Value is { } value && IsNonNegative(value),
                IIncrementOrDecrementOperation step => step.Kind == OperationKind.Increment,
                ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum => IsNonNegative(sum.Value),
                _ => false,
            };
            if (write.IsAlias || !raises)
            {
                return false;
            }
        }

        return written;
    }

    private static bool IsNonNegative(IOperation value) => new RangeEvaluation(pointerBits: 64).Of(value) is { IsNonNegative: true };

    /// <summary>Follows the value to where it is used; a sum is left alone, because an offset may be negative.</summary>
    private bool BecomesAddress(IOperation value)
    {
        for (IOperation child = value; child.Parent is { } parent; child = parent)
        {
            switch (parent)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    if (IsPointer(conversion.Type))
                    {
                        return true;
                    }

                    if (IntegerWidth.Of(conversion.Type, pointerBits) is not { Bits: 64 })
                    {
                        return false;
                    }

                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Or, OperatorMethod: null } or:
                    IOperation other = child == or.LeftOperand ? or.RightOperand : or.LeftOperand;
                    if (AddressSources.OriginOf(other, pointerBits) is not null)
                    {
                        return true;
                    }

                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift, OperatorMethod: null } high
                    when child == high.LeftOperand && new RangeEvaluation(pointerBits).Of(high.RightOperand) is { } count && count.Minimum >= 32:
                    // The sign is shifted out.
                    return false;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift, OperatorMethod: null } shift when child == shift.LeftOperand:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply, OperatorMethod: null }:
                case IParenthesizedOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation:
                case IConditionalOperation conditional when child != conditional.Condition:
                case IVariableInitializerOperation:
                    break;
                case IVariableDeclaratorOperation declarator:
                    return AnyUseOf(declarator.Symbol, declarator);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } assignment when child == assignment.Value:
                    return AnyUseOf(local.Local, assignment);
                default:
                    return AddressPlaces.Takes(parent, child);
            }
        }

        return false;
    }

    private bool AnyUseOf(ILocalSymbol local, IOperation write) =>
        IntegerWidth.Of(local.Type, pointerBits) is { Bits: 64 }
        && _visited.Add(local)
        && Body.Around(write).UsesOf(local).Any(BecomesAddress);
}
