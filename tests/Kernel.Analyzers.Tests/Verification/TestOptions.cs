using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Which of the compiler's own diagnostics a test has to expect.</summary>
public enum CompilerDiagnostics
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Errors.</summary>
    Errors,

    /// <summary>Errors and warnings.</summary>
    Warnings,

    /// <summary>Errors, warnings and suggestions.</summary>
    Suggestions,

    /// <summary>All, hidden ones too.</summary>
    All,
}

/// <summary>How markup in sources is read.</summary>
[Flags]
public enum MarkupOptions
{
    /// <summary>As it stands.</summary>
    None = 0,

    /// <summary><c>[|x|]</c> means the first rule of an analyzer that has several.</summary>
    UseFirstDescriptor = 1,

    /// <summary><c>$$</c> is code.</summary>
    TreatPositionIndicatorsAsCode = 2,
}

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

/// <summary>How an expected location is read.</summary>
[Flags]
public enum DiagnosticLocationOptions
{
    /// <summary>Start and end are compared.</summary>
    None = 0,

    /// <summary>Only the start is compared.</summary>
    IgnoreLength = 1,

    /// <summary>The start line is the key <c>n</c> of a markup span <c>{|#n:x|}</c>.</summary>
    InterpretAsMarkupKey = 2,
}
