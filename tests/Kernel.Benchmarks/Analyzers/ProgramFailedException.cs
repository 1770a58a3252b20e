using System;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>A program that a comparison needs could not do its part.</summary>
/// <param name="output">What it wrote.</param>
internal sealed class ProgramFailedException(string output)
    : Exception($"A compiler or a build did not do what it is measured for: {output[..Math.Min(output.Length, LongestOutput)]}")
{
    private const int LongestOutput = 2000;
}
