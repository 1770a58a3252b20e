using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM205: a shift count, a mask or a signed number that has not the width of the value it meets.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WidthMismatchAnalyzer : RuleAnalyzer
{
    private const string Title = "A shift, a mask or a sign does not have the width of its value";

    public static readonly DiagnosticDescriptor ShiftRule = RuleDescriptor.Create(
        "KMEM205",
        RuleCategory.Width,
        Title,
        "'{0}' has {1} bits{2} and is shifted by {3}: the processor takes the count modulo {1}, so that bits meant to be gone come back; shift a wider value");

    public static readonly DiagnosticDescriptor MaskRule = RuleDescriptor.Create(
        "KMEM205",
        RuleCategory.Width,
        Title,
        "A mask of 32 bits ('{0}') clears the upper half of '{1}', which has 64 bits{2}; write the mask in the width of the value");

    public static readonly DiagnosticDescriptor SignRule = RuleDescriptor.Create(
        "KMEM205",
        RuleCategory.Width,
        Title,
        "'{0}' is sign-extended to '{1}' of 64 bits{2} and becomes an address: with its topmost bit set the upper half is all ones; convert it through an unsigned type of its own width");

    public WidthMismatchAnalyzer()
        : base([ShiftRule, MaskRule, SignRule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(Analyze, OperationKind.Binary, OperationKind.CompoundAssignment, OperationKind.Conversion);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (!IsCandidate(context.Operation))
        {
            return;
        }

        ImmutableArray<int> widths = RuleOptions.PointerWidthsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree);
        foreach (int pointerBits in widths)
        {
            Diagnostic? found = WideShift.In(context.Operation, pointerBits)
                ?? NarrowMask.In(context.Operation, pointerBits)
                ?? SignedAddress.In(context.Operation, pointerBits);
            if (found is not null && !new DominatingChecks(new RangeEvaluation(pointerBits), pointerBits).RuleOut(context.Operation))
            {
                context.ReportDiagnostic(found);
                return;
            }
        }
    }

    // Asked of every operator and conversion, so it asks little.
    private static bool IsCandidate(IOperation operation) => operation switch
    {
        IBinaryOperation binary => IsShiftOrMask(binary.OperatorKind),
        ICompoundAssignmentOperation assignment => IsShiftOrMask(assignment.OperatorKind),
        IConversionOperation conversion => IntegerWidth.Of(conversion.Operand.Type, pointerBits: 32) is { IsSigned: true, Bits: <= 32 }
            && IntegerWidth.Of(conversion.Type, pointerBits: 64) is { Bits: 64 },
        _ => false,
    };

    private static bool IsShiftOrMask(BinaryOperatorKind kind) => kind is BinaryOperatorKind.And
        or BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;

    /// <summary>What a message adds about a type whose width is the target's; nothing about the others.</summary>
    internal static string OnTarget(ITypeSymbol? type, int pointerBits) =>
        IntegerWidth.IsPointerSized(type) ? $" on a {pointerBits}-bit target" : string.Empty;

    internal static string Display(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";
}
