using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

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
    private Dictionary<ISymbol, List<CallingBody>>? _callers;

    /// <summary>The method as its callers name it, and as one that is both declared and implemented is analysed.</summary>
    public static IMethodSymbol Definition(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        return method.PartialImplementationPart ?? method;
    }

    /// <summary>Keeps the bodies of a member; those that neither do anything nor call anything are forgotten.</summary>
    public void Note(OperationBlockAnalysisContext context, int facts, HashSet<ISymbol>? called, bool isDone)
    {
        if (facts == 0 && called is null)
        {
            return;
        }

        ISymbol owner = context.OwningSymbol is IMethodSymbol method ? Definition(method) : context.OwningSymbol;
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            _bodies.Add(new CallingBody(owner, OperationRoots.Of(block).Syntax, facts, called ?? [], isDone));
        }
    }

    /// <summary>Whether the body of the method is one that other bodies call directly, once all of them are known.</summary>
    public bool HaveCallTo(IMethodSymbol method)
    {
        IMethodSymbol called = Definition(method);
        bool isItself = !method.IsAbstract && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType.IsSealed);
        return isItself && Callers().TryGetValue(called, out List<CallingBody>? callers)
            && callers.Exists(caller => !SymbolEqualityComparer.Default.Equals(caller.Owner, called));
    }

    /// <summary>The bodies that do all of this, themselves or through what they call, and were not judged yet, in the order of the source.</summary>
    public List<CallingBody> Doing(int wanted, Compilation compilation)
    {
        Spread();
        return [.. _bodies.Where(body => !body.IsDone && (body.Facts & wanted) == wanted).InOrderOfSource(compilation, body => body.Syntax)];
    }

    private Dictionary<ISymbol, List<CallingBody>> Callers()
    {
        if (_callers is null)
        {
            _callers = new(SymbolEqualityComparer.Default);
            foreach (CallingBody body in _bodies)
            {
                foreach (ISymbol called in body.Called)
                {
                    if (!_callers.TryGetValue(called, out List<CallingBody>? known))
                    {
                        _callers.Add(called, known = []);
                    }

                    known.Add(body);
                }
            }
        }

        return _callers;
    }

    private void Spread()
    {
        Stack<CallingBody> pending = new(_bodies.Where(static body => body.Facts != 0));
        while (pending.Count > 0)
        {
            CallingBody done = pending.Pop();
            if (!Callers().TryGetValue(done.Owner, out List<CallingBody>? known))
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
