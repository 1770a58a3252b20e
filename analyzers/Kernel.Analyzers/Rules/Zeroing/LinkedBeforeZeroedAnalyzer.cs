using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Frames;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Zeroing;

/// <summary>KMEM101: the page-table walker can reach a frame before all of it has been zeroed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LinkedBeforeZeroedAnalyzer : RuleAnalyzer
{
    /// <summary>The property of a finding that a zeroing before the link would settle.</summary>
    public const string InsertableProperty = "Insertable";

    private const string Id = "KMEM101";
    private const string Title = "A frame is linked as a page table before it is zeroed";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        Id,
        RuleCategory.Zeroing,
        Title,
        "Frame '{0}' becomes reachable by the page-table walker through '{1}' {2}: the processor would follow what its last owner left there as page-table entries, into anybody's memory");

    public static readonly DiagnosticDescriptor BrokenContract = RuleDescriptor.Create(
        Id,
        RuleCategory.Zeroing,
        Title,
        "'{1}' promises to zero '{0}' but zeroes {2} before it returns: its callers link the frame as a page table, and the processor would follow what its last owner left there");

    private static readonly ImmutableDictionary<string, string?> s_insertable =
        ImmutableDictionary<string, string?>.Empty.Add(InsertableProperty, null);

    public LinkedBeforeZeroedAnalyzer()
        : base([Rule, BrokenContract, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.RequiresZeroed, Contract.Zeroes)
            || TranslationNames.IsUsedIn(start.Compilation))
        {
            FrameSummaryCache cache = new();
            start.RegisterOperationBlockAction(block => AnalyzeBlocks(block, cache));
        }
    }

    private static void AnalyzeBlocks(OperationBlockAnalysisContext context, FrameSummaryCache cache)
    {
        HashSet<IOperation> seen = [];
        foreach (IOperation block in context.OperationBlocks)
        {
            if (block.Kind is OperationKind.Attribute || !seen.Add(OperationRoots.Of(block)))
            {
                continue;
            }

            AnalyzeGraph(context, cache, context.GetControlFlowGraph(block), context.OwningSymbol as IMethodSymbol);
        }
    }

    private static void AnalyzeGraph(OperationBlockAnalysisContext context, FrameSummaryCache cache, ControlFlowGraph graph,
        IMethodSymbol? method)
    {
        BodySource bodies = new(context.Compilation, context.CancellationToken);
        FrameBody body = new(graph, method, cache.Contracts, bodies, []);
        FrameAnalysis analysis = new(body, new FrameSummaryBuilder(cache, bodies));
        bool isFinished = analysis.Summarize() is not null;
        Unproven.Report(context.ReportDiagnostic, Id, method ?? context.OwningSymbol, bodies, isFinished);
        if (isFinished)
        {
            foreach (FrameFinding finding in analysis.Findings)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    finding.IsBrokenContract ? BrokenContract : Rule,
                    finding.Location,
                    finding.History,
                    finding.CanZeroBefore ? s_insertable : null,
                    finding.Frame,
                    finding.Link,
                    finding.Path));
            }
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, cache, inner, nested);
        }
    }
}
