using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>What a method does about flushes, as far as its callers need to know.</summary>
/// <param name="returns">Whether it returns at all.</param>
/// <param name="flushes">Whether whatever was owed before has been flushed when it returns.</param>
/// <param name="owes">What it leaves to its caller; null if nothing.</param>
/// <param name="outcome">The results with which it does.</param>
internal sealed class FlushSummary(bool returns, bool flushes, FlushDuty? owes, CallOutcome outcome)
{
    /// <summary>A method that does nothing about flushes.</summary>
    public static FlushSummary Nothing { get; } = new(true, false, null, CallOutcome.Any);

    /// <summary>A method that does not return.</summary>
    public static FlushSummary Bottom { get; } = new(false, false, null, CallOutcome.Any);

    public bool Returns { get; } = returns;

    public bool Flushes { get; } = flushes;

    public FlushDuty? Owes { get; } = owes;

    public CallOutcome Outcome { get; } = outcome;

    public bool SameAs(FlushSummary other) =>
        Returns == other.Returns && Flushes == other.Flushes && Outcome == other.Outcome && Owes?.Site == other.Owes?.Site;
}

/// <summary>Finds summaries on demand; finished ones are shared by the threads that analyse a compilation.</summary>
internal sealed class FlushSummaries(ConcurrentDictionary<IMethodSymbol, FlushSummary> finished, TableShapeCache tables, BodySource bodies)
{
    private const int MaximumDepth = 24;
    private const int MaximumRounds = 8;
    private const int MaximumAnalyses = 1000;

    private readonly Dictionary<IMethodSymbol, (FlushSummary Known, int Depth)> _running = new(SymbolEqualityComparer.Default);
    private int _lowestReached = int.MaxValue;
    private int _budget = MaximumAnalyses;

    public BodySource Bodies { get; } = bodies;

    /// <summary>Tells pointers to entries from others in the body of a method.</summary>
    public TableShapes ShapesFor(IMethodSymbol? method) => new(tables, Bodies, method);

    /// <summary>What a call does, if the body that will run is in this compilation; null if it is not.</summary>
    public FlushSummary? Of(IInvocationOperation call, ControlFlowGraph caller)
    {
        IMethodSymbol method = call.TargetMethod.OriginalDefinition;
        bool fixedTarget = !method.IsAbstract && !method.IsExtern && !method.IsAsync
            && (!(method.IsVirtual || method.IsOverride) || method.IsSealed
                || method.ContainingType is { IsSealed: true } or { TypeKind: TypeKind.Struct } || call.Instance?.Syntax is BaseExpressionSyntax);
        return fixedTarget && !method.DeclaringSyntaxReferences.IsEmpty ? Of(method, caller) : null;
    }

    private FlushSummary? Of(IMethodSymbol method, ControlFlowGraph caller)
    {
        if (finished.TryGetValue(method, out FlushSummary? known))
        {
            return known;
        }

        if (_running.TryGetValue(method, out (FlushSummary Known, int Depth) running))
        {
            _lowestReached = Math.Min(_lowestReached, running.Depth);
            return running.Known;
        }

        int depth = _running.Count;
        if (depth >= MaximumDepth || _budget <= 0)
        {
            Bodies.LeaveUnread(method);
            return null;
        }

        if (Bodies.GraphOf(method, caller) is not { } graph)
        {
            return null;
        }

        int outer = _lowestReached;
        _lowestReached = int.MaxValue;
        FlushSummary summary = Iterate(method, graph, depth);
        _running.Remove(method);
        if (_lowestReached >= depth)
        {
            finished.TryAdd(method, summary);
            _lowestReached = outer;
        }
        else
        {
            _lowestReached = Math.Min(outer, _lowestReached);
        }

        return summary;
    }

    private FlushSummary Iterate(IMethodSymbol method, ControlFlowGraph graph, int depth)
    {
        FlushSummary known = FlushSummary.Bottom;
        for (int round = 0; round < MaximumRounds && _budget-- > 0; round++)
        {
            Bodies.Cancellation.ThrowIfCancellationRequested();
            _running[method] = (known, depth);
            FlushSummary next = new FlushAnalysis(graph, method, this).Summarize();
            if (_lowestReached > depth || next.SameAs(known))
            {
                return next;
            }

            known = next;
        }

        Bodies.LeaveUnread(method);
        return known;
    }

    /// <summary>Whether the method says that its caller has the duty: by contract, or by what it gives back.</summary>
    public static bool HandsOn(IMethodSymbol method)
    {
        if (TranslationNames.OwesByContract(method) || TranslationNames.IsDebt(method.ReturnType) || TranslationNames.IsDebt(method.ContainingType))
        {
            return true;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            bool canGiveBack = parameter.RefKind is RefKind.Ref or RefKind.Out || parameter.Type.IsReferenceType || parameter.Type.IsRefLikeType;
            if (canGiveBack && TranslationNames.IsDebt(parameter.Type))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether no processor can have used the tables that the method writes, or writing them is what it is for.</summary>
    public static bool IsExempt(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.PropertySet || IsForUnusedTables(method);

    /// <summary>Whether it is exempt as a constructor alone, which builds what it is about but not what it is given.</summary>
    public static bool IsExemptAsConstructor(IMethodSymbol method) =>
        method.MethodKind == MethodKind.Constructor && !IsForUnusedTables(method);

    private static bool IsForUnusedTables(IMethodSymbol method) =>
        TranslationNames.IsEntry(method.ContainingType)
        || Contract.HasAround(method, Contract.ExclusiveAccess)
        || IsSetUp(method.Name);

    private static bool IsSetUp(string name) =>
        name.StartsWith("Init", StringComparison.Ordinal) || name.StartsWith("Build", StringComparison.Ordinal)
        || name.StartsWith("SetUp", StringComparison.Ordinal) || name.StartsWith("Setup", StringComparison.Ordinal)
        || name.StartsWith("Bootstrap", StringComparison.Ordinal);
}
