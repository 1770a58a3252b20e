using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Entries;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Zeroing;

/// <summary>KMEM105: an entry in a table becomes present before all of it is written, or without anybody knowing what else is in it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IncompleteEntryAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM105";
    private const string Title = "An entry becomes present before it is complete";

    public static readonly DiagnosticDescriptor TooEarly = RuleDescriptor.Create(
        Id,
        RuleCategory.Zeroing,
        Title,
        "Entry '{0}' is present from here on, but a part of it is written only afterwards: a processor that walks in between uses, and remembers, a translation that nobody meant");

    public static readonly DiagnosticDescriptor HalfFirst = RuleDescriptor.Create(
        Id,
        RuleCategory.Zeroing,
        Title,
        "The lower half of an entry, which has the present bit, is stored here before the upper half '{0}': a processor that walks in between uses, and remembers, a frame made of both the new and the old");

    public static readonly DiagnosticDescriptor Forced = RuleDescriptor.Create(
        Id,
        RuleCategory.Zeroing,
        Title,
        "Entry '{0}' is made present though nothing shows that there is a frame in it: what it holds while it is absent, zero or a place on disk, becomes a translation",
        WellKnownDiagnosticTags.CompilationEnd);

    public IncompleteEntryAnalyzer()
        : base([TooEarly, HalfFirst, Forced])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (TranslationNames.IsUsedIn(start.Compilation, start.CancellationToken))
        {
            EntryCompilation findings = new();
            start.RegisterOperationBlockStartAction(findings.Begin);
            start.RegisterCompilationEndAction(findings.Report);
        }
    }

    /// <summary>What one compilation's bodies leave to their callers, until all of them are known.</summary>
    private sealed class EntryCompilation
    {
        private readonly ConcurrentDictionary<(IMethodSymbol, int), EntrySummary?> _summaries = new();
        private readonly TableShapeCache _tables = new();
        private readonly BodyCallers _callers = new();
        private readonly ConcurrentBag<(IMethodSymbol? Method, EntryFinding Finding, bool HasName)> _pending = [];

        public void Begin(OperationBlockStartAnalysisContext context)
        {
            var method = context.OwningSymbol as IMethodSymbol;
            EntryRelevance relevance = new(() => SummariesFor(context.Compilation, context.CancellationToken).ShapesFor(method));
            context.RegisterOperationAction(relevance.Look, EntryRelevance.Kinds);
            context.RegisterOperationBlockEndAction(end => Analyze(end, method, relevance));
        }

        private void Analyze(OperationBlockAnalysisContext context, IMethodSymbol? method, EntryRelevance relevance)
        {
            bool matters = relevance.Matters(context.OperationBlocks);
            _callers.Note(context, matters ? 1 : 0, relevance.Called, isDone: matters);
            foreach (IOperation block in matters ? OperationRoots.BodiesIn(context) : [])
            {
                EntrySummaries summaries = SummariesFor(context.Compilation, context.CancellationToken);
                Analyze(context.GetControlFlowGraph(block), method, summaries, context.ReportDiagnostic, context.CancellationToken);
            }
        }

        private EntrySummaries SummariesFor(Compilation compilation, CancellationToken cancellation) =>
            new(_summaries, _tables, new BodySource(compilation, cancellation));

        private void Analyze(
            ControlFlowGraph graph, IMethodSymbol? method, EntrySummaries summaries, Action<Diagnostic> report, CancellationToken cancellation)
        {
            foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, cancellation))
            {
                Analyze(inner, nested, summaries, report, cancellation);
            }

            bool builds = method is not null && FlushSummaries.IsExempt(method);
            if (builds && !FlushSummaries.IsExemptAsConstructor(method!))
            {
                return;
            }

            EntryAnalysis analysis = new(graph, method, summaries, EntrySummaries.MaximumHops);
            if (analysis.Summarize() is not { } summary)
            {
                return;
            }

            foreach (EntryFinding finding in analysis.Notes.TooEarly.Where(finding => !builds || GivenEntry.Is(finding.Entry, method!)))
            {
                report(Diagnostic.Create(
                    finding.Mistake == EntryMistake.HalfFirst ? HalfFirst : TooEarly, finding.Site.GetLocation(), finding.History, finding.Entry));
            }

            foreach (EntryFinding finding in builds ? [] : analysis.Notes.Forced)
            {
                _pending.Add((method, finding, summary.IsNameable(finding.Entry)));
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            BodySource bodies = new(context.Compilation, context.CancellationToken);
            foreach (CallingBody caller in _callers.Doing(1, context.Compilation))
            {
                if (bodies.GraphOf(caller.Syntax) is { } graph)
                {
                    EntrySummaries summaries = SummariesFor(context.Compilation, context.CancellationToken);
                    Analyze(graph, caller.Method, summaries, context.ReportDiagnostic, context.CancellationToken);
                }
            }

            if (_pending.IsEmpty)
            {
                return;
            }

            foreach ((IMethodSymbol? method, EntryFinding finding, bool hasName) in _pending.InOrderOfSource(context.Compilation, pending => pending.Finding.Site))
            {
                if (method is null || !IsLeftToCallers(method, hasName, _callers.HaveCallTo(method)))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Forced, finding.Site.GetLocation(), finding.History, finding.Entry));
                }
            }
        }

        // A method that callers call with an entry that they know is judged there; so is one that is made for nothing else.
        private static bool IsLeftToCallers(IMethodSymbol method, bool hasName, bool isCalled) =>
            hasName ? isCalled || TranslationNames.SaysPresent(method.Name) : isCalled && TranslationNames.SaysPresent(method.Name);
    }
}
