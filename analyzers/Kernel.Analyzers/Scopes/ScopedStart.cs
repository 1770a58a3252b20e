using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Scopes;

// The rule whose start this is registers its actions through it.
#pragma warning disable RS1012
/// <summary>Registers the actions of a rule so that each runs in the scope of its compilation.</summary>
internal sealed class ScopedStart(CompilationStartAnalysisContext start, CompilationScope scope)
    : CompilationStartAnalysisContext(start.Compilation, start.Options, start.CancellationToken)
#pragma warning restore RS1012
{
    public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action) =>
        start.RegisterCompilationEndAction(Within(action));

    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) =>
        start.RegisterSemanticModelAction(Within(action));

    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) =>
        start.RegisterSymbolAction(Within(action), symbolKinds);

    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => start.RegisterCodeBlockAction(Within(action));

    /// <summary>No rule looks at a body so; its inner actions would need the scope too.</summary>
    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) =>
        throw new NotSupportedException();

    public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) =>
        start.RegisterOperationBlockAction(Within(action));

    public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) =>
        start.RegisterOperationBlockStartAction(context => scope.Around(action, new ScopedBlockStart(context, scope)));

    public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) =>
        start.RegisterOperationAction(Within(action), operationKinds);

    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => start.RegisterSyntaxTreeAction(Within(action));

    public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) =>
        start.RegisterAdditionalFileAction(Within(action));

    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(
        Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) =>
        start.RegisterSyntaxNodeAction(Within(action), syntaxKinds);

    private Action<TContext> Within<TContext>(Action<TContext> action) => context => scope.Around(action, context);
}
