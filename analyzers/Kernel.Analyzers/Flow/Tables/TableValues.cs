using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tables;

/// <summary>Tells from an expression whether it makes or takes apart a page-table entry.</summary>
internal static class TableValues
{
    private const ulong PageOffset = 0xFFF;
    private const ulong LeastAddressBits = 0xFFFF_F000;
    private const int MaximumDepth = 16;

    /// <summary>Whether the constant keeps the address in an entry and drops its low bits.</summary>
    public static bool IsAddressMask(IOperation mask) => BitsOf(mask) is { } bits
        ? IsAddressMask(bits)
        : Bare(mask) is IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation, Operand: var low } && BitsOf(low) == PageOffset;

    /// <summary>The same of its bits.</summary>
    public static bool IsAddressMask(ulong bits) => (bits & PageOffset) == 0 && (bits & LeastAddressBits) == LeastAddressBits;

    /// <summary>Whether the constant drops a few bits and keeps the others.</summary>
    public static bool IsComplement(IOperation mask) => BitsOf(mask) is { } bits
        ? (bits & 0xFFFF_0000) == 0xFFFF_0000 && (bits & PageOffset) != 0
        : Bare(mask) is IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation };

    /// <summary>Whether the value is a flag, or some flags, with the one that says that an entry is present.</summary>
    public static bool HasPresentBit(IOperation value)
    {
        IOperation bare = Bare(value);
        return bare is IMemberReferenceOperation { Member.Name: var name } && TranslationNames.SaysPresent(name)
            || (BitsOf(bare) is { } bits && (bits & 1) != 0 && bits < PageOffset);
    }

    /// <summary>Whether the value is an address with flags, one of which says that the entry is present.</summary>
    public static bool IsEntry(IOperation value) => IsEntry(value, out bool present, out bool addressed, 0) && present && addressed;

    private static bool IsEntry(IOperation value, out bool present, out bool addressed, int depth)
    {
        IOperation bare = Bare(value);
        present = HasPresentBit(bare);
        addressed = !bare.ConstantValue.HasValue;
        if (depth < MaximumDepth && bare is IBinaryOperation { OperatorKind: BinaryOperatorKind.Or or BinaryOperatorKind.Add } or)
        {
            IsEntry(or.LeftOperand, out present, out addressed, depth + 1);
            IsEntry(or.RightOperand, out bool rightPresent, out bool rightAddressed, depth + 1);
            present |= rightPresent;
            addressed |= rightAddressed;
        }

        return true;
    }

    /// <summary>Whether the operation is <c>(entry &gt;&gt; 10) &lt;&lt; 12</c> or the same with 12: an address from a frame number.</summary>
    public static bool IsPageShift(IBinaryOperation shift, out IOperation? entry)
    {
        entry = null;
        if (BitsOf(shift.RightOperand) == 12 && Bare(shift.LeftOperand) is IBinaryOperation { OperatorKind: BinaryOperatorKind.RightShift } number
            && BitsOf(number.RightOperand) is 10 or 12)
        {
            entry = Bare(number.LeftOperand) is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } kept ? kept.LeftOperand : number.LeftOperand;
        }

        return entry is not null;
    }

    private static ulong? BitsOf(IOperation operation) =>
        operation.ConstantValue is { HasValue: true, Value: var constant } ? EntryPlaces.BitsOf(constant) : null;

    private static IOperation Bare(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null, ConstantValue.HasValue: false } conversion:
                    operation = conversion.Operand;
                    break;
                case IConversionOperation { OperatorMethod: null, Operand: IMemberReferenceOperation member }:
                    return member;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }
}
