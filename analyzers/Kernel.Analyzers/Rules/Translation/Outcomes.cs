using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>Takes an expression apart into the expressions that may become its value.</summary>
internal static class Outcomes
{
    /// <summary>The expressions, in the order of the text: both arms of a choice, what stands inside a conversion or after <c>?.</c>.</summary>
    public static IEnumerable<IOperation> Of(IOperation expression)
    {
        switch (expression)
        {
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand);
            case IConversionOperation { OperatorMethod: null } conversion:
                return Of(conversion.Operand);
            case IConditionalAccessOperation access:
                return Of(access.WhenNotNull);
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return [.. Of(conditional.WhenTrue), .. Of(whenFalse)];
            case ICoalesceOperation coalesce:
                return [.. Of(coalesce.Value), .. Of(coalesce.WhenNull)];
            case ISwitchExpressionOperation choice:
                return OfArms(choice);
            case ISimpleAssignmentOperation assignment:
                return Of(assignment.Value);
            default:
                return [expression];
        }
    }

    private static IEnumerable<IOperation> OfArms(ISwitchExpressionOperation choice)
    {
        foreach (ISwitchExpressionArmOperation arm in choice.Arms)
        {
            foreach (IOperation outcome in Of(arm.Value))
            {
                yield return outcome;
            }
        }
    }
}
