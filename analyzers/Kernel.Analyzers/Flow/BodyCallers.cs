using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>A body, what it does itself as far as a rule asks, and which methods of the compilation it calls.</summary>
/// <param name="owner">Whose body it is: a method, or the field or property that it initializes.</param>
/// <param name="syntax">All of it.</param>
/// <param name="facts">The bits that the rule gives to what the body does itself.</param>
/// <param name="called">What it calls.</param>
/// <param name="isDone">Whether the rule has judged it already.</param>
internal sealed class CallingBody(ISymbol owner, SyntaxNode syntax, int facts, HashSet<ISymbol> called, bool isDone)
{
    public ISymbol Owner { get; } = owner;

    public IMethodSymbol? Method { get; } = owner as IMethodSymbol;

    public SyntaxNode Syntax { get; } = syntax;

    public HashSet<ISymbol> Called { get; } = called;

    public bool IsDone { get; } = isDone;

    /// <summary>What it does itself or through what it calls, once all bodies are known.</summary>
    public int Facts { get; set; } = facts;
}

/// <summary>
/// Keeps the bodies that a rule may have to do with only because of what they call, until it is known what the methods of the compilation
/// do: of most programs no such body is left.
/// </summary>
/// <param name="handsOn">Which of a body's bits its callers can have to do with; null for all of them.</param>
internal sealed class BodyCallers(Func<ISymbol, int, int>? handsOn = null)
{
    private readonly ConcurrentBag<CallingBody> _bodies = [];

    /// <summary>The method as its callers name it, and as one that is both declared and implemented is analysed.</summary>
    public static IMethodSymbol Definition(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        return method.PartialImplementationPart ?? method;
    }

    /// <summary>Adds a method that is called to a body's, if its source is here.</summary>
    public static void Add(IMethodSymbol? method, HashSet<ISymbol> called)
    {
        if (method is not null && !method.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty)
        {
            called.Add(Definition(method));
        }
    }

    /// <summary>Keeps a body; one that neither does anything nor calls anything is forgotten.</summary>
    public void Note(ISymbol owner, SyntaxNode syntax, int facts, HashSet<ISymbol> called, bool isDone)
    {
        if (facts != 0 || called.Count > 0)
        {
            _bodies.Add(new CallingBody(owner is IMethodSymbol method ? Definition(method) : owner, syntax, facts, called, isDone));
        }
    }

    /// <summary>The bodies that do all of this, themselves or through what they call, and were not judged yet, in the order of the source.</summary>
    public List<CallingBody> Doing(int wanted, Compilation compilation)
    {
        Spread();
        Dictionary<SyntaxTree, int> order = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            order[tree] = order.Count;
        }

        return
        [
            .. _bodies.Where(body => !body.IsDone && (body.Facts & wanted) == wanted)
                .OrderBy(body => order[body.Syntax.SyntaxTree]).ThenBy(body => body.Syntax.SpanStart),
        ];
    }

    private void Spread()
    {
        Dictionary<ISymbol, List<CallingBody>> callers = new(SymbolEqualityComparer.Default);
        foreach (CallingBody body in _bodies)
        {
            foreach (ISymbol called in body.Called)
            {
                if (!callers.TryGetValue(called, out List<CallingBody>? known))
                {
                    callers.Add(called, known = []);
                }

                known.Add(body);
            }
        }

        Stack<CallingBody> pending = new(_bodies.Where(static body => body.Facts != 0));
        while (pending.Count > 0)
        {
            CallingBody done = pending.Pop();
            if (!callers.TryGetValue(done.Owner, out List<CallingBody>? known))
            {
                continue;
            }

            int handed = handsOn is null ? done.Facts : handsOn(done.Owner, done.Facts);
            foreach (CallingBody caller in known)
            {
                if ((caller.Facts | handed) != caller.Facts)
                {
                    caller.Facts |= handed;
                    pending.Push(caller);
                }
            }
        }
    }
}
