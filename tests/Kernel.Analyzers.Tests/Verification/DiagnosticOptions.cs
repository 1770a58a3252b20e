using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What of an expected diagnostic is left open.</summary>
[Flags]
public enum DiagnosticOptions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The locations after the first.</summary>
    IgnoreAdditionalLocations = 1,

    /// <summary>The severity.</summary>
    IgnoreSeverity = 2,
}
