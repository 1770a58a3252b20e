using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>Which methods of the compilation let interrupts in on some path, although they do not say so.</summary>
/// <remarks>
/// A method that is being asked about already lets nothing in, as far as its own answer goes; what was found on such a premise is not
/// kept for others.
/// </remarks>
internal sealed class EnablingSummaries(
    BodySource bodies,
    InterruptContracts contracts,
    Lazy<EnablingNames> names,
    ConcurrentDictionary<IMethodSymbol, SyntaxNode?> known)
{
    private const int MaximumDepth = 12;

    private readonly HashSet<ISymbol> _asked = new(SymbolEqualityComparer.Default);
    private bool _isCut;

    public InterruptContracts Contracts { get; } = contracts;

    /// <summary>Whether a method of the compilation of that name may let interrupts in.</summary>
    public bool MayEnable(string name) => names.Value.Contains(name);

    /// <summary>The call inside the method that lets interrupts in; null where none does, or where it is reported there.</summary>
    /// <param name="method">The method, accessor or local function.</param>
    /// <param name="caller">The graph that it is called in.</param>
    public SyntaxNode? Of(IMethodSymbol method, ControlFlowGraph caller)
    {
        method = method.OriginalDefinition;
        if (known.TryGetValue(method, out SyntaxNode? decided))
        {
            return decided;
        }

        if (method is not { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.PropertyGet or MethodKind.PropertySet }
            || !MayEnable((method.AssociatedSymbol ?? method).Name) || HeldTokenAnalysis.IsGivenToken(method, Contracts))
        {
            return null;
        }

        if (_asked.Contains(method))
        {
            _isCut = true;
            return null;
        }

        if (bodies.GraphOf(method, caller) is not { } graph)
        {
            return null;
        }

        if (_asked.Count >= MaximumDepth)
        {
            _isCut = true;
            bodies.LeaveUnread(method);
            return null;
        }

        bool wasCut = _isCut;
        _isCut = false;
        _asked.Add(method);
        SyntaxNode? enabling = EnablingIn(graph, method);
        _asked.Remove(method);
        if (!_isCut || _asked.Count == 0)
        {
            enabling = known.GetOrAdd(method, enabling);
        }

        _isCut = _asked.Count > 0 && (wasCut || _isCut);
        return enabling;
    }

    private SyntaxNode? EnablingIn(ControlFlowGraph graph, IMethodSymbol method)
    {
        if (!NestedFunctions.OperationsOf(graph).Any(MayEnable))
        {
            return null;
        }

        HeldTokenAnalysis analysis = new(graph, method, callerHolds: true, bodies, this);
        return analysis.Run() ? analysis.InCaller : null;
    }

    private bool MayEnable(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: var called } => Contracts.Enables(called) || MayEnable((called.AssociatedSymbol ?? called).Name),
        IPropertyReferenceOperation { Property: var property } => MayEnable(property.Name),
        _ => false,
    };
}
