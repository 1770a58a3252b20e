using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Frames;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Zeroing;

/// <summary>KMEM101: the page-table walker can reach a frame before all of it has been zeroed. KMEM103: a program can.</summary>
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

    public static readonly DiagnosticDescriptor MappedForUser = RuleDescriptor.Create(
        "KMEM103",
        RuleCategory.Zeroing,
        "A frame is mapped for a program before it is zeroed",
        "Frame '{0}' becomes readable by a program through '{1}' {2}: it holds what its last owner left there, another program's data or the kernel's own");

    private static readonly ImmutableDictionary<string, string?> s_insertable =
        ImmutableDictionary<string, string?>.Empty.Add(InsertableProperty, null);

    public LinkedBeforeZeroedAnalyzer()
        : base([Rule, BrokenContract, MappedForUser, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (TranslationNames.IsUsedIn(start.Compilation, start.CancellationToken))
        {
            FrameCompilation frames = new(new FrameContracts(ContractUse.IsPossible(
                start.Compilation, start.CancellationToken, Contract.Dirty, Contract.Zeroes, Contract.RequiresZeroed, Contract.MapsForUser)));
            start.RegisterOperationBlockStartAction(frames.Begin);
            start.RegisterCompilationEndAction(frames.Report);
        }
    }

    /// <summary>What is known of one compilation's bodies.</summary>
    private sealed class FrameCompilation(FrameContracts contracts)
    {
        private readonly FrameSummaryCache _cache = new(contracts);
        private readonly BodyCallers _callers = new(FrameRelevance.HandedOn);
        private readonly FrameNames _names = new(contracts);

        public void Begin(OperationBlockStartAnalysisContext context)
        {
            var method = context.OwningSymbol as IMethodSymbol;
            FrameRelevance relevance = new(
                method, contracts, _names, () => new TableShapes(_cache.Tables, new BodySource(context.Compilation, context.CancellationToken), method));
            context.RegisterOperationAction(relevance.Look, FrameRelevance.Kinds);
            context.RegisterOperationBlockEndAction(end => Analyze(end, relevance));
        }

        private void Analyze(OperationBlockAnalysisContext context, FrameRelevance relevance)
        {
            bool isAll = relevance.Deeds == FrameDeeds.All;
            _callers.Note(context, (int)relevance.Deeds, relevance.Called, isDone: isAll);
            foreach (IOperation block in isAll ? OperationRoots.BodiesIn(context) : [])
            {
                BodySource bodies = new(context.Compilation, context.CancellationToken);
                Analyze(context.GetControlFlowGraph(block), context.OwningSymbol, bodies, context.ReportDiagnostic);
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            BodySource bodies = new(context.Compilation, context.CancellationToken);
            foreach (CallingBody body in _callers.Doing((int)FrameDeeds.All, context.Compilation))
            {
                if (bodies.GraphOf(body.Syntax) is { } graph)
                {
                    Analyze(graph, body.Owner, bodies, context.ReportDiagnostic);
                }
            }
        }

        private void Analyze(ControlFlowGraph graph, ISymbol owner, BodySource bodies, Action<Diagnostic> report)
        {
            FrameBody body = new(graph, owner as IMethodSymbol, contracts, bodies, []);
            FrameAnalysis analysis = new(body, new FrameSummaryBuilder(_cache, bodies));
            bool isFinished = analysis.Summarize() is not null;
            Unproven.Report(report, Id, owner, bodies, isFinished);
            if (isFinished)
            {
                foreach (FrameFinding finding in analysis.Findings)
                {
                    // What a method maps for a program because its callers say so is found once for each of them.
                    if (finding.Kind == FrameLinkKind.User && !_cache.Mapped.TryAdd(finding.Location, true))
                    {
                        continue;
                    }

                    report(Diagnostic.Create(
                        finding.IsBrokenContract ? BrokenContract : finding.Kind == FrameLinkKind.User ? MappedForUser : Rule,
                        finding.Location,
                        finding.History,
                        finding.CanZeroBefore ? s_insertable : null,
                        finding.Frame,
                        finding.Link,
                        finding.Path));
                }
            }

            foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, bodies.Cancellation))
            {
                Analyze(inner, nested, bodies, report);
            }
        }
    }
}
