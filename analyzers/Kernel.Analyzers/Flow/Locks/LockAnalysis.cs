using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Follows which locks are held through one body, and checks every use of guarded members against them.</summary>
internal sealed partial class LockAnalysis : ForwardAnalysis<LockWorlds>
{
    private const string ReturnKey = "return";
    private const int FactsInVisit = 64;

    private readonly IMethodSymbol? _method;
    private readonly BodyDefinitions _definitions;
    private readonly PathResolver _paths;
    private readonly Conditions _conditions;
    private readonly LockPlaces _places;
    private readonly LockChecks _checks;
    private readonly LockBalance _balance;
    private readonly LockPromises _promises;
    private readonly LockSummaries _summaries;
    private readonly LockState _entry;
    private readonly HashSet<AccessPath> _byGuard = [];

    /// <param name="graph">The body's graph.</param>
    /// <param name="method">Whose body it is; null for an initializer.</param>
    /// <param name="owner">The member around it, whose exemptions hold: the same, unless it is a local function.</param>
    /// <param name="summaries">What the compilation's methods do to locks.</param>
    /// <param name="bodies">The compilation's bodies.</param>
    /// <param name="outside">What a local function's callers hold; null for a member or a lambda.</param>
    /// <param name="functions">What is known of the local functions around; null for a member or a lambda.</param>
    public LockAnalysis(ControlFlowGraph graph, IMethodSymbol? method, ISymbol? owner, LockSummaries summaries, BodySource bodies,
        LockState? outside, Dictionary<IMethodSymbol, LockSummary>? functions = null)
        : base(graph, bodies.Cancellation)
    {
        _method = method;
        _summaries = summaries;
        _functions = functions ?? new Dictionary<IMethodSymbol, LockSummary>(SymbolEqualityComparer.Default);
        _definitions = new BodyDefinitions(graph);
        _conditions = new Conditions(graph, _definitions);
        _paths = new PathResolver(_definitions, bodies);
        _places = new LockPlaces(_paths, _definitions, _conditions);
        _checks = new LockChecks(_paths, _places, new LockExemptions(owner));
        _entry = outside?.Copy() ?? new LockState();
        EnterWithContracts();
        _promises = new LockPromises(_checks, graph, method, _paths, _places);
        if (_promises.Released is { } released)
        {
            _entry.Hold(released);
        }

        _balance = new LockBalance(_checks, _places, method, _entry, bodies);
        ForgetFlags(graph);
    }

    /// <summary>What was found.</summary>
    public List<LockFinding> Findings => _checks.Findings;

    /// <summary>The uses of members whose lock is not known, so that they may be right or wrong.</summary>
    public IEnumerable<(SyntaxNode Place, ISymbol Member, LockMistake Mistake)> Undecided => _checks.Undecided;

    /// <summary>What is held where local functions are called.</summary>
    public Dictionary<IMethodSymbol, LockState> LocalCalls { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>What is held where lambdas are called: what they are handed, or what holds the method which calls them before it returns.</summary>
    public Dictionary<IMethodSymbol, LockState> Callbacks { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the caller certainly holds after the body what it held before; a summary says more.</summary>
    public bool IsBalanced { get; private set; } = true;

    /// <summary>Runs the analysis; false if it was too large to finish.</summary>
    public bool Run()
    {
        bool finished = Run(new LockWorlds([_entry]), out LockWorlds? exit);
        if (finished && exit is not null)
        {
            IsBalanced = _values.IsNothing && exit.States.All(end => end.IsExceptional
                || (end.Possible.IsSubsetOf(_entry.Possible) && end.Duties.MaybeGivenBack.IsEmpty));
            _balance.CheckExit(exit.States, _summaries);
            _promises.CheckExit(exit.States);
        }

        _checks.DropConsequences();

        return finished;
    }

    /// <summary>Runs the analysis for what it says about the method; null if it was too large to finish.</summary>
    public LockSummary? Summarize() => Run(new LockWorlds([_entry]), out LockWorlds? exit)
        ? LockSummary.Of(exit, _entry, _method, _values)
        : null;

    // The flag of a lock statement is in no source, and false before.
    private void ForgetFlags(ControlFlowGraph graph)
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            if (operation is IArgumentOperation { Parameter.RefKind: RefKind.Ref, Value: ILocalReferenceOperation
                { IsImplicit: true, Type.SpecialType: SpecialType.System_Boolean } flag }
                && _conditions.KeyOf(flag, out _) is { } key)
            {
                _entry.Learn(key, false);
            }
        }
    }

