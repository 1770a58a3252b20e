using System.Collections.Immutable;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a round of fixing starts from.</summary>
/// <param name="Number">How many rounds came before.</param>
/// <param name="Solution">The solution.</param>
/// <param name="Findings">What is found in it.</param>
/// <param name="Verifier">Reports failures.</param>
internal sealed record FixRound(int Number, Solution Solution, ImmutableArray<Finding> Findings, IVerifier Verifier);
