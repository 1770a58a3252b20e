using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM208: the sum of an address and a size as a bound, where nothing shows that it cannot wrap.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncheckedBoundAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM208",
        RuleCategory.Width,
        "The end of a range is used as a bound without a check that it does not wrap",
        "The sum of '{0}' and '{1}' is used as a bound and may have wrapped to a low number; compare '{1}' with the limit less '{0}', or check the sum against '{0}'");

    public UncheckedBoundAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(Analyze, OperationKind.Binary);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var sum = (IBinaryOperation)context.Operation;
        if (sum is not { OperatorKind: BinaryOperatorKind.Add, IsChecked: false, IsLifted: false, ConstantValue.HasValue: false }
            || sum.LeftOperand.ConstantValue.HasValue
            || sum.RightOperand.ConstantValue.HasValue
            || sum.Type is IPointerTypeSymbol
            || !(IntegerWidth.Of(sum.Type, pointerBits: 32) is not null || UncheckedOperators.Adds(sum, context.Compilation, context.CancellationToken)))
        {
            return;
        }

        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, sum.Syntax.SyntaxTree))
        {
            if (BoundUse.Of(sum, pointerBits) is { } bound
                && MayWrap(sum, pointerBits)
                && IsOfMemory(sum, bound, pointerBits)
                && !WrapChecks.Cover(sum)
                && !new DominatingChecks(new RangeEvaluation(pointerBits), pointerBits).RuleOut(sum))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rule, sum.Syntax.GetLocation(), [bound.Syntax.GetLocation()], sum.LeftOperand.Syntax.ToString(), sum.RightOperand.Syntax.ToString()));
                return;
            }
        }
    }

    private static bool MayWrap(IBinaryOperation sum, int pointerBits)
    {
        if (sum.OperatorMethod is not null)
        {
            return true;
        }

        var evaluation = new RangeEvaluation(pointerBits);
        return IntegerWidth.Of(sum.Type, pointerBits) is { } width
            && width.Bits >= pointerBits
            && evaluation.Of(sum.LeftOperand) is { } left
            && evaluation.Of(sum.RightOperand) is { } right
            && left.Maximum + right.Maximum > width.Range.Maximum
            && !IsAdvanced(sum.LeftOperand)
            && !IsAdvanced(sum.RightOperand);
    }

    // What a loop moves along is a place in a range that was checked before.
    private static bool IsAdvanced(IOperation operand) =>
        operand.Innermost() is ILocalReferenceOperation reference && Body.Around(reference).WritesTo(reference.Local).Count > 1;

    // An address is added to or compared with, or both numbers come from a caller of whom nothing is known.
    private static bool IsOfMemory(IBinaryOperation sum, IOperation bound, int pointerBits)
    {
        (IOperation left, IOperation right) = (sum.LeftOperand.Innermost(), sum.RightOperand.Innermost());
        if ((IsOwnMember(left) && IsOwnMember(right)) || BoundUse.IsBetweenPointers(sum, bound) || BoundUse.IsAsserted(bound))
        {
            return false;
        }

        return sum.OperatorMethod is not null
            || AddressSources.RealOriginOf(left, pointerBits) is not null
            || AddressSources.RealOriginOf(right, pointerBits) is not null
            || (bound is IBinaryOperation comparison
                && (AddressSources.RealOriginOf(comparison.LeftOperand, pointerBits) is not null
                    || AddressSources.RealOriginOf(comparison.RightOperand, pointerBits) is not null))
            || (IsWideParameter(left, pointerBits) && (IsWideParameter(right, pointerBits) || IsRange(left, right)) && BoundUse.Decides(bound))
            || (IsOfTable(left, right, pointerBits) && (BoundUse.Refuses(bound) || (IsFollowed(left) && BoundUse.Answers(bound))));
    }

    // `segment->Address + segment->Size`: what a program header or a table of the firmware says of its own memory, by name.
    private static bool IsOfTable(IOperation left, IOperation right, int pointerBits) =>
        left is IFieldReferenceOperation { Instance: not null and not IInstanceReferenceOperation }
        && IsWide(left.Type, pointerBits)
        && ((OperandNames.SpeakOfPlace(left) && OperandNames.SpeakOfSize(right)) || (OperandNames.SpeakOfSize(left) && OperandNames.SpeakOfPlace(right)));

    private static bool IsFollowed(IOperation field) => field is IFieldReferenceOperation { Instance.Kind: OperationKind.None };

    // Whoever made the object may have checked what it holds.
    private static bool IsOwnMember(IOperation operand) =>
        operand is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } and (IFieldReferenceOperation or IPropertyReferenceOperation)
        || operand is IMemberReferenceOperation { Instance: { } owner } && IsOwnMember(owner.Innermost());

    // `ulong address, uint length`: the top of the address space is where kernels live.
    private static bool IsRange(IOperation left, IOperation right) =>
        right is IParameterReferenceOperation && IntegerWidth.Of(right.Type, pointerBits: 64) is { IsSigned: false, Bits: 32 }
        && OperandNames.SpeakOfAddress(left) && OperandNames.SpeakOfSize(right);

    private static bool IsWideParameter(IOperation operand, int pointerBits) =>
        operand is IParameterReferenceOperation && IsWide(operand.Type, pointerBits);

    private static bool IsWide(ITypeSymbol? type, int pointerBits) =>
        IntegerWidth.Of(type, pointerBits) is { IsSigned: false } width
        && width.Bits >= pointerBits
        && (width.Bits == 64 || IntegerWidth.IsPointerSized(type));
}
