using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>The summaries of one compilation, found on demand and shared by the threads that analyse it.</summary>
/// <param name="contracts">Its zeroing contracts.</param>
internal sealed class FrameSummaryCache(FrameContracts contracts)
{
    /// <summary>Finished summaries; null for methods too large to finish.</summary>
    public ConcurrentDictionary<FrameSummaryKey, FrameSummary?> Finished { get; } = new();

    public FrameContracts Contracts { get; } = contracts;

    /// <summary>Whether an implementation of an abstract or virtual method fills memory.</summary>
    public ConcurrentDictionary<IMethodSymbol, bool> Implementations { get; } = new(SymbolEqualityComparer.Default);

    public TableShapeCache Tables { get; } = new();

    /// <summary>Where frames are mapped for programs too early, as far as it was said.</summary>
    public ConcurrentDictionary<Location, bool> Mapped { get; } = new();
}

/// <summary>A method, and the arguments that are constant at the call.</summary>
internal readonly struct FrameSummaryKey(IMethodSymbol method, string constants) : IEquatable<FrameSummaryKey>
{
    public IMethodSymbol Method { get; } = method;

    public string Constants { get; } = constants;

    public bool Equals(FrameSummaryKey other) =>
        Constants == other.Constants && SymbolEqualityComparer.Default.Equals(Method, other.Method);

    public override bool Equals(object? obj) => obj is FrameSummaryKey other && Equals(other);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Method);
}

/// <summary>
/// Finds summaries for one thread. A recursion starts from "does not return" and is repeated until nothing changes.
/// </summary>
internal sealed class FrameSummaryBuilder(FrameSummaryCache cache, BodySource bodies)
{
    private const int MaximumDepth = 24;
    private const int MaximumRounds = 32;
    private const int MaximumAnalyses = 2000;

    private readonly Dictionary<FrameSummaryKey, (FrameSummary Known, int Depth)> _running = [];
    private readonly Dictionary<FrameSummaryKey, (FrameSummary? Known, int Reached)> _provisional = [];
    private readonly Dictionary<FrameSummaryKey, FrameSummary> _last = [];
    private int _lowestReached = int.MaxValue;
    private int _budget = MaximumAnalyses;
    private bool _changed;

    public FrameContracts Contracts => cache.Contracts;

    /// <summary>Tells pointers to entries from others in the body of a method.</summary>
    public TableShapes ShapesFor(IMethodSymbol? method) => new(cache.Tables, bodies, method);

    /// <summary>
    /// What a call does, as far as the method's body is in this compilation and is the one that will run; null if it is not.
    /// </summary>
    /// <param name="method">What is called.</param>
    /// <param name="instance">What it is called on.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="caller">The body that calls it.</param>
    /// <param name="rights">What tells there whether rights let a program use a page; null where that is not asked.</param>
    public FrameSummary? Of(IMethodSymbol method, IOperation? instance, ImmutableArray<IArgumentOperation> arguments,
        ControlFlowGraph caller, UserRights? rights = null)
    {
        IMethodSymbol definition = method.OriginalDefinition;
        bool fixedTarget = !definition.IsAbstract && !definition.IsExtern
            && (!(definition.IsVirtual || definition.IsOverride) || definition.IsSealed
                || definition.ContainingType is { IsSealed: true } || instance?.Syntax is BaseExpressionSyntax);
        if (!fixedTarget || definition.DeclaringSyntaxReferences.IsEmpty || definition.IsAsync)
        {
            return null;
        }

        ImmutableArray<GivenArgument> constants = Constants(definition, arguments, rights);
        return Of(new FrameSummaryKey(definition, Text(constants)), constants, caller);
    }

    /// <summary>Whether a method of this compilation that may run instead of an abstract or virtual one fills memory.</summary>
    public bool IsFilledByImplementation(IMethodSymbol method) =>
        (method.IsAbstract || method.IsVirtual || method.IsOverride)
        && cache.Implementations.GetOrAdd(method.OriginalDefinition, FillsSomewhere);

    private bool FillsSomewhere(IMethodSymbol method)
    {
        foreach (ISymbol symbol in bodies.Compilation.GetSymbolsWithName(method.Name, SymbolFilter.Member, bodies.Cancellation))
        {
            if (symbol is IMethodSymbol { IsAbstract: false } candidate && candidate.Parameters.Length == method.Parameters.Length
                && bodies.GraphOf(candidate) is { } graph
                && Of(new FrameSummaryKey(candidate, ""), [], graph)
                    is not { Fills: false, Result.Zeroed: false })
            {
                return true;
            }
        }

        return false;
    }

