using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>
/// KMEM501: an entry that processors may remember is changed, and on some path nothing makes them forget. KMEM104: a frame goes back to
/// its allocator while they may.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlushAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM501";
    private const string Title = "An entry is changed without a flush on some path";

    public static readonly DiagnosticDescriptor Unflushed = RuleDescriptor.Create(
        Id,
        RuleCategory.Translation,
        Title,
        "Entry '{0}' is changed here and {1}: processors go on using the translation that they remember, and write into a frame that already belongs to someone else",
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor Forgotten = RuleDescriptor.Create(
        Id,
        RuleCategory.Translation,
        Title,
        "What '{0}' owes is {1}: processors go on using the translation that they remember, and write into a frame that already belongs to someone else");

    public static readonly DiagnosticDescriptor Promised = RuleDescriptor.Create(
        Id,
        RuleCategory.Translation,
        Title,
        "'{0}' promises to make processors forget, and nothing in it does: its callers free frames that processors still write to");

    public static readonly DiagnosticDescriptor FreedTooEarly = RuleDescriptor.Create(
        "KMEM104",
        RuleCategory.Zeroing,
        "A frame is freed before its translation is gone",
        "Frame '{0}' goes back to its allocator {1}: its next owner and whoever has the old translation write to the same memory");

    public FlushAnalyzer()
        : base([Unflushed, Forgotten, Promised, FreedTooEarly, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (TranslationNames.IsUsedIn(start.Compilation, start.CancellationToken))
        {
            FlushCompilation findings = new(ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.OwesFlush));
            start.RegisterOperationBlockStartAction(findings.Begin);
            start.RegisterCompilationEndAction(findings.Report);
        }
    }

    /// <summary>What one compilation's bodies leave to their callers, until all of them are known.</summary>
    /// <param name="hasDuties">Whether anything in it can owe a flush by contract.</param>
    private sealed class FlushCompilation(bool hasDuties)
    {
        private readonly ConcurrentDictionary<IMethodSymbol, FlushSummary> _summaries = new(SymbolEqualityComparer.Default);
        private readonly TableShapeCache _tables = new();
        private readonly ConcurrentDictionary<IMethodSymbol, bool> _owing = new(SymbolEqualityComparer.Default);
        private readonly BodyCallers _callers = new();
        private readonly ConcurrentBag<(IMethodSymbol Method, FlushFinding Finding)> _pending = [];

        public void Begin(OperationBlockStartAnalysisContext context)
        {
            var method = context.OwningSymbol as IMethodSymbol;
            FlushRelevance relevance = new(Owes, () => new TableShapes(_tables, new BodySource(context.Compilation, context.CancellationToken), method));
            context.RegisterOperationAction(relevance.Look, FlushRelevance.Kinds);
            context.RegisterOperationBlockEndAction(end => Analyze(end, method, relevance));
        }

        private bool Owes(IMethodSymbol method) => hasDuties && _owing.GetOrAdd(method, TranslationNames.OwesByContract);

        private void Analyze(OperationBlockAnalysisContext context, IMethodSymbol? method, FlushRelevance relevance)
        {
            _callers.Note(context, relevance.Matters ? 1 : 0, relevance.Called, isDone: relevance.Matters);
            bool promises = FlushPromises.AreMadeBy(method);
            foreach (IOperation block in relevance.Matters || promises ? OperationRoots.BodiesIn(context) : [])
            {
                BodySource bodies = new(context.Compilation, context.CancellationToken);
                if (promises && !new FlushPromises(bodies).CanBeKept(method!, block))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Promised, method!.Locations[0], method.Name));
                }

                if (relevance.Matters)
                {
                    Analyze(context.GetControlFlowGraph(block), method, bodies, context.ReportDiagnostic);
                }
            }
        }

        private void Analyze(ControlFlowGraph graph, IMethodSymbol? method, BodySource bodies, Action<Diagnostic> report)
        {
            FlushSummaries summaries = new(_summaries, _tables, bodies);
            FlushAnalysis analysis = new(graph, method, summaries);
            analysis.Summarize();
            if (method is not null)
            {
                Unproven.Report(report, $"{Id} and {FreedTooEarly.Id}", method, bodies, analysis.IsFinished);
            }

            foreach (FlushFinding finding in analysis.Findings)
            {
                if (finding.IsOwn)
                {
                    report(Diagnostic.Create(Forgotten, finding.Site.GetLocation(), finding.History, finding.Entry, finding.Path));
                }
                else if (method is not null)
                {
                    _pending.Add((method, finding));
                }
            }

            foreach (FreedFinding freed in analysis.Freed.Findings)
            {
                report(Diagnostic.Create(
                    FreedTooEarly, freed.Node.GetLocation(), analysis.Freed.HistoryOf(freed), EntryText.Of(freed.Node), freed.Path));
            }

            foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, bodies.Cancellation))
            {
                Analyze(inner, nested, bodies, report);
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            BodySource bodies = new(context.Compilation, context.CancellationToken);
            foreach (CallingBody caller in _callers.Doing(1, context.Compilation))
            {
                if (bodies.GraphOf(caller.Syntax) is { } graph)
                {
                    Analyze(graph, caller.Method, bodies, context.ReportDiagnostic);
                }
            }

            if (_pending.IsEmpty)
            {
                return;
            }

            foreach ((IMethodSymbol method, FlushFinding finding) in _pending.InOrderOfSource(context.Compilation, pending => pending.Finding.Site))
            {
                if (finding.IsCertain || !_callers.HaveCallTo(method))
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        Unflushed, finding.Site.GetLocation(), finding.History, finding.Entry, finding.Path));
                }
            }
        }
    }
}
