using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>The locals that patterns declare.</summary>
internal static class PatternNames
{
    /// <summary>The local by which a pattern names the whole value that it tests.</summary>
    public static ISymbol? WholeOf(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation negated => WholeOf(negated.Pattern),
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
        _ => null,
    };
}
