using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Tests;

/// <summary>Makes every rule look: all code is freestanding.</summary>
internal sealed class FreestandingOptions : AnalyzerConfigOptionsProvider
{
    private static readonly AnalyzerConfigOptions Options = new Values();

    private FreestandingOptions()
    {
    }

    /// <summary>The one provider that all tests share.</summary>
    public static FreestandingOptions Instance { get; } = new();

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GlobalOptions => Options;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Options;

    /// <inheritdoc/>
    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => Options;

    private sealed class Values : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => [RuleOptions.Freestanding];

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == RuleOptions.Freestanding ? "true" : null;
            return value is not null;
        }
    }
}
