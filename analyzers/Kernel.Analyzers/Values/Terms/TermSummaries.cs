using System.Collections.Generic;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>What calls of the compilation's own methods show about their arguments: worked out when asked for, for one analysis.</summary>
internal sealed class TermSummaries(BodySource bodies, int pointerBits)
{
    private const int MaximumDepth = 4;

    private readonly Dictionary<IMethodSymbol, TermSummary?> _known = new(SymbolEqualityComparer.Default);
    private int _depth;

    /// <summary>The summary; null for a method whose body cannot be read, or is not read because it calls itself.</summary>
    public TermSummary? Of(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (_known.TryGetValue(method, out TermSummary? known))
        {
            return known;
        }

        _known.Add(method, null);
        if (_depth == MaximumDepth || method.IsAbstract || method.IsVirtual || method.IsOverride || method.IsAsync
            || bodies.GraphOf(method) is not { } graph)
        {
            return null;
        }

        _depth++;
        TermSummary? summary = Summarize(method, graph);
        _depth--;
        _known[method] = summary;
        return summary;
    }

    /// <summary>An analysis of a body, which asks these summaries about the methods that it calls.</summary>
    public TermAnalysis Analyze(ControlFlowGraph graph)
    {
        var ranges = new TermRanges(pointerBits);
        var checks = new TermChecks(ranges, this);
        return new TermAnalysis(graph, new TermReader(ranges, checks, this), checks, bodies.Cancellation);
    }

    private TermSummary? Summarize(IMethodSymbol method, ControlFlowGraph graph)
    {
        TermAnalysis analysis = Analyze(graph);
        TermFacts? whenTrue = null;
        TermFacts? whenFalse = null;
        if (method.ReturnType.SpecialType == SpecialType.System_Boolean)
        {
            var checks = new TermChecks(new TermRanges(pointerBits), this);
            analysis.Returned = (returned, state, _) =>
            {
                whenTrue = Either(whenTrue, checks.Assume(returned, holds: true, state.Facts));
                whenFalse = Either(whenFalse, checks.Assume(returned, holds: false, state.Facts));
            };
        }

        return analysis.TryRun(out TermState? exit) ? new TermSummary(method, exit?.Facts, whenTrue, whenFalse) : null;
    }

    private static TermFacts? Either(TermFacts? one, TermFacts? other) => one is null ? other : other is null ? one : one.Join(other);
}
