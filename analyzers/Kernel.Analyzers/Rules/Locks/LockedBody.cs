using System.Collections.Generic;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>Analyses one body with the functions inside it.</summary>
internal sealed class LockedBody(LockReport report, LockSummaries summaries, BodySource bodies)
{
    private const int MaximumRounds = 16;

    /// <summary>Analyses a body or a lambda and reports what is wrong with it.</summary>
    /// <param name="graph">The body's graph.</param>
    /// <param name="method">Whose body it is; null for an initializer.</param>
    /// <param name="owner">The member around it, whose exemptions hold.</param>
    /// <param name="outside">What is held where a lambda is called; null where nothing is known to be.</param>
    /// <returns>Whether it certainly leaves the locks of its caller as they were.</returns>
    public bool Analyze(ControlFlowGraph graph, IMethodSymbol? method, ISymbol? owner, LockState? outside = null)
    {
        bool isBalanced = true;
        HashSet<(SyntaxNode, LockMistake)> reported = [];
        Dictionary<IMethodSymbol, LockState> entries = new(SymbolEqualityComparer.Default);
        Queue<(ControlFlowGraph Graph, IMethodSymbol? Method, LockState? Outside)> pending = new([(graph, method, outside)]);
        for (int round = 0; pending.Count > 0 && round < MaximumRounds * (1 + graph.LocalFunctions.Length); round++)
        {
            (ControlFlowGraph at, IMethodSymbol? function, LockState? state) = pending.Dequeue();
            LockAnalysis analysis = new(at, function, owner, summaries, bodies, state);
            bool isFinished = analysis.Run();
            Unproven.Report(report.Say, LockRules.All, function ?? report.Owner, bodies, isFinished);
            if (!isFinished)
            {
                continue;
            }

            isBalanced &= analysis.IsBalanced || !ReferenceEquals(at, graph);
            Report(analysis, reported);

            // A local function is entered with what all its callers hold.
            foreach (KeyValuePair<IMethodSymbol, LockState> call in analysis.LocalCalls)
            {
                LockState entry = entries.TryGetValue(call.Key, out LockState? known) ? known.Join(call.Value) : call.Value;
                if ((known is null || !entry.SameAs(known)) && GraphOf(call.Key, at) is { } inner)
                {
                    entries[call.Key] = entry;
                    pending.Enqueue((inner, call.Key, entry));
                }
            }

            // A lambda may run at any time, when nothing is held, unless it is known who calls it.
            foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(at, bodies.Cancellation))
            {
                if (nested.MethodKind == MethodKind.AnonymousFunction && entries.TryGetValue(nested, out _) is false)
                {
                    entries[nested] = new LockState();
                    bool runsHere = analysis.Callbacks.TryGetValue(nested, out LockState? held);
                    Analyze(inner, nested, runsHere ? owner : null, held);
                }
            }
        }

        if (pending.Count > 0)
        {
            ISymbol about = method ?? report.Owner;
            Unproven.Report(report.Say, LockRules.All, about, about.Locations[0], "its local functions call each other in too many ways");
        }

        return isBalanced;
    }

    private void Report(LockAnalysis analysis, HashSet<(SyntaxNode, LockMistake)> reported)
    {
        foreach ((SyntaxNode place, ISymbol member, LockMistake mistake) in analysis.Undecided)
        {
            if (reported.Add((place, mistake)))
            {
                string rule = mistake == LockMistake.Unguarded ? LockRules.Unguarded.Id : LockRules.Missing.Id;
                Unproven.Report(report.Say, rule, member, place.GetLocation(), "it is not known whose lock it needs here");
            }
        }

        foreach (LockFinding finding in analysis.Findings)
        {
            if (reported.Add((finding.Place, finding.Mistake)))
            {
                report.Report(finding);
            }
        }
    }

    private ControlFlowGraph? GraphOf(IMethodSymbol function, ControlFlowGraph from)
    {
        for (ControlFlowGraph? graph = from; graph is not null; graph = graph.Parent)
        {
            if (graph.LocalFunctions.Contains(function))
            {
                return graph.GetLocalFunctionControlFlowGraph(function, bodies.Cancellation);
            }
        }

        return null;
    }
}
