using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>Which generic methods of the compilation give a value of a type parameter out of nothing.</summary>
/// <remarks>Recursion ends in "no": what only calls itself never returns such a value.</remarks>
internal sealed class MakingSummaries(
    BodySource bodies,
    ConcurrentDictionary<(ISymbol Method, ISymbol Result), bool> known,
    ImmutableHashSet<ISymbol> asked)
{
    private const int MaximumDepth = 8;

    public MakingSummaries(BodySource bodies, ConcurrentDictionary<(ISymbol Method, ISymbol Result), bool> known)
        : this(bodies, known, ImmutableHashSet<ISymbol>.Empty.WithComparer(SymbolEqualityComparer.Default))
    {
    }

    /// <summary>Whether the method may return a value of the type parameter that nobody gave it.</summary>
    public bool Returns(IMethodSymbol method, ITypeParameterSymbol type) => Ask(method, type, type);

    /// <summary>Whether the method may leave such a value in the <c>out</c> parameter although it did not fail.</summary>
    public bool HandsOut(IMethodSymbol method, IParameterSymbol parameter, ITypeParameterSymbol type) => Ask(method, parameter, type);

    private bool Ask(IMethodSymbol method, ISymbol result, ITypeParameterSymbol type)
    {
        method = method.OriginalDefinition;
        if (known.TryGetValue((method, result), out bool decided))
        {
            return decided;
        }

        if (asked.Contains(method) || bodies.GraphOf(method) is not { } graph)
        {
            return false;
        }

        if (asked.Count >= MaximumDepth)
        {
            bodies.LeaveUnread(method);
            return false;
        }

        MakingSummaries inner = new(bodies, known, asked.Add(method));
        MadeAnalysis analysis = new(graph, method, candidate => SymbolEqualityComparer.Default.Equals(candidate, type), bodies, inner);
        bool makes = analysis.Run()
            && (result is IParameterSymbol parameter ? analysis.HandedOut.Contains(parameter) : analysis.ReturnsMade);

        // Inside a recursion the answer may lack what the outer question is still about.
        return asked.IsEmpty ? known.GetOrAdd((method, result), makes) : makes;
    }
}
