using System.Collections.Generic;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Finds the rest of a value beside a narrow piece of it: what is taken apart loses nothing.</summary>
internal static class NarrowedPieces
{
    private const int PieceBits = 16;

    // Mixing functions shift by 27 at the least where they end in the upper half.
    private const int LeastFold = 27;

    /// <summary>Whether all of the value is folded into the piece: <c>(uint)(value ^ (value >> 32))</c>, a hash or a checksum.</summary>
    public static bool AreFolded(IConversionOperation narrowing)
    {
        var pieces = new List<IOperation>();
        if (narrowing.Innermost() is ILocalReferenceOperation local && IsFoldedBefore(local))
        {
            return true;
        }

        AddFolded(narrowing.Innermost(), pieces);
        IOperation? whole = null;
        int highest = 0;
        foreach (IOperation piece in pieces)
        {
            (IOperation value, int count) = Shifted(piece) ?? (piece, 0);
            if (whole is not null && !AreAlike(whole, value))
            {
                return false;
            }

            whole = value;
            highest = count > highest ? count : highest;
        }

        return pieces.Count > 1 && highest >= 32;
    }

    /// <summary>Whether the member is the lower half of what another member of its type gives the upper half of: <c>Low</c> and <c>High</c>.</summary>
    public static bool HaveNextMember(ISymbol? containing)
    {
        ISymbol? member = (containing as IMethodSymbol)?.AssociatedSymbol ?? containing;
        if (member?.ContainingType is not { } type || OperandNames.WithoutLowerHalf(member.Name) is not { } name)
        {
            return false;
        }

        foreach (ISymbol other in type.GetMembers())
        {
            if (other.Kind == member.Kind && OperandNames.WithoutUpperHalf(other.Name) == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the bits above are used beside: <c>low = (uint)value; high = (uint)(value >> 32);</c> in one statement or one block, or in
    /// a block around it; in as many pieces as it takes.
    /// </summary>
    public static bool HaveNextBeside(IConversionOperation narrowing, int pointerBits)
    {
        (IOperation value, int below) = Shifted(narrowing.Innermost()) ?? (narrowing.Innermost(), 0);
        if (NarrowestIn(narrowing, pointerBits) is not { } width || !IsRepeatable(value))
        {
            return false;
        }

        IOperation innermost = NarrowingExits.SurroundingsOf(narrowing);
        for (IOperation? block = innermost; block is not null; block = block.Parent is { } outer ? NarrowingExits.SurroundingsOf(outer) : null)
        {
            foreach (IOperation candidate in block.Descendants())
            {
                if (Shifted(candidate) is { } above
                    && above.Count == below + width.Bits
                    && AreAlike(above.Value, value)
                    && (block == innermost || NarrowingExits.SurroundingsOf(candidate) == block)
                    && IsUsed(candidate)
                    && !NarrowingExits.IsWrittenBetween(value, narrowing, candidate))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether the piece is one of those that a loop takes: <c>(byte)(value >> shift)</c>, or <c>(byte)value</c> before <c>value >>= 8</c>.</summary>
    public static bool IsOfLoop(IConversionOperation narrowing, int pointerBits)
    {
        if (NarrowestIn(narrowing, pointerBits) is not { Bits: <= PieceBits } width)
        {
            return false;
        }

        IOperation value = narrowing.Innermost();
        if (value is IBinaryOperation
            {
                OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
                OperatorMethod: null,
                RightOperand: { ConstantValue.HasValue: false } count,
            })
        {
            return new RangeEvaluation(pointerBits).Of(count) is not { } counts || counts.Minimum != counts.Maximum;
        }

        foreach (IOperation part in NarrowingExits.SurroundingsOf(narrowing).Descendants())
        {
            if (part is ICompoundAssignmentOperation
                {
                    OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
                    Value.ConstantValue: { HasValue: true, Value: int step },
                } shift
                && step <= width.Bits && AreAlike(shift.Target, value))
            {
                return true;
            }
        }

        return false;
    }

    // `sum + (byte)value` is widened again.
    private static IntegerWidth? NarrowestIn(IConversionOperation outermost, int pointerBits)
    {
        IntegerWidth? narrowest = null;
        for (IOperation step = outermost; step is IConversionOperation { OperatorMethod: null } conversion; step = ValueIdentity.WithoutParentheses(conversion.Operand))
        {
            if (IntegerWidth.Of(conversion.Type, pointerBits) is { } width && !(narrowest?.Bits <= width.Bits))
            {
                narrowest = width;
            }
        }

        return narrowest;
    }

    // `hash ^= hash >> 33` has the upper half in the lower from then on.
    private static bool IsFoldedBefore(ILocalReferenceOperation local)
    {
        foreach (VariableWrite write in Body.Around(local).WritesTo(local.Local))
        {
            if (write.Place is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.ExclusiveOr, OperatorMethod: null } fold
                && fold.Syntax.SpanStart < local.Syntax.SpanStart
                && Shifted(fold.Value.Innermost()) is { Count: >= LeastFold } shifted
                && ValueIdentity.AreSame(shifted.Value, local))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddFolded(IOperation operation, List<IOperation> pieces)
    {
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.ExclusiveOr, OperatorMethod: null } fold)
        {
            AddFolded(fold.LeftOperand.Innermost(), pieces);
            AddFolded(fold.RightOperand.Innermost(), pieces);
        }
        else
        {
            pieces.Add(operation);
        }
    }

    // What `x >> n` shifts, and by how much; also below a mask that takes the piece out.
    private static (IOperation Value, int Count)? Shifted(IOperation operation) => operation switch
    {
        IBinaryOperation
        {
            OperatorKind: BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift,
            OperatorMethod: null,
            RightOperand.ConstantValue: { HasValue: true, Value: int count },
        } shift => (shift.LeftOperand.Innermost(), count),
        _ => null,
    };

    private static bool IsUsed(IOperation piece)
    {
        while (piece.Parent is IConversionOperation or IParenthesizedOperation)
        {
            piece = piece.Parent;
        }

        return piece.Parent is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation })
            && !(piece.Parent is IBinaryOperation comparison && comparison.Type?.SpecialType == SpecialType.System_Boolean);
    }

    // What is written the same is meant to be the same, though another thread or a call may change a field between.
    private static bool AreAlike(IOperation left, IOperation right) =>
        ValueIdentity.AreSame(left, right) || (IsRepeatable(left) && SyntaxFactory.AreEquivalent(left.Syntax, right.Syntax));

    private static bool IsRepeatable(IOperation value)
    {
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            if (part is IAssignmentOperation or IIncrementOrDecrementOperation or IAwaitOperation)
            {
                return false;
            }
        }

        return true;
    }
}
