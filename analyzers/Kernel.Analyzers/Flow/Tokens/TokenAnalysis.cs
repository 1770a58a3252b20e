using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>A token that proves nothing where it is used.</summary>
internal sealed class TokenFinding(Location location, string token, string reason, Location? ended)
{
    public Location Location { get; } = location;

    public string Token { get; } = token;

    /// <summary>What is wrong, for a token that was never given a value; what ended it otherwise.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where it ended; null for a token without a value.</summary>
    public Location? Ended { get; } = ended;
}

/// <summary>
/// Follows interrupt tokens through one body, from where they are given to where their scope ends or interrupts are enabled.
/// </summary>
internal sealed class TokenAnalysis : ForwardAnalysis<TokenState>
{
    private readonly IMethodSymbol? _method;
    private readonly bool _isTrusted;
    private readonly PathResolver _paths;
    private readonly InterruptContracts _contracts;
    private readonly HashSet<SyntaxNode> _noted = [];
    private readonly HashSet<IOperation> _returned = [];
    private readonly bool _callerRelies;

    public TokenAnalysis(ControlFlowGraph graph, IMethodSymbol? method, bool isTrusted, BodySource bodies, InterruptContracts contracts)
        : base(graph, bodies.Cancellation)
    {
        _contracts = contracts;
        _method = method;
        _isTrusted = isTrusted;
        _paths = new PathResolver(new BodyDefinitions(graph), bodies);
        _callerRelies = method is not null && HeldTokenAnalysis.IsGivenToken(method, _contracts) && !_contracts.Enables(method);
    }

    /// <summary>What was found.</summary>
    public List<TokenFinding> Findings { get; } = [];

    /// <summary>
    /// Whether anything can be found: a token ends only where something lets interrupts in, and only one that a local or parameter
    /// was never given has no value.
    /// </summary>
    public static bool IsNeeded(ControlFlowGraph graph, IMethodSymbol? method, InterruptContracts contracts) =>
        (method is not null && method.Parameters.Any(parameter => parameter.RefKind == RefKind.Out && contracts.IsToken(parameter.Type)))
        || HasTokenWithoutValue(graph.Root, contracts)
        || NestedFunctions.OperationsOf(graph).Any(operation => operation is IInvocationOperation call && contracts.Enables(call.TargetMethod));

    private static bool HasTokenWithoutValue(ControlFlowRegion region, InterruptContracts contracts)
    {
        foreach (ILocalSymbol local in region.Locals)
        {
            if (contracts.IsToken(local.Type) && (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer: not null }))
            {
                return true;
            }
        }

