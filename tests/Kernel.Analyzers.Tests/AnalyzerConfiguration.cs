using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Tests;

/// <summary>What an analyzer asks of the compiler when it is initialised, apart from its actions.</summary>
internal sealed class AnalyzerConfiguration : AnalysisContext
{
    private AnalyzerConfiguration()
    {
    }

    /// <summary>Whether the analyzer lets its actions run concurrently.</summary>
    public bool RunsConcurrently { get; private set; }

    /// <summary>What the analyzer does with generated code; null when it never says.</summary>
    public GeneratedCodeAnalysisFlags? GeneratedCode { get; private set; }

    /// <summary>How many actions the analyzer registers.</summary>
    public int Actions { get; private set; }

    /// <summary>Initialises <paramref name="analyzer"/> and notes what it asks for.</summary>
    public static AnalyzerConfiguration Of(DiagnosticAnalyzer analyzer)
    {
        AnalyzerConfiguration configuration = new();
        analyzer.Initialize(configuration);
        return configuration;
    }

    /// <inheritdoc/>
    public override void EnableConcurrentExecution() => RunsConcurrently = true;

    /// <inheritdoc/>
    public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode) => GeneratedCode = analysisMode;

    /// <inheritdoc/>
    public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => Actions++;

    /// <inheritdoc/>
    public override void RegisterSymbolStartAction(Action<SymbolStartAnalysisContext> action, SymbolKind symbolKind) => Actions++;

    /// <inheritdoc/>
    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) =>
        Actions++;

    /// <inheritdoc/>
    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterOperationAction(
        Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => Actions++;

    /// <inheritdoc/>
    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) => Actions++;

    /// <inheritdoc/>
    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(
        Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => Actions++;
}