    private FrameSummary? Of(FrameSummaryKey key, ImmutableArray<GivenArgument> constants, ControlFlowGraph caller)
    {
        if (cache.Finished.TryGetValue(key, out FrameSummary? finished))
        {
            return finished;
        }

        if (_running.TryGetValue(key, out (FrameSummary Known, int Depth) running))
        {
            _lowestReached = Math.Min(_lowestReached, running.Depth);
            return running.Known;
        }

        if (_provisional.TryGetValue(key, out (FrameSummary? Known, int Reached) provisional))
        {
            _lowestReached = Math.Min(_lowestReached, provisional.Reached);
            return provisional.Known;
        }

        int depth = _running.Count;
        if (depth >= MaximumDepth || _budget <= 0)
        {
            bodies.LeaveUnread(key.Method);
            return null;
        }

        if (bodies.GraphOf(key.Method, caller) is not { } graph)
        {
            return null;
        }

        int outerReach = _lowestReached;
        _lowestReached = int.MaxValue;
        FrameSummary? summary = Iterate(key, constants, graph, depth);
        _running.Remove(key);
        if (_lowestReached >= depth)
        {
            // Nothing that is still being found went into it.
            cache.Finished.TryAdd(key, summary);
            FinishMembers(depth);
            _lowestReached = outerReach;
        }
        else
        {
            // Good until a method that it went through, and that is still being found, turns out otherwise.
            _provisional[key] = (summary, _lowestReached);
            _lowestReached = Math.Min(outerReach, _lowestReached);
        }

        return summary;
    }

    /// <summary>The methods of a recursion are final when the one that it was entered by is.</summary>
    private void FinishMembers(int depth)
    {
        foreach (FrameSummaryKey member in new List<FrameSummaryKey>(_provisional.Keys))
        {
            (FrameSummary? known, int reached) = _provisional[member];
            if (reached >= depth)
            {
                cache.Finished.TryAdd(member, known);
                _provisional.Remove(member);
            }
        }
    }

    /// <summary>Repeats the method by which a recursion was entered, and with it every method of the recursion, until none changes.</summary>
    private FrameSummary? Iterate(FrameSummaryKey key, ImmutableArray<GivenArgument> constants, ControlFlowGraph graph, int depth)
    {
        bool changedOutside = _changed;
        FrameSummary known = _last.TryGetValue(key, out FrameSummary? last) ? last : FrameSummary.Bottom;
        for (int round = 0; round < MaximumRounds && _budget-- > 0; round++)
        {
            bodies.Cancellation.ThrowIfCancellationRequested();
            _running[key] = (known, depth);
            _changed = false;
            FrameSummary? next = new FrameAnalysis(new FrameBody(graph, key.Method, Contracts, bodies, constants), this).Summarize();
            bool changed = _changed || next is null || !next.Equals(known);
            _changed = changedOutside;
            if (next is null || _lowestReached > depth)
            {
                return next;
            }

            _last[key] = next;
            if (_lowestReached < depth)
            {
                _changed |= changed;
                return next;
            }

            if (!changed)
            {
                return next;
            }

            known = next;
            _provisional.Clear();
        }

        bodies.LeaveUnread(key.Method);
        return null;
    }

    private static ImmutableArray<GivenArgument> Constants(IMethodSymbol method, ImmutableArray<IArgumentOperation> arguments, UserRights? rights)
    {
        GivenArgument[] constants = new GivenArgument[method.Parameters.Length];
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is not { } parameter || parameter.Ordinal >= constants.Length)
            {
                continue;
            }

            object? constant = argument.Value.ConstantValue is { HasValue: true, Value: var value } ? value : null;
            bool? says = constant as bool?;
            if (constant is not bool && rights is not null && UserRights.IsRights(parameter))
            {
                says = rights.Given(parameter, argument.Value);
            }

            // `AllocatePages(order, AllocationFlags.Zero)`
            ulong? bits = constant is not null && parameter.Type.TypeKind == TypeKind.Enum && AllocationNames.HandsOut(method)
                ? EntryPlaces.BitsOf(constant) : null;
            constants[parameter.Ordinal] = new GivenArgument(says, bits);
        }

        return [.. constants];
    }

    // Nothing for a call that says nothing, so that a method without such parameters has one key.
    private static string Text(ImmutableArray<GivenArgument> constants)
    {
        StringBuilder text = new();
        for (int ordinal = 0; ordinal < constants.Length; ordinal++)
        {
            if (constants[ordinal] is { Says: not null } or { Bits: not null })
            {
                text.Append(ordinal).Append(constants[ordinal].Says switch { true => '+', false => '-', null => ' ' }).Append(constants[ordinal].Bits).Append(';');
            }
        }

        return text.ToString();
    }
}
