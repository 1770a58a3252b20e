using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>
/// Follows what holds interrupt tokens through one body: the caller, while a token is a parameter; a scope or guard until it is
/// disposed. A call that enables interrupts breaks what is held at that moment, unless it puts back flags that were saved since.
/// </summary>
internal sealed class HeldTokenAnalysis : ForwardAnalysis<HeldState>
{
    private static readonly AccessPath s_caller = new("the caller");

    private readonly bool _callerHolds;
    private readonly string _callerToken;
    private readonly InterruptContracts _contracts;
    private readonly EnablingSummaries _summaries;
    private readonly PathResolver _paths;
    private readonly BodyDefinitions _definitions;
    private readonly HashSet<ISymbol> _putBack = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _passedBack = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxNode, SyntaxNode?> _inside = [];
    private readonly HashSet<SyntaxNode> _noted = [];

    public HeldTokenAnalysis(ControlFlowGraph graph, IMethodSymbol? method, bool callerHolds, BodySource bodies, EnablingSummaries summaries)
        : base(graph, bodies.Cancellation)
    {
        _callerHolds = callerHolds;
        _contracts = summaries.Contracts;
        _summaries = summaries;
        _definitions = new BodyDefinitions(graph);
        _paths = new PathResolver(_definitions, bodies);
        _callerToken = method?.Parameters.FirstOrDefault(parameter => _contracts.Carries(parameter.Type))?.Name ?? "this";
    }

    /// <summary>What was found.</summary>
    public List<HeldFinding> Findings { get; } = [];

    /// <summary>The first call that lets interrupts in while the caller relies on a token.</summary>
    public SyntaxNode? InCaller { get; private set; }

    /// <summary>Whether the caller hands the method a token, so that it holds one all the while.</summary>
    public static bool IsGivenToken(IMethodSymbol method, InterruptContracts contracts) =>
        method.Parameters.Any(parameter => parameter.RefKind != RefKind.Out && contracts.Carries(parameter.Type))
        || (!method.IsStatic && contracts.Carries(method.ContainingType));

    /// <summary>
    /// Whether anything can be found: a call that may let interrupts in, a scope that does so at its end, or a value that is the
    /// interrupt flag by its name.
    /// </summary>
    public static bool IsNeeded(ControlFlowGraph graph, EnablingSummaries summaries) => NestedFunctions.OperationsOf(graph).Any(operation => operation switch
    {
        IInvocationOperation { TargetMethod: var method } call => MayEnable(method, summaries) || IsScope(call.Type, summaries),
        IPropertyReferenceOperation { Property: var property } read =>
            summaries.MayEnable(property.Name) || InterruptContracts.SpeaksOfState(property.Name) || IsScope(read.Type, summaries),
        IObjectCreationOperation creation => IsScope(creation.Type, summaries),
        ILocalReferenceOperation { Local: var local } => InterruptContracts.SpeaksOfState(local.Name),
        _ => false,
    });

    private static bool MayEnable(IMethodSymbol method, EnablingSummaries summaries) =>
        summaries.Contracts.Enables(method) || InterruptContracts.SpeaksOfState(method.Name) || summaries.MayEnable((method.AssociatedSymbol ?? method).Name);

    private static bool IsScope(ITypeSymbol? type, EnablingSummaries summaries) =>
        type is not null && summaries.Contracts.Carries(type) && summaries.Contracts.IsScope(type);

