using System.Collections.Immutable;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM203: a count of bytes or frames narrowed to 32 bits or fewer on its way into an allocation, a copy, a fill, or a span.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedCountAnalyzer : NarrowingAnalyzer
{
    private const string Title = "The size of memory is narrowed to 32 bits or fewer";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM203",
        RuleCategory.Width,
        Title,
        "A size ('{0}') is narrowed to '{1}' before memory of that size is allocated, copied, filled or spanned, and less of it than meant is; check that it fits, or narrow it through a method marked [CheckedNarrowing]");

    /// <summary>What is said where the target type is as wide as a pointer.</summary>
    public static readonly DiagnosticDescriptor NativeRule = RuleDescriptor.Create(
        "KMEM203",
        RuleCategory.Width,
        Title,
        "A size ('{0}') is narrowed to '{1}', which has 32 bits on a 32-bit target, before memory of that size is allocated, copied, filled or spanned; check that it fits, or narrow it through a method marked [CheckedNarrowing]");

    public NarrowedCountAnalyzer()
        : base([Rule, NativeRule])
    {
    }

    /// <summary>Whether the narrowing is this rule's: of a number that is no address, and that becomes the size of memory.</summary>
    internal static bool Owns(Narrowing narrowing) =>
        narrowing.Conversion is { } conversion
        && IsOfInteger(narrowing)
        && new ValueDestination(narrowing.PointerBits).Of(conversion).Destination == Destination.Size
        && AddressSources.AddressOrRealPointerIn(narrowing) is null;

    private protected override void Register(CompilationStartAnalysisContext start) => RegisterConversions(start);

    private protected override Diagnostic? Judge(Narrowing narrowing, ImmutableArray<int> pointerWidths, ISymbol? containing) =>
        Owns(narrowing)
        && !IsChecked(narrowing)
        && !IsDistance(narrowing)
        && narrowing.MayLoseBits(containing, ofPointer: false)
            ? narrowing.ToDiagnostic(narrowing.IsToPointerSize ? NativeRule : Rule, narrowing.Values[narrowing.Values.Count - 1], WidestIn(narrowing))
            : null;

    // What was rounded from a floating-point number is not a count of 64 bits.
    private static bool IsOfInteger(Narrowing narrowing) =>
        IntegerWidth.Of(narrowing.Values[narrowing.Values.Count - 1].Type, narrowing.PointerBits) is not null;

    // A size that does not fit ends in an exception, not in less memory.
    private static bool IsChecked(Narrowing narrowing)
    {
        for (IOperation? step = narrowing.Conversion;
            step is IConversionOperation conversion;
            step = ValueIdentity.WithoutParentheses(conversion.Operand))
        {
            if (!conversion.IsChecked
                && IntegerWidth.Of(conversion.Type, narrowing.PointerBits) is { } to
                && !(IntegerWidth.Of(conversion.Operand.Type, narrowing.PointerBits) is { } from && from.Bits <= to.Bits))
            {
                return false;
            }
        }

        return true;
    }

    // `end - start`: both lie in memory that somebody has.
    private static bool IsDistance(Narrowing narrowing) =>
        narrowing.Values[narrowing.Values.Count - 1] is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference
        && AddressSources.RealOriginOf(difference.LeftOperand, narrowing.PointerBits) is not null
        && AddressSources.RealOriginOf(difference.RightOperand, narrowing.PointerBits) is not null;

    private static ITypeSymbol? WidestIn(Narrowing narrowing)
    {
        foreach (IOperation value in narrowing.Values)
        {
            if (IntegerWidth.Of(value.Type, narrowing.PointerBits) is { Bits: 64 })
            {
                return value.Type;
            }
        }

        return narrowing.Values[narrowing.Values.Count - 1].Type;
    }
}
