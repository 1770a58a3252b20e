using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>Which methods of the compilation let interrupts in on some path, although they do not say so.</summary>
internal sealed class EnablingSummaries
{
    private const int MaximumDepth = 12;

    private readonly BodySource _bodies;
    private readonly Lazy<EnablingNames> _names;
    private readonly ConcurrentDictionary<IMethodSymbol, SyntaxNode?> _known;
    private readonly ImmutableHashSet<ISymbol> _asked;

    public EnablingSummaries(
        BodySource bodies,
        InterruptContracts contracts,
        Lazy<EnablingNames> names,
        ConcurrentDictionary<IMethodSymbol, SyntaxNode?> known,
        ImmutableHashSet<ISymbol>? asked = null)
    {
        _bodies = bodies;
        Contracts = contracts;
        _names = names;
        _known = known;
        _asked = asked ?? ImmutableHashSet<ISymbol>.Empty.WithComparer(SymbolEqualityComparer.Default);
    }

    public InterruptContracts Contracts { get; }

    /// <summary>Whether a method of the compilation of that name may let interrupts in.</summary>
    public bool MayEnable(string name) => _names.Value.Contains(name);

    /// <summary>The call inside the method that lets interrupts in; null where none does, or where it is reported there.</summary>
    /// <param name="method">The method, accessor or local function.</param>
    /// <param name="caller">The graph that it is called in.</param>
    public SyntaxNode? Of(IMethodSymbol method, ControlFlowGraph caller)
    {
        method = method.OriginalDefinition;
        if (_known.TryGetValue(method, out SyntaxNode? decided))
        {
            return decided;
        }

        if (method is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.PropertyGet
                or MethodKind.PropertySet } || _asked.Contains(method)
            || !MayEnable((method.AssociatedSymbol ?? method).Name) || HeldTokenAnalysis.IsGivenToken(method, Contracts)
            || _bodies.GraphOf(method, caller) is not { } graph)
        {
            return null;
        }

        if (_asked.Count >= MaximumDepth)
        {
            _bodies.LeaveUnread(method);
            return null;
        }

        EnablingSummaries inner = new(_bodies, Contracts, _names, _known, _asked.Add(method));
        HeldTokenAnalysis analysis = new(graph, method, callerHolds: true, _bodies, inner);
        SyntaxNode? enabling = analysis.Run() ? analysis.InCaller : null;

        // Inside a recursion the answer may lack what the outer question is still about.
        return _asked.IsEmpty ? _known.GetOrAdd(method, enabling) : enabling;
    }
}
