using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>A body that does nothing about flushes but call methods of this compilation.</summary>
/// <param name="method">Whose body it is; null for an initializer.</param>
/// <param name="syntax">All of it.</param>
/// <param name="called">What it calls.</param>
internal sealed class FlushCaller(IMethodSymbol? method, SyntaxNode syntax, HashSet<ISymbol> called)
{
    public IMethodSymbol? Method { get; } = method;

    public SyntaxNode Syntax { get; } = syntax;

    public HashSet<ISymbol> Called { get; } = called;
}

/// <summary>
/// Keeps the bodies that may owe a flush only because of what they call, until it is known which methods owe one: of most programs no
/// such body is left.
/// </summary>
internal sealed class FlushCallers
{
    private readonly ConcurrentBag<FlushCaller> _callers = [];
    private readonly ConcurrentBag<ISymbol> _owing = [];

    /// <summary>The method as its callers name it, and as one that is both declared and implemented is analysed.</summary>
    public static IMethodSymbol Definition(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        return method.PartialImplementationPart ?? method;
    }

    /// <summary>A body that does something about flushes itself.</summary>
    public void NoteOwing(ISymbol owner)
    {
        _owing.Add(owner is IMethodSymbol method ? Definition(method) : owner);
    }

    /// <summary>A body that does not.</summary>
    public void NoteCaller(IMethodSymbol? method, IOperation root, HashSet<ISymbol> called) =>
        _callers.Add(new FlushCaller(method, root.Syntax, called));

    /// <summary>The bodies that reach one that does something about flushes, in the order of the source.</summary>
    public List<FlushCaller> Reaching(Compilation compilation)
    {
        Dictionary<ISymbol, List<FlushCaller>> byCalled = new(SymbolEqualityComparer.Default);
        foreach (FlushCaller caller in _callers)
        {
            foreach (ISymbol called in caller.Called)
            {
                if (!byCalled.TryGetValue(called, out List<FlushCaller>? known))
                {
                    byCalled.Add(called, known = []);
                }

                known.Add(caller);
            }
        }

        HashSet<FlushCaller> reaching = [];
        Stack<ISymbol> pending = new(_owing);
        while (pending.Count > 0)
        {
            foreach (FlushCaller caller in byCalled.TryGetValue(pending.Pop(), out List<FlushCaller>? callers) ? callers : [])
            {
                if (reaching.Add(caller) && caller.Method is { } method)
                {
                    pending.Push(Definition(method));
                }
            }
        }

        Dictionary<SyntaxTree, int> order = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            order[tree] = order.Count;
        }

        return [.. reaching.OrderBy(caller => order[caller.Syntax.SyntaxTree]).ThenBy(caller => caller.Syntax.SpanStart)];
    }
}
