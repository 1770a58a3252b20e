using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// One body and what does not change while it is analysed: its graph, its parameters and their contracts, its sources of frames.
/// </summary>
internal sealed class FrameBody
{
    private readonly MethodFrameContracts? _own;
    private readonly ImmutableArray<GivenArgument> _constants;
    private readonly BodyDefinitions _definitions;
    private readonly List<FrameSource> _sources = [];
    private readonly Dictionary<(object Site, bool Earlier), FrameSource> _known = [];
    private readonly HashSet<ISymbol> _written = new(SymbolEqualityComparer.Default);

    /// <param name="graph">The body's graph.</param>
    /// <param name="method">Whose body it is; null for an initializer.</param>
    /// <param name="contracts">Looks contracts up.</param>
    /// <param name="bodies">The compilation's bodies.</param>
    /// <param name="constants">What the caller has said of the parameters, by ordinal.</param>
    public FrameBody(ControlFlowGraph graph, IMethodSymbol? method, FrameContracts contracts, BodySource bodies,
        ImmutableArray<GivenArgument> constants)
    {
        Graph = graph;
        Method = method;
        Bodies = bodies;
        _own = method is null ? null : contracts.Of(method);
        _constants = constants;
        _definitions = new BodyDefinitions(graph);
        Paths = new PathResolver(_definitions, bodies);
        Rights = new UserRights(graph, this, _definitions);
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (IOperation operation in block.Operations)
            {
                NoteWrites(operation);
            }
        }
    }

    public ControlFlowGraph Graph { get; }

    public IMethodSymbol? Method { get; }

    public BodySource Bodies { get; }

    public PathResolver Paths { get; }

    /// <summary>Tells whether rights let a program use a page.</summary>
    public UserRights Rights { get; }

    /// <summary>What holds where the body begins.</summary>
    public FrameState EntryState()
    {
        FrameState state = new();
        if (Method is null || _own is null)
        {
            return state;
        }

        if (!Method.IsStatic
            && Method.MethodKind is not (MethodKind.Constructor or MethodKind.LocalFunction or MethodKind.AnonymousFunction))
        {
            Enter(state, AccessPath.This, "this", -1, FrameContract.None, Method.ContainingType.Locations);
            foreach (IParameterSymbol kept in CapturedParameters.Of(Method.ContainingType))
            {
                state.Write(new AccessPath(kept), state.Read(AccessPath.This));
            }
        }

        foreach (IParameterSymbol parameter in Method.Parameters)
        {
            if (parameter.RefKind != RefKind.Out && FrameAnalysis.CanLead(parameter.Type))
            {
                Enter(state, new AccessPath(parameter), parameter.Name, parameter.Ordinal, _own.Parameters[parameter.Ordinal],
                    parameter.Locations);
            }
        }

        return state;
    }

    private void Enter(FrameState state, AccessPath path, string name, int ordinal, FrameContract contract,
        ImmutableArray<Location> locations)
    {
        bool dirty = (contract & FrameContract.RequiresZeroed) == 0;
        FrameSourceKind kind = (contract & (FrameContract.Dirty | FrameContract.Zeroes)) != 0 ? FrameSourceKind.DirtyParameter
            : FrameSourceKind.PlainParameter;
        FrameSource source = new(_sources.Count, kind, name, locations.Length > 0 ? locations[0] : Location.None, ordinal, null);
        _sources.Add(source);
        FrameValue value = state.Add(FrameFacts.From(source.Id, dirty));
        state.Write(path, value);
        state.Write(Ghost(ordinal), value);
    }

    // The frame that the caller gave, even after the parameter was assigned something else.
    private static AccessPath Ghost(int ordinal) => new(("given", ordinal));

    /// <summary>A dirty frame that an operation has just handed over.</summary>
    public FrameValue Take(FrameState state, object site, string name, Location location)
    {
        FrameSource newest = Source(site, false, name, location, null);
        FrameSource earlier = Source(site, true, name, location, newest);
        state.Age(newest.Id, earlier.Id);
        return state.Add(FrameFacts.From(newest.Id, dirty: true));
    }

    private FrameSource Source(object site, bool earlier, string name, Location location, FrameSource? newest)
    {
        if (!_known.TryGetValue((site, earlier), out FrameSource? source))
        {
            source = new FrameSource(_sources.Count, FrameSourceKind.Taken, name, location, -1, newest);
            _sources.Add(source);
            _known.Add((site, earlier), source);
        }

        return source;
    }

    public FrameSource Source(int id) => _sources[id];

    /// <summary>Whether the value may lead to a frame that this body took, rather than to what it was given.</summary>
    public bool IsTaken(FrameValue value, FrameState state)
    {
        foreach (int source in state.FactsOf(value).Sources)
        {
            if (_sources[source].Kind == FrameSourceKind.Taken)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the source stands for one frame at a time.</summary>
    public bool IsOneFrame(int id) => _sources[id].Newest is null;

    /// <summary>Whether a nested function touches the place, so that it is not followed.</summary>
    public bool IsShared(AccessPath path) =>
        path.Root is ISymbol symbol and not ITypeSymbol
        && (_definitions.IsShared(symbol)
            || (Method is not null && !SymbolEqualityComparer.Default.Equals(symbol.ContainingSymbol, Method)
                && Method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction));

    /// <summary>Whether the target is a <c>ref</c> local that always refers to the same place.</summary>
    public bool IsRefLocal(IOperation target) =>
        ((target as IDeclarationExpressionOperation)?.Expression ?? target) is ILocalReferenceOperation { Local: { IsRef: true } local }
        && _definitions.Referent(local) is not null;

    /// <summary>A <c>ref</c> local into memory rather than to a place is followed as a pointer is, under its own name.</summary>
    public AccessPath? CellOfReference(IOperation operation) =>
        ((operation as IDeclarationExpressionOperation)?.Expression ?? operation) is ILocalReferenceOperation { Local: { IsRef: true } local }
            && Paths.Resolve(operation) is null
                ? new AccessPath(local) : null;

    /// <summary>The outcome of a condition, if a constant argument decides it.</summary>
    public bool? KnownOutcome(IOperation condition) => condition switch
    {
        { ConstantValue: { HasValue: true, Value: bool constant } } => constant,
        IParameterReferenceOperation { Parameter: var parameter } => Given(parameter),
        IPropertyReferenceOperation { Property.Name: var name, Instance: { } rights } when Words.Has(name, "user") => Rights.In(rights),
        IInvocationOperation { TargetMethod.Name: "HasFlag", Instance: { } rights, Arguments: [var flag] } when Rights.In(flag.Value) == true =>
            Rights.In(rights),
        IInvocationOperation { TargetMethod.Name: "HasFlag", Instance: { } flags, Arguments: [var flag] } => BitsOf(flags) is { } bits && BitsOf(flag.Value) is { } asked ? (bits & asked) == asked : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison => KnownMask(comparison) ?? KnownBits(comparison),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => !KnownOutcome(not.Operand),
        IParenthesizedOperation parenthesized => KnownOutcome(parenthesized.Operand),
        _ => null,
    };

    // `(flags & AllocationFlags.Zero) != 0`, `flags == AllocationFlags.None`
    private bool? KnownBits(IBinaryOperation comparison) =>
        BitsOf(comparison.LeftOperand) is { } left && BitsOf(comparison.RightOperand) is { } right
            ? left == right == (comparison.OperatorKind == BinaryOperatorKind.Equals) : null;

    private ulong? BitsOf(IOperation operand) => operand.Innermost() switch
    {
        { ConstantValue: { HasValue: true, Value: var constant } } => EntryPlaces.BitsOf(constant),
        IParameterReferenceOperation { Parameter: var parameter } => ArgumentOf(parameter).Bits,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask => BitsOf(mask.LeftOperand) & BitsOf(mask.RightOperand),
        _ => null,
    };

    // `(flags & PageFlags.User) != 0`
    private bool? KnownMask(IBinaryOperation comparison) =>
        comparison.LeftOperand.Innermost() is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask
        && Rights.In(mask.RightOperand) == true && Rights.In(mask.LeftOperand) is { } isUser
        && (MemoryFills.IsZero(comparison.RightOperand) || comparison.RightOperand.Innermost() is IMemberReferenceOperation { Member.Name: "None" })
            ? isUser == (comparison.OperatorKind == BinaryOperatorKind.NotEquals) : null;

    /// <summary>What the caller has said of a parameter: the constant of a <c>bool</c>, whether rights let a program use a page.</summary>
    public bool? Given(IParameterSymbol parameter) => ArgumentOf(parameter).Says;

    private GivenArgument ArgumentOf(IParameterSymbol parameter) =>
        !_written.Contains(parameter) && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, Method)
        && parameter.Ordinal < _constants.Length ? _constants[parameter.Ordinal] : default;

    /// <summary>The call whose <c>bool</c> result a condition tests, and whether the condition negates it.</summary>
    public IInvocationOperation? TestedCall(IOperation condition, out bool negated) =>
        _definitions.TestedCall(condition, out negated);

    /// <summary>Whether all that the value may be is the dirty frame that was taken there.</summary>
    public bool IsFrom(FrameFacts facts, object site) =>
        _known.TryGetValue((site, false), out FrameSource? source) && facts.Sources.Count == 1
            && facts.Sources.Contains(source.Id);

    private void NoteWrites(IOperation root)
    {
        foreach (IOperation operation in root.DescendantsAndSelf())
        {
            IOperation? written = operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
                IAddressOfOperation address => address.Reference,
                _ => null,
            };
            if (written is IParameterReferenceOperation reference)
            {
                _written.Add(reference.Parameter);
            }
        }
    }

    /// <summary>What callers see of the body when it ends like this.</summary>
    public FrameSummary Summarize(FrameState exit, AccessPath result,
        Dictionary<(int Parameter, FrameLinkKind Kind), (Location Location, string Name)> links, bool fills, ImmutableArray<FrameFinding> mappings)
    {
        ImmutableArray<ParameterSummary>.Builder parameters = ImmutableArray.CreateBuilder<ParameterSummary>();
        int count = Method?.Parameters.Length ?? 0;
        for (int ordinal = -1; ordinal < count; ordinal++)
        {
            bool byReference = ordinal >= 0 && Method!.Parameters[ordinal].RefKind is RefKind.Ref or RefKind.Out;
            parameters.Add(new ParameterSummary(
                EffectOn(exit, ordinal),
                LinkOf(links, ordinal, FrameLinkKind.Table),
                LinkOf(links, ordinal, FrameLinkKind.User),
                byReference ? Describe(exit, exit.Read(new AccessPath(Method!.Parameters[ordinal]))) : null));
        }

        return new FrameSummary(true, parameters.ToImmutable(), Describe(exit, exit.Read(result)), fills, mappings);
    }

    /// <summary>The links alone, of a body that does not return.</summary>
    public ImmutableArray<ParameterSummary> Links(Dictionary<(int Parameter, FrameLinkKind Kind), (Location Location, string Name)> links)
    {
        ImmutableArray<ParameterSummary>.Builder parameters = ImmutableArray.CreateBuilder<ParameterSummary>();
        for (int ordinal = -1; ordinal < (Method?.Parameters.Length ?? 0); ordinal++)
        {
            parameters.Add(new ParameterSummary(
                FrameEffect.Keeps, LinkOf(links, ordinal, FrameLinkKind.Table), LinkOf(links, ordinal, FrameLinkKind.User), null));
        }

        return parameters.ToImmutable();
    }

    private static (Location? Location, string Name) LinkOf(Dictionary<(int Parameter, FrameLinkKind Kind), (Location Location, string Name)> links,
        int ordinal, FrameLinkKind kind) => links.TryGetValue((ordinal, kind), out (Location Location, string Name) link) ? link : (null, "");

    private FrameEffect EffectOn(FrameState exit, int ordinal)
    {
        FrameValue given = exit.Read(Ghost(ordinal));
        if (!given.IsTracked)
        {
            return FrameEffect.Keeps;
        }

        FrameFacts facts = exit.FactsOf(given);
        return facts.Other ? FrameEffect.Unknown
            : facts.Dirty.IsEmpty ? (facts.Zeroed ? FrameEffect.Zeroes : FrameEffect.Keeps)
            : facts.Zeroed ? FrameEffect.ZeroesSometimes
            : facts.Partly ? FrameEffect.ZeroesPart
            : FrameEffect.Keeps;
    }

    private FrameResult Describe(FrameState exit, FrameValue value)
    {
        if (value.IsNothing)
        {
            return FrameResult.Nothing;
        }

        if (!value.IsTracked)
        {
            return FrameResult.Untracked;
        }

        FrameFacts facts = exit.FactsOf(value);
        ImmutableSortedSet<int> parameters = [];
        FrameSource? fresh = null;
        foreach (int id in facts.Sources)
        {
            FrameSource source = _sources[id];
            if (source.Kind != FrameSourceKind.Taken)
            {
                parameters = parameters.Add(source.Parameter);
            }
            else if (facts.Dirty.Contains(id))
            {
                fresh ??= source;
            }
        }

        return new FrameResult(
            [.. parameters], fresh is not null, fresh?.Location, fresh?.Name ?? "", facts.Partly, facts.Zeroed, facts.Other,
                value.Interior, value.Bytes);
    }

    /// <summary>Checks that the body zeroes what its contracts say, on every normal return.</summary>
    public void CheckContracts(FrameState exit, List<FrameFinding> findings)
    {
        if (Method is null || _own is null)
        {
            return;
        }

        foreach (IParameterSymbol parameter in Method.Parameters)
        {
            if ((_own.Parameters[parameter.Ordinal] & FrameContract.Zeroes) == 0
                || !exit.Read(Ghost(parameter.Ordinal)).IsTracked)
            {
                continue;
            }

            FrameFacts facts = exit.FactsOf(exit.Read(Ghost(parameter.Ordinal)));
            if (!facts.Dirty.IsEmpty && parameter.Locations.Length > 0)
            {
                string path = facts.Partly ? "only a part of it" : facts.Zeroed ? "it only on some paths" : "nothing of it";
                findings.Add(new FrameFinding(parameter.Locations[0], parameter.Name, Method.Name, path, [],
                    isBrokenContract: true, canZeroBefore: false));
            }
        }
    }
}
