using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM201: a pointer, function pointer, <c>nint</c> or <c>nuint</c> narrowed to 32 bits or fewer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedPointerAnalyzer : NarrowingAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM201",
        RuleCategory.Width,
        "A pointer is narrowed to 32 bits or fewer",
        "A pointer ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public NarrowedPointerAnalyzer()
        : base(Rule)
    {
    }

    private protected override IOperation? OriginIn(Narrowing narrowing, int pointerBits) =>
        AddressSources.PointerIn(narrowing, pointerBits);
}