    private void EnterWithContracts()
    {
        if (_method is not { ContainingType: { } type })
        {
            return;
        }

        AccessPath? self = _method.IsStatic ? null : AccessPath.This;
        IEnumerable<ISymbol> held = LockContracts.RequiredBy(_method);
        if (_method.AssociatedSymbol is { } property && LockContracts.GuardOf(property) is { } guarding)
        {
            held = held.Append(guarding);
        }

        foreach (ISymbol required in held)
        {
            Hold(self, required, type, null);
        }

        foreach (IParameterSymbol parameter in _method.Parameters)
        {
            if (parameter.RefKind == RefKind.Out || !LockContracts.IsGuard(parameter.Type))
            {
                continue;
            }

            ImmutableArray<ISymbol> locks = [.. LockContracts.LocksOf(type, parameter.Type)];
            foreach (ISymbol given in locks)
            {
                Hold(self, given, type, locks.Length == 1 ? new AccessPath(parameter) : null);
            }
        }
    }

    private void Hold(AccessPath? self, ISymbol member, INamedTypeSymbol type, AccessPath? guard)
    {
        if (_paths.Member(self, member, type) is { } held)
        {
            _entry.Hold(held);
            if (guard is not null)
            {
                _entry.Keep(guard, held);
            }
        }
    }

    protected override LockWorlds? Transfer(IOperation operation, LockWorlds worlds) => Each(worlds, state =>
    {
        Evaluate(operation, state);
        return !state.IsEnded;
    });

    protected override LockWorlds? TransferReturn(IOperation value, LockWorlds worlds) => Each(worlds, state =>
    {
        AccessPath? guard = Evaluate(value, state);
        Bind(value, ReturnKey, state);
        if (LockContracts.IsGuard(value.Type))
        {
            Return(guard, state);
        }
        else
        {
            ReturnLocked(value, state);
        }

        return !state.IsEnded;
    });

    protected override LockWorlds? TransferEdge(BasicBlock block, ControlFlowBranch branch, LockWorlds worlds)
    {
        if (block.BranchValue is not { } condition || block.ConditionKind == ControlFlowConditionKind.None)
        {
            return worlds;
        }

        bool answer = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
        return Each(worlds, state => Test(condition, answer, state));
    }

    protected override LockWorlds TransferException(LockWorlds worlds) => new([.. worlds.States.Select(state =>
    {
        LockState thrown = state.Copy();
        thrown.MarkExceptional();
        return thrown;
    })]);

