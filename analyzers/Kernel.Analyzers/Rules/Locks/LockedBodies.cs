using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>The bodies of one compilation: those that speak of locks, and those that call a method which leaves one taken or released.</summary>
/// <param name="words">What a body that has to do with locks itself has in its text.</param>
internal sealed class LockedBodies(BodyWords words)
{
    private readonly LockSummaries _summaries = new();
    private readonly ConcurrentBag<(ISymbol Owner, SyntaxNode Syntax)> _others = [];
    private readonly ConcurrentBag<IMethodSymbol> _unbalanced = [];

    /// <summary>Looks into the bodies that say by themselves that they have to do with locks.</summary>
    public void Analyze(OperationBlockAnalysisContext context)
    {
        BodySource bodies = new(context.Compilation, context.CancellationToken);
        IMethodSymbol? method = context.OwningSymbol as IMethodSymbol;
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            SyntaxNode syntax = OperationRoots.Of(block).Syntax;
            if (!words.AreIn(context.OwningSymbol, syntax))
            {
                _others.Add((context.OwningSymbol, syntax));
            }
            else if (LockUses.AreIn(block, _summaries, bodies) || LockPromises.AreMadeBy(method))
            {
                Analyze(context.GetControlFlowGraph(block), context.OwningSymbol, new LockReport(context.OwningSymbol, context.ReportDiagnostic), bodies);
            }
        }
    }

    /// <summary>
    /// Looks into the bodies that have to do with a lock only because of what they call, which is known once the others have been looked
    /// into. What is found may be the same of their callers.
    /// </summary>
    public void AnalyzeCallers(CompilationAnalysisContext context)
    {
        BodySource bodies = new(context.Compilation, context.CancellationToken);
        HashSet<SyntaxNode> done = [];
        while (!_unbalanced.IsEmpty)
        {
            BodyWords called = new();
            while (_unbalanced.TryTake(out IMethodSymbol? method))
            {
                called.Add(method);
            }

            IEnumerable<(ISymbol Owner, SyntaxNode Syntax)> callers = _others.Where(other => called.AreIn(other.Owner, other.Syntax));
            foreach ((ISymbol owner, SyntaxNode syntax) in callers.InOrderOfSource(context.Compilation, caller => caller.Syntax))
            {
                if (!done.Contains(syntax) && bodies.OperationOf(syntax) is { } body && LockUses.AreIn(body, _summaries, bodies)
                    && bodies.GraphOf(syntax) is { } graph)
                {
                    done.Add(syntax);
                    Analyze(graph, owner, new LockReport(owner, context.ReportDiagnostic), bodies);
                }
            }
        }
    }

    private void Analyze(ControlFlowGraph graph, ISymbol owner, LockReport report, BodySource bodies)
    {
        bool isBalanced = new LockedBody(report, _summaries, bodies).Analyze(graph, owner as IMethodSymbol, owner);
        if (!isBalanced && owner is IMethodSymbol method && _summaries.Of(method, bodies) is { IsUnbalanced: true })
        {
            _unbalanced.Add(method);
        }
    }
}