        return region.NestedRegions.Any(nested => HasTokenWithoutValue(nested, contracts));
    }

    /// <summary>Runs the analysis; false if it was too large to finish.</summary>
    public bool Run()
    {
        TokenState entry = new();
        foreach (IOperation operation in NestedFunctions.OperationsOf(Graph))
        {
            if (operation is IDeclarationPatternOperation { DeclaredSymbol: { } declared })
            {
                entry.Assign(declared);
            }
        }

        if (!Run(entry, out TokenState? exit))
        {
            return false;
        }

        if (exit is not null)
        {
            CheckReturned(exit);
            CheckOutParameters(exit);
        }

        return true;
    }

    // Where the type has no field, the compiler lets a token be returned out of the using of its scope.
    private void CheckReturned(TokenState exit)
    {
        foreach (IOperation value in _returned)
        {
            if (exit.Read(new AccessPath(value.Syntax)).Ended is { } ended && _noted.Add(value.Syntax))
            {
                Findings.Add(new TokenFinding(value.Syntax.GetLocation(), value.Syntax.ToString(), Shorten(ended), ended));
            }
        }
    }

    // The compiler lets a struct without fields leave an out parameter as it is.
    private void CheckOutParameters(TokenState exit)
    {
        foreach (IParameterSymbol parameter in _method?.Parameters ?? [])
        {
            if (parameter.RefKind != RefKind.Out || !_contracts.IsToken(parameter.Type) || parameter.Locations.Length == 0)
            {
                continue;
            }

            if (exit.IsAssigned(parameter))
            {
                if (exit.Read(new AccessPath(parameter)).Ended is { } ended)
                {
                    Findings.Add(new TokenFinding(parameter.Locations[0], parameter.Name, Shorten(ended), ended));
                }
            }
            else if (!_isTrusted)
            {
                Findings.Add(new TokenFinding(parameter.Locations[0], parameter.Name, "returning without a value for it", null));
            }
        }
    }

    protected override TokenState? Transfer(IOperation operation, TokenState state)
    {
        Evaluate(operation, state);
        return state;
    }

    protected override TokenState? TransferReturn(IOperation value, TokenState state)
    {
        TokenValue returned = Evaluate(value, state);
        if (_contracts.IsToken(value.Type))
        {
            _returned.Add(value);
            state.Write(new AccessPath(value.Syntax), returned);
        }

        return state;
    }

    protected override TokenState? TransferEdge(BasicBlock block, ControlFlowBranch branch, TokenState state)
    {
        if (block is { ConditionKind: not ControlFlowConditionKind.None, BranchValue: { } condition } && state.SavedIn(condition) is { } saved)
        {
            state.Test(condition.Syntax, ReferenceEquals(branch, block.ConditionalSuccessor), saved);
        }

        return state;
    }

    private TokenValue Evaluate(IOperation? operation, TokenState state)
    {
        switch (operation)
        {
            case null:
                return TokenValue.Fresh;
            case ILocalReferenceOperation reference:
                CheckAssigned(reference, reference.Local, state);
                return Use(reference, state);
            case IParameterReferenceOperation or IInstanceReferenceOperation:
                return Use(operation, state);
            case IFieldReferenceOperation reference:
                return Lead(reference, Evaluate(reference.Instance, state), reference.Instance, state);
            case IPropertyReferenceOperation reference:
                EvaluateAll(reference.Arguments, state);
                return Lead(reference, Evaluate(reference.Instance, state), reference.Instance, state);
            case IFlowCaptureOperation capture:
                TokenValue captured = Evaluate(capture.Value, state);
                state.Write(new AccessPath(capture.Id), captured);
                return captured;
            case IFlowCaptureReferenceOperation capture:
                return state.Read(new AccessPath(capture.Id));
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment, state);
            case IInvocationOperation call:
                return Call(call, state);
            case IObjectCreationOperation creation:
                return EvaluateAll(creation.Arguments, state);
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand, state);
            default:
                EvaluateAll(operation.ChildOperations, state);
                return TokenValue.Fresh;
        }
    }

    private TokenValue EvaluateAll(IEnumerable<IOperation> operations, TokenState state)
    {
        TokenValue all = TokenValue.Fresh;
        foreach (IOperation operation in operations)
        {
            IOperation value = operation is IArgumentOperation argument ? argument.Value : operation;
            if (operation is IArgumentOperation { Parameter.RefKind: RefKind.Out })
            {
                Write(value, TokenValue.Fresh, state);
                continue;
            }

            TokenValue one = Evaluate(value, state);
            all = value.Type is { IsRefLikeType: true } || _contracts.IsToken(value.Type) ? all.Join(one) : all;
        }

        return all;
    }

    /// <summary>A token read from an object comes from the scope that the object is, and ends with it.</summary>
    private TokenValue Lead(IOperation member, TokenValue holder, IOperation? instance, TokenState state)
    {
        if (member.Type is not { IsRefLikeType: true } && !_contracts.IsToken(member.Type))
        {
            return TokenValue.Fresh;
        }

        TokenValue value = holder;
        if (PlaceOf(instance) is { } scope)
        {
            value = new TokenValue(value.Scopes.Add(scope), value.Ended ?? state.EndOf(scope));
        }

        if (_paths.Resolve(member) is { } place)
        {
            value = value.Join(state.Read(place));
        }

        return Check(member, value, state);
    }

    private TokenValue Use(IOperation reference, TokenState state) =>
        PlaceOf(reference) is { } place && (reference.Type is { IsRefLikeType: true } || _contracts.IsToken(reference.Type))
            ? Check(reference, state.Read(place), state)
            : TokenValue.Fresh;

    private TokenValue Check(IOperation use, TokenValue value, TokenState state)
    {
        if (value.Ended is not { } ended || !_contracts.IsToken(use.Type) || IsTarget(use))
        {
            return value;
        }

        if (IsFinal && _noted.Add(use.Syntax))
        {
            Findings.Add(new TokenFinding(use.Syntax.GetLocation(), use.Syntax.ToString(), Shorten(ended), ended));
        }

        // One report for each token: from here on it counts as good.
        if (PlaceOf(use) is { } place)
        {
            state.Write(place, new TokenValue(value.Scopes, null));
        }

        return new TokenValue(value.Scopes, null);
    }

    private void CheckAssigned(ILocalReferenceOperation use, ILocalSymbol local, TokenState state)
    {
        if (_contracts.IsToken(local.Type) && !local.IsRef && !IsTarget(use) && !state.IsAssigned(local))
        {
            state.Assign(local);
            if (IsFinal && !_isTrusted && _noted.Add(use.Syntax))
            {
                Findings.Add(new TokenFinding(use.Syntax.GetLocation(), local.Name,
                    "reading a local that was never given a value", null));
            }
        }
    }

    private TokenValue Assign(ISimpleAssignmentOperation assignment, TokenState state)
    {
        TokenValue value = Evaluate(assignment.Value, state);
        if (assignment.Target is not (ILocalReferenceOperation or IParameterReferenceOperation
            or IDeclarationExpressionOperation))
        {
            EvaluateAll(assignment.Target.ChildOperations, state);
        }

        Write(assignment.Target, value, state);
        return value;
    }

    private void Write(IOperation target, TokenValue value, TokenState state)
    {
        IOperation written = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        switch (written)
        {
            case ILocalReferenceOperation local:
                state.Assign(local.Local);
                if (!IsCounter(written))
                {
                    state.Save(local.Local);
                }

                break;
            case IParameterReferenceOperation parameter:
                state.Assign(parameter.Parameter);
                break;
            case ITupleOperation tuple:
                foreach (IOperation element in tuple.Elements)
                {
                    Write(element, TokenValue.Fresh, state);
                }

                return;
        }

        if (PlaceOf(written) is { } place && (written.Type is { IsRefLikeType: true } || _contracts.IsToken(written.Type)))
        {
            state.Write(place, value);
        }
    }

    // `int i = 0` begins to count; flags that were saved are no constant, unless they are true or false.
    private static bool IsCounter(IOperation target) =>
        target.Parent is ISimpleAssignmentOperation { Value.ConstantValue.HasValue: true, Type.SpecialType: not SpecialType.System_Boolean };

    private TokenValue Call(IInvocationOperation call, TokenState state)
    {
        bool enables = _contracts.Enables(call.TargetMethod);
        TokenValue receiver = enables && _contracts.IsToken(call.Instance?.Type) ? TokenValue.Fresh : Evaluate(call.Instance, state);
        TokenValue result = EvaluateAll(call.Arguments, state);
        if (enables)
        {
            if (call.Instance is { Type.IsRefLikeType: true } scope)
            {
                if (PlaceOf(scope) is { } ended)
                {
                    state.End(ended, call.Syntax.GetLocation());
                }
            }
            else
            {
                // What the caller or a scope goes on to rely on is reported at the call, by KMEM402.
                state.EndAll(call.Syntax.GetLocation(), SavedBefore(call, state),
                    isSpared: place => (_callerRelies && IsOfCaller(place)) || IsScope(place));
            }
        }

        if (call.Instance is { Type.IsRefLikeType: true } && call.Type is { IsRefLikeType: true })
        {
            return Lead(call, result.Join(receiver), call.Instance, state);
        }

        return result;
    }

    /// <summary>The tokens that were there when the flags were saved that a call puts back; null for a call that puts none back.</summary>
    private static ImmutableHashSet<AccessPath>? SavedBefore(IInvocationOperation call, TokenState state)
    {
        ImmutableHashSet<AccessPath>? saved = state.Tested;
        foreach (IOperation given in call.Arguments.Select(static argument => argument.Value).Append(call.Instance).OfType<IOperation>())
        {
            saved = state.SavedIn(given) ?? saved;
        }

        return saved;
    }

    private bool IsScope(AccessPath place) => place is { Root: ILocalSymbol { Type: var type }, Members.IsEmpty: true } && !_contracts.IsToken(type);

    private static bool IsOfCaller(AccessPath place) =>
        place.Root is IParameterSymbol || ReferenceEquals(place.Root, AccessPath.ThisRoot);

    private AccessPath? PlaceOf(IOperation? operation) =>
        operation is IFlowCaptureReferenceOperation capture ? new AccessPath(capture.Id) : _paths.Resolve(operation);

    private static bool IsTarget(IOperation operation) => operation.Parent switch
    {
        ISimpleAssignmentOperation assignment => ReferenceEquals(assignment.Target, operation),
        IArgumentOperation argument => argument.Parameter?.RefKind == RefKind.Out,
        IDeclarationExpressionOperation => true,
        ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple =>
            ReferenceEquals(deconstruction.Target, tuple),
        _ => false,
    };

    private static string Shorten(Location ended)
    {
        SyntaxNode? node = ended.SourceTree?.GetRoot().FindNode(ended.SourceSpan);
        return node is InvocationExpressionSyntax call ? call.ToString() : "the end of its scope";
    }
}
