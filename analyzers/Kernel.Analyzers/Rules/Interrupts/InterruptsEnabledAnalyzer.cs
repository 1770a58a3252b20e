using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Interrupts;

/// <summary>KMEM402: interrupts are let in while a token says that they are disabled, or the flag that was saved for later is lost.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterruptsEnabledAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM402";
    private const string Title = "Interrupts are enabled while a token says that they are not";

    public static readonly DiagnosticDescriptor Enabled = RuleDescriptor.Create(
        Id,
        RuleCategory.Interrupts,
        Title,
        "'{0}' lets interrupts in while '{1}' proves that they are disabled: a handler that finds a lock held would wait for the processor that it runs on, for ever");

    public static readonly DiagnosticDescriptor Overwritten = RuleDescriptor.Create(
        Id,
        RuleCategory.Interrupts,
        Title,
        "'{0}' still holds the interrupt flag as it was outside, and is overwritten with the flag as it is inside: interrupts would stay disabled for ever");

    public InterruptsEnabledAnalyzer()
        : base([Enabled, Overwritten, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.InterruptToken))
        {
            Compilation compilation = start.Compilation;
            InterruptContracts contracts = new();
            ConcurrentDictionary<IMethodSymbol, SyntaxNode?> known = new(SymbolEqualityComparer.Default);
            Lazy<EnablingNames> names = new(() => new EnablingNames(compilation, CancellationToken.None));
            start.RegisterOperationBlockAction(block => AnalyzeBlocks(
                block, contracts, bodies => new EnablingSummaries(bodies, contracts, names, known)));
        }
    }

    private static void AnalyzeBlocks(
        OperationBlockAnalysisContext context, InterruptContracts contracts, Func<BodySource, EnablingSummaries> summariesOf)
    {
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (MayHold(block, context.OwningSymbol as IMethodSymbol, contracts))
            {
                BodySource bodies = new(context.Compilation, context.CancellationToken);
                AnalyzeGraph(context, context.GetControlFlowGraph(block), context.OwningSymbol as IMethodSymbol, bodies, summariesOf(bodies));
            }
        }
    }

    private static bool MayHold(IOperation block, IMethodSymbol? method, InterruptContracts contracts) =>
        (method is not null && HeldTokenAnalysis.IsGivenToken(method, contracts)) || OperationRoots.HasType(block, contracts.Carries);

    private static void AnalyzeGraph(
        OperationBlockAnalysisContext context,
        ControlFlowGraph graph,
        IMethodSymbol? method,
        BodySource bodies,
        EnablingSummaries summaries)
    {
        if (HeldTokenAnalysis.IsNeeded(graph, summaries))
        {
            Analyze(context, graph, method, bodies, summaries);
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, inner, nested, bodies, summaries);
        }
    }

    private static void Analyze(
        OperationBlockAnalysisContext context,
        ControlFlowGraph graph,
        IMethodSymbol? method,
        BodySource bodies,
        EnablingSummaries summaries)
    {
        // A method that says that it enables interrupts has told its callers, whatever it was given.
        bool callerHolds = method is not null && HeldTokenAnalysis.IsGivenToken(method, summaries.Contracts) && !summaries.Contracts.Enables(method);
        HeldTokenAnalysis analysis = new(graph, method, callerHolds, bodies, summaries);
        bool isFinished = analysis.Run();
        Unproven.Report(context.ReportDiagnostic, Enabled.Id, method ?? context.OwningSymbol, bodies, isFinished);
        foreach (HeldFinding finding in isFinished ? analysis.Findings : [])
        {
            Location[] history = finding.Inside is { } inside ? [inside.GetLocation()] : [];
            context.ReportDiagnostic(finding.IsOverwritten
                ? Diagnostic.Create(Overwritten, finding.At.GetLocation(), history, finding.Holder)
                : Diagnostic.Create(Enabled, finding.At.GetLocation(), history, NameOf(finding.At), finding.Holder));
        }
    }

    private static string NameOf(SyntaxNode call) => call is InvocationExpressionSyntax ? call.ToString() : "the end of a scope";
}
