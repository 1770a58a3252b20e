using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Tests.Verification;

/// <summary>Reports every class whose name starts with a small letter.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class SmallClassAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The only rule.</summary>
    public static readonly DiagnosticDescriptor Rule = new(
        "SMALL", "Small class", "Class {0} starts with a small letter", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        if (context.Symbol.Name is { Length: > 0 } name && char.IsLower(name[0]))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, context.Symbol.Locations[0], name));
        }
    }
}
