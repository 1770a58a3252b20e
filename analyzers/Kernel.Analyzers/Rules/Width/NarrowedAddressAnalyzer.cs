using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM202: an integer that is an address by contract narrowed to 32 bits or fewer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedAddressAnalyzer : NarrowingAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM202",
        RuleCategory.Width,
        "An address value is narrowed to 32 bits or fewer",
        "An address ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public NarrowedAddressAnalyzer()
        : base(Rule)
    {
    }

    // What is a pointer as well is KMEM201's: one report for one mistake.
    private protected override IOperation? OriginIn(Narrowing narrowing, int pointerBits) =>
        AddressSources.AddressIn(narrowing, pointerBits) is { } origin && AddressSources.PointerIn(narrowing, pointerBits) is null
            ? origin
            : null;
}
