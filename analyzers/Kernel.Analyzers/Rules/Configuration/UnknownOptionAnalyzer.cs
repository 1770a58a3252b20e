using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Configuration;

/// <summary>KMEM001: an option of the rules that none of them understands, so that a rule is off that someone believes is on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnknownOptionAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM001",
        RuleCategory.Configuration,
        "An option of the rules is not understood",
        "'{0} = {1}' is not understood: {2}",
        WellKnownDiagnosticTags.CompilationEnd);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationAction(Analyze);
    }

    private static void Analyze(CompilationAnalysisContext context)
    {
        // One section of a file sets an option for many source files: it is reported at the first of them only.
        var reported = new HashSet<(string, string)>();
        foreach (SyntaxTree tree in context.Compilation.SyntaxTrees)
        {
            AnalyzerConfigOptions options = context.Options.AnalyzerConfigOptionsProvider.GetOptions(tree);
            foreach (string key in options.Keys)
            {
                if (key.StartsWith(RuleOptions.Prefix, StringComparison.OrdinalIgnoreCase)
                    && options.TryGetValue(key, out string? value)
                    && !RuleOptions.IsUnderstood(key, value)
                    && reported.Add((key, value)))
                {
                    Location location = tree.GetRoot(context.CancellationToken).GetFirstToken(includeZeroWidth: true).GetLocation();
                    string expected = RuleOptions.ValuesOf(key) is { } values ? $"it can be {values}" : "no rule has such an option";
                    context.ReportDiagnostic(Diagnostic.Create(Rule, location, key, value, expected));
                }
            }
        }
    }
}
