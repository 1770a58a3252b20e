using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Owners;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Zeroing;

/// <summary>KMEM102: a value that only its owner may make, made by somebody else.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OwnerMadeAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM102",
        RuleCategory.Zeroing,
        "A value is made that only its owner may make",
        "A '{0}' is made by {1}: only the type itself makes one, and this one proves nothing of what it stands for");

    public OwnerMadeAnalyzer()
        : base([Rule, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.OwnerMade, Contract.LockGuard))
        {
            OwnerTypes types = new();
            ConcurrentDictionary<(ISymbol, ISymbol), bool> known = new();
            start.RegisterOperationBlockAction(block => AnalyzeBlocks(block, types, known));
        }
    }

    private static void AnalyzeBlocks(
        OperationBlockAnalysisContext context, OwnerTypes types, ConcurrentDictionary<(ISymbol, ISymbol), bool> known)
    {
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (OperationRoots.HasType(block, types.Mentions))
            {
                BodySource bodies = new(context.Compilation, context.CancellationToken);
                AnalyzeGraph(context, context.GetControlFlowGraph(block), context.OwningSymbol as IMethodSymbol, types, bodies,
                    new MakingSummaries(bodies, known));
            }
        }
    }

    private static void AnalyzeGraph(
        OperationBlockAnalysisContext context,
        ControlFlowGraph graph,
        IMethodSymbol? method,
        OwnerTypes types,
        BodySource bodies,
        MakingSummaries summaries)
    {
        MadeAnalysis analysis = new(graph, method, types.IsOwned, bodies, summaries);
        bool isFinished = !analysis.IsNeeded() || analysis.Run();
        Unproven.Report(context.ReportDiagnostic, Rule.Id, method ?? context.OwningSymbol, bodies, isFinished);
        if (isFinished)
        {
            foreach (KeyValuePair<Making, Location> used in analysis.Used)
            {
                Making making = used.Key;
                if (!OwnerTypes.MayMake(context.OwningSymbol, making.Type))
                {
                    Location where = making.Syntax is VariableDeclaratorSyntax declarator
                        ? declarator.Identifier.GetLocation()
                        : making.Syntax.GetLocation();
                    context.ReportDiagnostic(Diagnostic.Create(
                        Rule, where, [used.Value], making.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), making.How));
                }
            }
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, inner, nested, types, bodies, summaries);
        }
    }
}
