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

    private static IOperation? OfLocal(ILocalSymbol local, IOperation write, int pointerBits)
    {
        IOperation root = VariableWrites.RootOf(write);
        return VariableWrites.Of(local, root).Count() == 1
            ? root.Descendants()
                .OfType<ILocalReferenceOperation>()
                .Where(use => SymbolEqualityComparer.Default.Equals(use.Local, local) && use.Syntax.SpanStart >= write.Syntax.Span.End)
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

    private static bool HasAddressType(ITypeSymbol? type) => Contract.Has(type, Contract.AddressValue);
}
