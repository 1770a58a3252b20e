using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM201: a pointer, function pointer, <c>nint</c> or <c>nuint</c> narrowed to 32 bits or fewer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedPointerAnalyzer : NarrowingAnalyzer
{
    private const string Title = "A pointer is narrowed to 32 bits or fewer";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM201",
        RuleCategory.Width,
        Title,
        "A pointer ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    /// <summary>What is said of source that both targets share.</summary>
    public static readonly DiagnosticDescriptor SharedRule = RuleDescriptor.Create(
        "KMEM201",
        RuleCategory.Width,
        Title,
        "A pointer ('{0}'), which has 64 bits on a 64-bit target, is narrowed to '{1}' and loses its upper bits there; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public NarrowedPointerAnalyzer()
        : base([Rule, SharedRule])
    {
    }

    /// <summary>Where the narrowed value was a pointer, if the narrowing is this rule's on one of the targets; else null.</summary>
    internal static IOperation? OriginIn(Narrowing narrowing) =>
        !narrowing.IsToPointerSize && AddressSources.PointerIn(narrowing) is { } origin && !NarrowedCountAnalyzer.Owns(narrowing) && !IsShare(narrowing)
            ? origin
            : null;

    private protected override Diagnostic? Judge(Narrowing narrowing, ImmutableArray<int> pointerWidths, ISymbol? containing) =>
        OriginIn(narrowing) is { } origin
        && !(narrowing.IsTruncatingCall && AddressSources.AddressIn(narrowing) is not null)
        && narrowing.MayLoseBits(containing, ofPointer: true)
            ? narrowing.ToDiagnostic(
                pointerWidths.Length > 1 && narrowing.PointerBits == 64 ? SharedRule : Rule, origin, narrowing.ElementType ?? origin.Type)
            : null;

    // `(float)used / all`: nobody takes an address for a float, so native integers there are counts.
    private static bool IsShare(Narrowing narrowing) =>
        narrowing.Target.SpecialType == SpecialType.System_Single && AddressSources.AddressOrRealPointerIn(narrowing) is null;
}
