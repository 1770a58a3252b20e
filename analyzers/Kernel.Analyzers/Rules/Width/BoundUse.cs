using System;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Finds where a sum bounds a range: a comparison, the condition of a loop, or the end that a range is made with.</summary>
internal static class BoundUse
{
    /// <summary>The first use as a bound, or null.</summary>
    public static IOperation? Of(IOperation sum, int pointerBits)
    {
        for (IOperation child = sum; child.Parent is { } parent; child = parent)
        {
            switch (parent)
            {
                case IConversionOperation { OperatorMethod: null } conversion
                    when IntegerWidth.Of(conversion.Type, pointerBits) is { } width && width.Bits >= pointerBits:
                case IConversionOperation { OperatorMethod: not null } made when HasAddressType(made.Type):
                case IParenthesizedOperation or IVariableInitializerOperation:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or BinaryOperatorKind.Add } step
                    when step.LeftOperand == child && step.RightOperand.ConstantValue.HasValue && step.Type is not IPointerTypeSymbol:
                    break;
                case IBinaryOperation comparison when WrapChecks.IsOrder(comparison):
                    return comparison;
                case IVariableDeclaratorOperation declarator:
                    return OfLocal(declarator.Symbol, declarator, pointerBits);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } assignment when child == assignment.Value:
                    return OfLocal(local.Local, assignment, pointerBits);
                case ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member: var member } } assignment when child == assignment.Value:
                    return IsEnd(member.Name) && (MarkedMembers.IsAddress(member) || HasAddressType(assignment.Target.Type)) ? assignment : null;
                case IArgumentOperation { Parameter: { } parameter } argument:
                    if (IsEnd(parameter.Name) && (Contract.Has(parameter, Contract.AddressValue) || HasAddressType(parameter.Type)))
                    {
                        return argument;
                    }

                    if (!MakesAddress(argument))
                    {
                        return null;
                    }

                    parent = argument.Parent!;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether something is decided by the comparison: it is returned, kept, handed on, or the condition of an <c>if</c> one of whose arms
    /// leaves. A loop over <c>first &lt; first + count</c> counts elements, as far as anybody can see; what only chooses decides nothing.
    /// </summary>
    public static bool Decides(IOperation bound) => Condition(bound) is var condition && (condition is not { Parent: { } parent } || parent switch
    {
        IForLoopOperation or IWhileLoopOperation => false,
        IConditionalOperation choice => ControlTransfer.NeverCompletes(choice.WhenTrue) || (choice.WhenFalse is { } other && ControlTransfer.NeverCompletes(other)),
        _ => true,
    });

    /// <summary>Whether the method leaves because of the comparison: not only a round of a loop.</summary>
    public static bool Refuses(IOperation bound) =>
        Condition(bound).Parent is IConditionalOperation { WhenTrue: var arm } && ControlTransfer.NeverCompletes(arm)
        && !arm.DescendantsAndSelf().Any(part => part is IBranchOperation);

    /// <summary>Whether the comparison is what the method returns.</summary>
    public static bool Answers(IOperation bound) => Condition(bound).Parent is IReturnOperation;

    /// <summary>Whether a pointer is compared with a pointer and a length: both lie in memory that somebody has.</summary>
    public static bool IsBetweenPointers(IBinaryOperation sum, IOperation bound) =>
        bound is IBinaryOperation comparison
        && IsPointer(comparison.LeftOperand.Syntax.Span.Contains(sum.Syntax.Span) ? comparison.RightOperand : comparison.LeftOperand)
        && (IsPointer(sum.LeftOperand) || IsPointer(sum.RightOperand));

    /// <summary>Whether the comparison is an assertion, which the build that is shipped leaves out.</summary>
    public static bool IsAsserted(IOperation bound) =>
        Condition(bound).Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Assert", ContainingType: { Name: "Debug", ContainingNamespace.Name: "Diagnostics" } } } };

    private static bool IsPointer(IOperation operand) => operand.Innermost().Type is IPointerTypeSymbol;

    // All of `!(a && start + size > limit)`.
    private static IOperation Condition(IOperation bound)
    {
        while (bound.Parent is IParenthesizedOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }
            or IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr })
        {
            bound = bound.Parent;
        }

        return bound;
    }

    private static IOperation? OfLocal(ILocalSymbol local, IOperation write, int pointerBits)
    {
        Body body = Body.Around(write);
        return body.WritesTo(local).Count == 1
            ? body.UsesOf(local)
                .Where(use => use.Syntax.SpanStart >= write.Syntax.Span.End)
                .Select(use => Of(use, pointerBits))
                .FirstOrDefault(bound => bound is not null)
            : null;
    }

    // `end`, `_limit`, `blockEnd`; not `append`.
    private static bool IsEnd(string name)
    {
        name = name.TrimStart('_');
        foreach (string word in (string[])["End", "Limit", "Last", "Top"])
        {
            if (name.Equals(word, StringComparison.OrdinalIgnoreCase) || name.EndsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MakesAddress(IArgumentOperation argument) => argument.Parent switch
    {
        IObjectCreationOperation { Arguments.Length: 1 } creation => HasAddressType(creation.Type),
        IInvocationOperation { TargetMethod.IsStatic: true, Arguments.Length: 1 } call => HasAddressType(call.Type) && HasAddressType(call.TargetMethod.ContainingType),
        _ => false,
    };

    private static bool HasAddressType(ITypeSymbol? type) => AddressTypes.IsDeclared(type);
}