    /// <summary>Runs the analysis; false if it was too large to finish.</summary>
    public bool Run()
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(Graph))
        {
            if (operation is IInvocationOperation call && _contracts.Enables(call.TargetMethod))
            {
                _putBack.UnionWith(LocalsIn(call));
                _passedBack.UnionWith(call.Arguments.SelectMany(static argument => LocalsIn(argument.Value)));
                if (call.Instance is ILocalReferenceOperation { Local: var instance })
                {
                    _passedBack.Add(instance);
                }
            }
        }

        foreach (BasicBlock block in Graph.Blocks)
        {
            if (block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition })
            {
                _putBack.UnionWith(LocalsIn(condition));
            }
        }

        HeldState entry = new();
        if (_callerHolds)
        {
            entry.Take(s_caller);
        }

        return Run(entry, out _);
    }

    private static IEnumerable<ILocalSymbol> LocalsIn(IOperation operation) =>
        operation.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Select(static used => used.Local);

    protected override HeldState? Transfer(IOperation operation, HeldState state)
    {
        Evaluate(operation, state);
        return state;
    }

    protected override HeldState? TransferEdge(BasicBlock block, ControlFlowBranch branch, HeldState state)
    {
        if (block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition } && StateIn(condition, state) is { } tested)
        {
            state.Test(condition.Syntax, ReferenceEquals(branch, block.ConditionalSuccessor), tested);
            foreach (ILocalReferenceOperation used in condition.DescendantsAndSelf().OfType<ILocalReferenceOperation>())
            {
                state.Save(used.Local, state.SavedIn(used.Local)?.PutBack());
            }
        }

        return state;
    }

    protected override HeldState? TransferReturn(IOperation value, HeldState state)
    {
        Evaluate(value, state);
        if (_contracts.Carries(value.Type) && _paths.Resolve(value) is { } returned)
        {
            ReportHolder(returned, state);
        }

        return state;
    }

    private void Evaluate(IOperation operation, HeldState state)
    {
        foreach (IOperation child in operation.ChildOperations)
        {
            if (child is not IAnonymousFunctionOperation)
            {
                Evaluate(child, state);
            }
        }

        switch (operation)
        {
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                Assign(assignment, state);
                break;
            case IFlowCaptureOperation capture when IsHolder(capture.Value.Type, capture.Value) && Opens(capture.Value) && IsDisposed(capture.Id):
                state.Take(new AccessPath(capture.Id));
                break;
            case IInvocationOperation call:
                Call(call, state);
                break;
            case IPropertyReferenceOperation reference when reference.Instance?.Type is not { IsRefLikeType: true }:
                Use(reference, state);
                break;
        }
    }

    private static bool Opens(IOperation value) => value switch
    {
        IConversionOperation { IsImplicit: true } conversion => Opens(conversion.Operand),
        IObjectCreationOperation creation => creation.Constructor is { IsImplicitlyDeclared: false },
        _ => value is IInvocationOperation or IPropertyReferenceOperation,
    };

    /// <summary>Whether a token can be read from the value, or one was asked for to make the guard that it is.</summary>
    private bool IsHolder(ITypeSymbol? type, IOperation value) => _contracts.Carries(type) || (Contract.Has(type, Contract.LockGuard) && value switch
    {
        IConversionOperation { IsImplicit: true } conversion => IsHolder(type, conversion.Operand),
        IInvocationOperation call => call.Arguments.Any(argument => _contracts.Carries(argument.Value.Type)),
        IObjectCreationOperation creation => creation.Arguments.Any(argument => _contracts.Carries(argument.Value.Type)),
        _ => false,
    });

    /// <summary>A property is a call, too, of one accessor or the other.</summary>
    private void Use(IPropertyReferenceOperation reference, HeldState state)
    {
        bool isWritten = reference.Parent is ISimpleAssignmentOperation assignment && ReferenceEquals(assignment.Target, reference);
        IMethodSymbol? accessor = isWritten ? reference.Property.SetMethod : reference.Property.GetMethod;
        if (!state.Held.IsEmpty && accessor is not null && _summaries.Of(accessor, Graph) is { } inside)
        {
            Enable(reference, Broken(state), inside, state);
        }
    }

    private void Assign(ISimpleAssignmentOperation assignment, HeldState state)
    {
        IOperation target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        if (target is not ILocalReferenceOperation { Local: { IsRef: false } local })
        {
            return;
        }

        if (IsHolder(local.Type, assignment.Value))
        {
            AccessPath place = new(local);
            bool opens = Opens(assignment.Value);
            if (opens && _contracts.IsScope(local.Type) && state.Find(place) is not null)
            {
                Note(new HeldFinding(assignment.Syntax, local.Name, null, isOverwritten: true));
            }

            state.End(place);
            if (opens)
            {
                state.Take(place);
            }

            return;
        }

        SavedState? saved = IsStateSource(assignment.Value, local) ? new SavedState(state.Held, assignment.Syntax, isPending: true)
            : StateIn(assignment.Value, state) is { } derived ? new SavedState(derived.With, derived.At, isPending: true) : null;
        if (saved is not null && state.SavedIn(local) is { IsPending: true, With: { } before } lost && saved.With is { } now
            && _putBack.Contains(local) && !ReferenceEquals(lost.At, assignment.Syntax) && now.IsProperSupersetOf(before))
        {
            Note(new HeldFinding(assignment.Syntax, local.Name, lost.At, isOverwritten: true));
        }

        state.Save(local, saved);
    }

    private void Call(IInvocationOperation call, HeldState state)
    {
        IOperation? scope = call.Instance is { Type.IsRefLikeType: true } ? call.Instance : null;
        AccessPath? place = scope is null ? null : _paths.Resolve(scope);
        bool ends = call.TargetMethod is { Name: "Dispose", Parameters.IsEmpty: true };
        if (_contracts.Enables(call.TargetMethod))
        {
            if (scope is not null)
            {
                if (place is not null && state.Find(place) is { } ended)
                {
                    ReportHolder(place, state);
                    state.End(place);
                    Enable(call, state.Held.Except(ended.With), null, state);
                }

                return;
            }

            Enable(call, Broken(call, state), null, state);
        }
        else if (ends && place is not null && state.Find(place) is not null)
        {
            ReportHolder(place, state);
            state.End(place);
        }
        else if (scope is null && !state.Held.IsEmpty && _summaries.Of(call.TargetMethod, Graph) is { } inside)
        {
            Enable(call, Broken(call, state), inside, state);
        }
    }

    private void Enable(IOperation call, ImmutableHashSet<AccessPath> broken, SyntaxNode? inside, HeldState state)
    {
        if (broken.IsEmpty)
        {
            return;
        }

        _inside[call.Syntax] = inside;
        if (broken.Contains(s_caller))
        {
            InCaller ??= call.Syntax;
            Note(new HeldFinding(call.Syntax, _callerToken, inside, isOverwritten: false));
            return;
        }

        state.Enable(broken, call.Syntax);
    }

    /// <summary>What is held, and was not yet when the flags that the call puts back were saved.</summary>
    private ImmutableHashSet<AccessPath> Broken(IInvocationOperation call, HeldState state)
    {
        ImmutableHashSet<AccessPath> broken = Broken(state);
        foreach (IOperation given in call.Arguments.Select(static argument => argument.Value).Concat(call.Instance is { } instance ? [instance] : []))
        {
            if (_contracts.Carries(given.Type) || given is IInstanceReferenceOperation || given.ConstantValue.HasValue)
            {
                continue;
            }

            if (StateIn(given, state, isPassed: true) is not { } saved)
            {
                continue;
            }

            broken = saved.With is { } with ? broken.Except(with) : [];
            foreach (ILocalReferenceOperation used in given.DescendantsAndSelf().OfType<ILocalReferenceOperation>())
            {
                state.Save(used.Local, state.SavedIn(used.Local)?.PutBack());
            }
        }

        return broken;
    }

    private static ImmutableHashSet<AccessPath> Broken(HeldState state)
    {
        ImmutableHashSet<AccessPath> broken = state.Held;
        foreach (SavedState tested in state.Tested)
        {
            broken = tested.With is { } with ? broken.Except(with) : [];
        }

        return broken;
    }

    /// <summary>The saved flags that an expression speaks of; null where it speaks of none.</summary>
    private SavedState? StateIn(IOperation expression, HeldState state, bool isPassed = false)
    {
        SavedState? found = null;
        foreach (IOperation part in expression.DescendantsAndSelf())
        {
            SavedState? one = part switch
            {
                ILocalReferenceOperation { Local: var local } => state.SavedIn(local) ?? (isPassed ? Unknown(part) : null),
                IParameterReferenceOperation { Parameter: { } parameter }
                    when isPassed || InterruptContracts.SpeaksOfState(parameter.Name) => Unknown(part),
                IFieldReferenceOperation { Field: { IsConst: false } field }
                    when isPassed || InterruptContracts.SpeaksOfState(field.Name) => Unknown(part),
                IPropertyReferenceOperation { Property: { } property }
                    when isPassed || InterruptContracts.SpeaksOfState(property.Name) => new SavedState(state.Held, part.Syntax, false),
                IInvocationOperation { TargetMethod: { } called }
                    when isPassed || InterruptContracts.SpeaksOfState(called.Name) => new SavedState(state.Held, part.Syntax, false),
                IFlowCaptureReferenceOperation capture when _definitions.Captured(capture.Id) is { } captured && !ReferenceEquals(captured, expression) =>
                    captured is IFlowCaptureReferenceOperation ? Unknown(part) : StateIn(captured, state, isPassed),
                IFlowCaptureReferenceOperation when isPassed => Unknown(part),
                _ => null,
            };
            found = one is null ? found : found?.Join(one) ?? one;
        }

        return found;
    }

    private static SavedState Unknown(IOperation part) => new(null, part.Syntax, isPending: false);

    /// <summary>Whether the value is read from the processor, by its name or because it is put back later.</summary>
    private bool IsStateSource(IOperation value, ILocalSymbol local)
    {
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            string? name = part switch
            {
                IInvocationOperation { TargetMethod: { } called } => called.Name,
                IPropertyReferenceOperation { Property: { } property } => property.Name,
                _ => null,
            };
            if (name is not null && (InterruptContracts.SpeaksOfState(name) || (_putBack.Contains(local) && InterruptContracts.SpeaksOfState(local.Name))
                || _passedBack.Contains(local)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a <c>using</c> without a variable disposes the value.</summary>
    private bool IsDisposed(CaptureId id) => NestedFunctions.OperationsOf(Graph).Any(operation => operation is IInvocationOperation
        { IsImplicit: true, TargetMethod.Name: "Dispose", Instance: IFlowCaptureReferenceOperation { Id: var disposed } } && disposed.Equals(id));

    private void ReportHolder(AccessPath place, HeldState state)
    {
        foreach (SyntaxNode call in state.Find(place)?.Enabled ?? [])
        {
            Note(new HeldFinding(call, NameOf(place), _inside.TryGetValue(call, out SyntaxNode? inside) ? inside : null, isOverwritten: false));
        }
    }

    private string NameOf(AccessPath place) =>
        place.Root is CaptureId id && _definitions.Captured(id) is { } value ? value.Syntax.ToString() : place.ToString();

    private void Note(HeldFinding finding)
    {
        if (IsFinal && _noted.Add(finding.At))
        {
            Findings.Add(finding);
        }
    }
}
