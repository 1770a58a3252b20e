using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM202: an integer that is an address by contract narrowed to 32 bits or fewer, or to a pointer that has no more.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedAddressAnalyzer : NarrowingAnalyzer
{
    private const string Title = "An address value is narrowed to 32 bits or fewer";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM202",
        RuleCategory.Width,
        Title,
        "An address ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    /// <summary>What is said where the target type is as wide as a pointer.</summary>
    public static readonly DiagnosticDescriptor NativeRule = RuleDescriptor.Create(
        "KMEM202",
        RuleCategory.Width,
        Title,
        "An address ('{0}') is narrowed to '{1}', which has 32 bits on a 32-bit target, and loses its upper bits there; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public NarrowedAddressAnalyzer()
        : base([Rule, NativeRule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (AddressTypes.MayBeIn(start.Compilation, start.CancellationToken))
        {
            base.Register(start);
        }
    }

    private protected override Diagnostic? Judge(Narrowing narrowing, ImmutableArray<int> pointerWidths, ISymbol? containing)
    {
        if (narrowing.IsTruncatingCall
            || AddressSources.AddressIn(narrowing) is not { } origin
            || !narrowing.MayLoseBits(containing, ofPointer: false)
            || IsReportedAsPointer(narrowing, pointerWidths, containing))
        {
            return null;
        }

        return narrowing.IsToPointerSize
            ? narrowing.ToDiagnostic(NativeRule, origin, narrowing.ElementType ?? narrowing.Values[0].Type)
            : narrowing.ToDiagnostic(Rule, origin, narrowing.ElementType ?? origin.Type);
    }

    // What is a pointer as well is KMEM201's: one report for one mistake.
    private static bool IsReportedAsPointer(Narrowing narrowing, ImmutableArray<int> pointerWidths, ISymbol? containing)
    {
        foreach (int pointerBits in pointerWidths)
        {
            if (narrowing.At(pointerBits) is { } same
                && NarrowedPointerAnalyzer.OriginIn(same) is not null
                && same.MayLoseBits(containing, ofPointer: true))
            {
                return true;
            }
        }

        return false;
    }
}
