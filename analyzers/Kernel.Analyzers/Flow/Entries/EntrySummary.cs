using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>What a method does to entries, as far as its callers need to know.</summary>
internal sealed class EntrySummary
{
    private readonly HashSet<string> _locals = [];
    private readonly HashSet<string> _members = [];

    public EntrySummary(EntryState? exit, IEnumerable<EntryEvent> events, EntryReturns returns, ControlFlowGraph graph)
    {
        Returns = exit is not null;
        FindsComplete = returns.FindsComplete;
        CompleteOutputs = returns.CompleteOutputs;
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            switch (operation)
            {
                case ILocalReferenceOperation local:
                    _locals.Add(local.Local.Name ?? "");
                    break;
                case IMemberReferenceOperation { Instance: IInstanceReferenceOperation { IsImplicit: true }, Member.Name: var name }:
                    _members.Add(name);
                    break;
            }
        }

        SyntaxNode body = graph.OriginalOperation.Syntax;
        ImmutableArray<EntryEvent>.Builder all = ImmutableArray.CreateBuilder<EntryEvent>();
        all.AddRange(events);
        if (exit is not null)
        {
            all.AddRange(exit.Complete.OrderBy(entry => entry, System.StringComparer.Ordinal)
                .Select(entry => new EntryEvent(EntryEventKind.Completes, entry, body)));
            all.AddRange(exit.Present.OrderBy(known => known.Key, System.StringComparer.Ordinal).Where(known => !known.Value.IsBare)
                .Select(known => new EntryEvent(EntryEventKind.Presents, known.Key, known.Value.Site)));
        }

        Events = [.. all.Where(known => IsNameable(known.Entry))];
        HasOthers = Events.Length < all.Count;
    }

    public bool Returns { get; }

    /// <summary>What it does to entries that its caller has names for too, in order.</summary>
    public ImmutableArray<EntryEvent> Events { get; }

    /// <summary>Whether it does something to other entries, which may be the same under other names.</summary>
    public bool HasOthers { get; }

    /// <summary>Whether the pointer or reference that it returns leads to an entry that it has found complete.</summary>
    public bool FindsComplete { get; }

    /// <summary>The <c>out</c> parameters that lead to one where it returns <see langword="true"/>.</summary>
    public ImmutableArray<string> CompleteOutputs { get; }

    /// <summary>Whether the entry is named by nothing but parameters and members.</summary>
    public bool IsNameable(string entry) => !_locals.Any(local => EntryText.Mentions(entry, local));

    /// <summary>The members of the method's own object that are named without it.</summary>
    public IEnumerable<string> Members => _members;
}

/// <summary>Notes what a method gives back: whether the entries that it leads to were seen to be complete.</summary>
internal sealed class EntryReturns(IMethodSymbol? method, FlushValues values, EntryChecks checks)
{
    private readonly HashSet<string> _incomplete = [];
    private bool _found;
    private bool _all = true;
    private bool _true;

    public bool FindsComplete => _found && _all;

    public ImmutableArray<string> CompleteOutputs => !_true || method is null ? [] :
        [.. method.Parameters.Where(parameter => IsOutput(parameter) && !_incomplete.Contains(parameter.Name)).Select(parameter => parameter.Name)];

    /// <summary>The method ends here with this value.</summary>
    public void Note(IOperation value, EntryState state)
    {
        if (method is null)
        {
            return;
        }

        if (method.ReturnType.SpecialType == SpecialType.System_Boolean)
        {
            NoteOutputs(value, state);
        }
        else if ((method.ReturnsByRef || method.ReturnType is IPointerTypeSymbol) && !IsNone(value))
        {
            _found = true;
            _all &= LeadsToComplete(value, state);
        }
    }

    /// <summary>One of several pointers is chosen: what it leads to is known here, not where they meet.</summary>
    public void NoteCapture(IFlowCaptureOperation capture, EntryState state)
    {
        if (capture.Value.Type is IPointerTypeSymbol)
        {
            if (IsNone(capture.Value) || LeadsToComplete(capture.Value, state))
            {
                state.SetComplete(NameOf(capture.Id));
            }
            else
            {
                state.SetIncomplete(NameOf(capture.Id));
            }
        }
    }

    private static string NameOf(CaptureId id) => "?" + id.GetHashCode().ToString(CultureInfo.InvariantCulture);

    private bool LeadsToComplete(IOperation value, EntryState state)
    {
        IOperation inner = values.Unwrap(value);
        string name = inner switch
        {
            IFlowCaptureReferenceOperation capture => NameOf(capture.Id),
            IAddressOfOperation address => EntryText.Of(address.Reference.Syntax),
            _ when inner.Type is IPointerTypeSymbol => "*" + EntryText.Of(inner.Syntax),
            _ => EntryPlaces.EntryAt(inner, values.Shapes) is { } entry ? values.NameOf(entry, state.Values) : EntryText.Of(inner.Syntax),
        };
        return state.Complete.Contains(name);
    }

    private void NoteOutputs(IOperation value, EntryState state)
    {
        if (value.ConstantValue is { HasValue: true, Value: false })
        {
            return;
        }

        _true = true;
        EntryState whenTrue = state.Copy();
        checks.Refine(value, true, whenTrue);
        foreach (IParameterSymbol parameter in method!.Parameters)
        {
            if (IsOutput(parameter) && !whenTrue.Complete.Contains("*" + parameter.Name) && !whenTrue.Complete.Contains(parameter.Name + "[0]"))
            {
                _incomplete.Add(parameter.Name);
            }
        }
    }

    private bool IsNone(IOperation value) => values.Unwrap(value) is { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation
        or IInvocationOperation { TargetMethod.Name: "NullRef" };

    private static bool IsOutput(IParameterSymbol parameter) => parameter is { RefKind: RefKind.Out, Type: IPointerTypeSymbol };
}

/// <summary>Finds summaries on demand, through a few hops; finished ones are shared by the threads that analyse a compilation.</summary>
internal sealed class EntrySummaries(
    ConcurrentDictionary<(IMethodSymbol, int), EntrySummary?> finished, TableShapeCache tables, BodySource bodies)
{
    /// <summary>How many calls deep a body is looked into. A recursion ends there too.</summary>
    public const int MaximumHops = 3;

    public BodySource Bodies { get; } = bodies;

    /// <summary>Tells pointers to entries from others in the body of a method.</summary>
    public TableShapes ShapesFor(IMethodSymbol? method) => new(tables, Bodies, method);

    /// <summary>What a call does, if the body that will run is in this compilation; null if it is not known.</summary>
    public EntrySummary? Of(IMethodSymbol called, IOperation? instance, int hops)
    {
        IMethodSymbol method = called.OriginalDefinition;
        bool fixedTarget = !method.IsAbstract && !method.IsExtern && !method.IsAsync
            && (!(method.IsVirtual || method.IsOverride) || method.IsSealed
                || method.ContainingType is { IsSealed: true } or { TypeKind: TypeKind.Struct } || instance?.Syntax is BaseExpressionSyntax);
        if (hops <= 0 || !fixedTarget || method.DeclaringSyntaxReferences.IsEmpty || method.MethodKind is not MethodKind.Ordinary)
        {
            return null;
        }

        return finished.GetOrAdd((method, hops), Find);
    }

    private EntrySummary? Find((IMethodSymbol Method, int Hops) key) => Bodies.GraphOf(key.Method) is { } graph
        ? new EntryAnalysis(graph, key.Method, this, key.Hops - 1).Summarize() : null;
}