    /// <summary>Taking and releasing do not fail: a handler is there for what happens in between.</summary>
    protected override bool MayThrow(IOperation operation)
    {
        foreach (IOperation part in operation.DescendantsAndSelf())
        {
            if (part is IInvocationOperation call ? !IsPlain(call)
                : part is IObjectCreationOperation or IPropertyReferenceOperation or IArrayElementReferenceOperation or IThrowOperation or IAwaitOperation)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPlain(IInvocationOperation call) => EffectOf(call) is not null
        || (call.TargetMethod.Name == "Dispose" && LockContracts.IsGuard(call.Instance?.Type));

    /// <summary>What the call does to a lock by its contract or name: most say nothing about locks, which is known of their methods.</summary>
    private LockEffect? EffectOf(IInvocationOperation call) => _summaries.IsContracted(call.TargetMethod) ? LockEffect.Of(call) : null;

    /// <summary>A body that asks hundreds of questions twice is not followed as often as one that asks a few.</summary>
    protected override int CostOf(LockWorlds worlds) => 1 + (worlds.States.Sum(static state => state.Facts.Count) / FactsInVisit);

    protected override void LeaveByThrow(LockWorlds worlds) => _balance.CheckThrow(worlds.States);

    private static LockWorlds? Each(LockWorlds worlds, System.Func<LockState, bool> goesOn)
    {
        LockState[] left = worlds.States.Where(goesOn).ToArray();
        return left.Length == 0 ? null : new LockWorlds(left);
    }

    /// <summary>Applies an operation. The result is the lock that its value is the guard of, if it is one.</summary>
    private AccessPath? Evaluate(IOperation? operation, LockState state)
    {
        switch (operation)
        {
            case null:
                return null;
            case ILocalReferenceOperation reference:
                Follow(reference, state);
                return GuardAt(reference, state);
            case IParameterReferenceOperation:
                return GuardAt(operation, state);
            case IFieldReferenceOperation reference:
                Evaluate(reference.Instance, state);
                TouchMember(reference, reference.Field, reference.Instance, state);
                return GuardAt(reference, state);
            case IPropertyReferenceOperation reference:
                EvaluateAll(reference, state);
                TouchMember(reference, reference.Property, reference.Instance, state);
                UseAccessors(reference, state);
                return GuardAt(reference, state);
            case IFlowCaptureOperation capture:
                AccessPath? captured = Evaluate(capture.Value, state);
                if (LockContracts.IsGuard(capture.Value.Type))
                {
                    state.Keep(new AccessPath(capture.Id), captured);
                }

                if (_definitions.Captured(capture.Id) is null)
                {
                    Bind(capture.Value, KeyOf(capture.Id), state);
                }

                return captured;
            case IFlowCaptureReferenceOperation capture:
                return state.Guards.TryGetValue(new AccessPath(capture.Id), out AccessPath? kept)
                    ? kept : GuardAt(capture, state);
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment, state);
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared }:
                state.Overwrite(new AccessPath(declared));
                CarryInto(new AccessPath(declared), TestedBy(operation), state);
                return null;
            case IRecursivePatternOperation { DeclaredSymbol: { } declared }:
                EvaluateAll(operation, state);
                state.Overwrite(new AccessPath(declared));
                CarryInto(new AccessPath(declared), TestedBy(operation), state);
                return null;
            case IExpressionStatementOperation { Operation: IInvocationOperation or IObjectCreationOperation } statement:
                AccessPath? dropped = Evaluate(statement.Operation, state);
                if (dropped is not null)
                {
                    state.HandOver(dropped);
                }

                return null;
            case IAssignmentOperation { Target: var target }:
                EvaluateAll(operation, state);
                UseOperator(operation, state);
                Change(target, state);
                return null;
            case IIncrementOrDecrementOperation { Target: var target }:
                EvaluateAll(operation, state);
                UseOperator(operation, state);
                Change(target, state);
                return null;
            case IConversionOperation conversion:
                AccessPath? converted = Evaluate(conversion.Operand, state);
                UseOperator(conversion, state);
                return converted;
            case IObjectCreationOperation creation:
                return Create(creation, state);
            case IInvocationOperation call:
                return Call(call, state);
            case IFlowAnonymousFunctionOperation lambda:
                HandToLambda(lambda, state);
                return null;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference:
                NoteLocalCall(reference.Method, new LockState());
                return null;
            default:
                EvaluateAll(operation, state);
                UseOperator(operation, state);
                return null;
        }
    }

    private void EvaluateAll(IOperation operation, LockState state)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            Evaluate(child, state);
        }
    }

    private AccessPath? GuardAt(IOperation operation, LockState state) =>
        LockContracts.IsGuard(operation.Type) && _paths.Resolve(operation) is { } path
            && state.Guards.TryGetValue(path, out AccessPath? held) ? held : null;

    private void TouchMember(IOperation use, ISymbol member, IOperation? instance, LockState state)
    {
        if (IsFinal)
        {
            _checks.Touch(use, member, instance, state);
        }
    }

    private void CheckCall(IOperation call, IMethodSymbol method, IOperation? instance, LockState state)
    {
        if (IsFinal)
        {
            _checks.Call(call, method, instance, state);
        }
    }
}
