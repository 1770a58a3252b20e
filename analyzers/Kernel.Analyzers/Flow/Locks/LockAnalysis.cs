using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Follows which locks are held through one body, and checks every use of guarded members against them.</summary>
internal sealed class LockAnalysis : ForwardAnalysis<LockState>
{
    private readonly IMethodSymbol? _method;
    private readonly BodyDefinitions _definitions;
    private readonly PathResolver _paths;
    private readonly LockChecks _checks;
    private readonly LockState _entry;

    /// <param name="graph">The body's graph.</param>
    /// <param name="method">Whose body it is; null for an initializer.</param>
    /// <param name="owner">The member around it, whose exemptions hold: the same, unless it is a local function.</param>
    /// <param name="bodies">The compilation's bodies.</param>
    /// <param name="outside">What a local function's callers hold; null for a member or a lambda.</param>
    public LockAnalysis(ControlFlowGraph graph, IMethodSymbol? method, ISymbol? owner, BodySource bodies, LockState? outside)
        : base(graph, bodies.Cancellation)
    {
        _method = method;
        _definitions = new BodyDefinitions(graph);
        _paths = new PathResolver(_definitions, bodies);
        _checks = new LockChecks(_paths, new LockExemptions(owner));
        _entry = outside?.Copy() ?? new LockState();
        EnterWithContracts();
    }

    /// <summary>What was found.</summary>
    public List<LockFinding> Findings => _checks.Findings;

