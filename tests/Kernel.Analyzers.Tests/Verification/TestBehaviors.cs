using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which automatic second runs a test leaves out.</summary>
[Flags]
public enum TestBehaviors
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The run in which every source is marked as generated.</summary>
    SkipGeneratedCodeCheck = 1,

    /// <summary>The run in which every source suppresses what is expected.</summary>
    SkipSuppressionCheck = 2,
}
