using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Scopes;

// RS1012: the rule whose start this is registers its actions through it. CS0618: Roslyn has no other constructor for those who wrap a start.
#pragma warning disable RS1012, CS0618
/// <summary>Registers the actions of a rule about one member so that each runs in the scope of its compilation.</summary>
internal sealed class ScopedBlockStart(OperationBlockStartAnalysisContext start, CompilationScope scope)
    : OperationBlockStartAnalysisContext(start.OperationBlocks, start.OwningSymbol, start.Compilation, start.Options, start.CancellationToken)
#pragma warning restore RS1012, CS0618
{
    public override void RegisterOperationBlockEndAction(Action<OperationBlockAnalysisContext> action) =>
        start.RegisterOperationBlockEndAction(context => scope.Around(action, context));

    public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) =>
        start.RegisterOperationAction(context => scope.Around(action, context), operationKinds);
}