    /// <summary>What is held where local functions are called.</summary>
    public Dictionary<IMethodSymbol, LockState> LocalCalls { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Runs the analysis; false if it was too large to finish.</summary>
    public bool Run() => Run(_entry, out _);

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
            _entry.Acquire(held);
            if (guard is not null)
            {
                _entry.Keep(guard, held);
            }
        }
    }

    protected override LockState? Transfer(IOperation operation, LockState state)
    {
        Evaluate(operation, state);
        return state;
    }

    protected override LockState? TransferEdge(BasicBlock block, ControlFlowBranch branch, LockState state)
    {
        if (block.BranchValue is { } condition && block.ConditionKind != ControlFlowConditionKind.None
            && _definitions.TestedCall(condition, out bool negated) is { } call && IsAttempt(call))
        {
            bool holds = branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue);
            if (holds != negated)
            {
                Acquire(call, state);
            }
        }

        return state;
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
                CheckAccessor(reference, state);
                return GuardAt(reference, state);
            case IFlowCaptureOperation capture:
                AccessPath? captured = Evaluate(capture.Value, state);
                if (LockContracts.IsGuard(capture.Value.Type))
                {
                    state.Keep(new AccessPath(capture.Id), captured);
                }

                return captured;
            case IFlowCaptureReferenceOperation capture:
                return state.Guards.TryGetValue(new AccessPath(capture.Id), out AccessPath? kept)
                    ? kept : GuardAt(capture, state);
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment, state);
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand, state);
            case IObjectCreationOperation creation:
                return Create(creation, state);
            case IInvocationOperation call:
                return Call(call, state);
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference:
                NoteLocalCall(reference.Method, new LockState());
                return null;
            default:
                EvaluateAll(operation, state);
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

    private AccessPath? Assign(ISimpleAssignmentOperation assignment, LockState state)
    {
        AccessPath? guard = Evaluate(assignment.Value, state);
        IOperation target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression
            : assignment.Target;
        if (assignment.IsRef && target is ILocalReferenceOperation)
        {
            return guard;
        }

        if (target is not ILocalReferenceOperation)
        {
            Evaluate(target, state);
        }

        if (_paths.Resolve(target) is { } place)
        {
            state.Overwrite(place);
            if (LockContracts.IsGuard(target.Type))
            {
                state.Keep(place, guard);
            }
        }

        if (target is ILocalReferenceOperation { Local: { IsRef: false } local })
        {
            state.Publish(local);
            if (local.Type.IsReferenceType && IsCreation(assignment.Value))
            {
                state.MakeFresh(local);
            }
        }
        else if (target is ILocalReferenceOperation { Local: { IsRef: true } } alias)
        {
            Follow(alias, state);
        }

        return guard;
    }

    private bool IsCreation(IOperation value) =>
        value is IObjectCreationOperation
            || (value is IFlowCaptureReferenceOperation capture && _definitions.Captured(capture.Id) is IObjectCreationOperation);

    /// <summary>
    /// A read or write through a <c>ref</c> local touches what it refers to; any other use of a local than of its members
    /// publishes its object.
    /// </summary>
    private void Follow(ILocalReferenceOperation reference, LockState state)
    {
        if (reference.Local.IsRef)
        {
            IOperation? referent = _definitions.Referent(reference.Local);
            if (referent is IFieldReferenceOperation field)
            {
                TouchMember(reference, field.Field, field.Instance, state);
            }
            else if (referent is IPropertyReferenceOperation property)
            {
                TouchMember(reference, property.Property, property.Instance, state);
            }
        }
        else if (reference.Parent is not (IFieldReferenceOperation or IPropertyReferenceOperation))
        {
            state.Publish(reference.Local);
        }
    }

    private AccessPath? Create(IObjectCreationOperation creation, LockState state)
    {
        AccessPath? guard = null;
        foreach (IArgumentOperation argument in creation.Arguments)
        {
            AccessPath? given = Evaluate(argument.Value, state);
            guard ??= given;
        }

        if (creation.Constructor is { } constructor)
        {
            CheckCall(creation, constructor, null, state);
        }

        return LockContracts.IsGuard(creation.Type) ? guard : null;
    }

    private AccessPath? Call(IInvocationOperation call, LockState state)
    {
        Evaluate(call.Instance, state);
        List<(IArgumentOperation Argument, AccessPath? Guard)> arguments = [];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            arguments.Add((argument, Evaluate(argument.Value, state)));
        }

        IMethodSymbol method = call.TargetMethod;
        CheckCall(call, method, call.Instance, state);
        foreach ((IArgumentOperation argument, AccessPath? guard) in arguments)
        {
            if (IsFinal && guard is not null)
            {
                _checks.GivenGuard(call, argument, guard);
            }
        }

        if (method.MethodKind == MethodKind.LocalFunction)
        {
            NoteLocalCall(method.OriginalDefinition, state);
        }

        if (method is { Name: "Dispose", Parameters.IsEmpty: true } && LockContracts.IsGuard(call.Instance?.Type)
            && PlaceOfGuard(call.Instance!) is { } place)
        {
            state.Dispose(place, call.Syntax.GetLocation(), _entry.Certain);
            return null;
        }

        if (ReadMonitor(call, state))
        {
            return null;
        }

        if (LockContracts.Acquires(method, out _) && !IsAttempt(call))
        {
            return Acquire(call, state);
        }

        foreach ((IArgumentOperation argument, AccessPath? _) in arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out && LockContracts.IsGuard(argument.Parameter.Type)
                && _paths.Resolve(argument.Value) is { } written)
            {
                state.Keep(written, null);
            }
        }

        return null;
    }

    private AccessPath? PlaceOfGuard(IOperation instance) =>
        instance is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id) : _paths.Resolve(instance);

    /// <summary>Whether the call says by its result whether it took the lock.</summary>
    private static bool IsAttempt(IInvocationOperation call) =>
        call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean
            && LockContracts.Acquires(call.TargetMethod, out _);

    private AccessPath? Acquire(IInvocationOperation call, LockState state)
    {
        LockContracts.Acquires(call.TargetMethod, out ISymbol? member);
        AccessPath? self = _paths.Resolve(call.Instance);
        AccessPath? taken = member is null ? self : _paths.Member(self, member, call.TargetMethod.ContainingType);
        if (taken is null || !LockExemptions.IsStable(taken))
        {
            return null;
        }

        state.Acquire(taken);
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.Out && LockContracts.IsGuard(argument.Parameter.Type)
                && _paths.Resolve(argument.Value) is { } place)
            {
                state.Keep(place, taken);
            }
        }

        return taken;
    }

    /// <summary>The <c>lock</c> statement, and what it stands for.</summary>
    private bool ReadMonitor(IInvocationOperation call, LockState state)
    {
        if (call.TargetMethod is not { Name: "Enter" or "Exit",
            ContainingType: { Name: "Monitor", ContainingNamespace.Name: "Threading" } } || call.Arguments.IsEmpty)
        {
            return false;
        }

        if (_paths.Resolve(call.Arguments[0].Value) is { } monitor && LockExemptions.IsStable(monitor))
        {
            if (call.TargetMethod.Name == "Enter")
            {
                state.Acquire(monitor);
            }
            else
            {
                state.Release(monitor, call.Syntax.GetLocation());
            }
        }

        return true;
    }

    private void NoteLocalCall(IMethodSymbol function, LockState state)
    {
        if (IsFinal)
        {
            LocalCalls[function] = LocalCalls.TryGetValue(function, out LockState? known) ? known.Join(state) : state.Copy();
        }
    }

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

    private void CheckAccessor(IPropertyReferenceOperation reference, LockState state)
    {
        bool written = reference.Parent is ISimpleAssignmentOperation assignment && ReferenceEquals(assignment.Target, reference);
        if ((written ? reference.Property.SetMethod : reference.Property.GetMethod) is { } accessor)
        {
            CheckCall(reference, accessor, reference.Instance, state);
        }
    }
}
