using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Owners;

/// <summary>
/// Follows values that their owner did not make through one body, from the making to where they are used: read, stored, passed
/// or returned. A value that is overwritten first, or that only fills an <c>out</c> parameter of a call that fails, is none.
/// </summary>
internal sealed class MadeAnalysis : ForwardAnalysis<MadeState>
{
    private readonly IMethodSymbol? _method;
    private readonly Func<ITypeSymbol?, bool> _isOwned;
    private readonly Makers _makers;
    private readonly BodyDefinitions _definitions;
    private readonly MadeMembers _members;
    private readonly Dictionary<SyntaxNode, Making> _makings = [];

    public MadeAnalysis(
        ControlFlowGraph graph, IMethodSymbol? method, Func<ITypeSymbol?, bool> isOwned, BodySource bodies, MakingSummaries summaries)
        : base(graph, bodies.Cancellation)
    {
        _method = method;
        _isOwned = isOwned;
        _makers = new Makers(isOwned, summaries, graph.OriginalOperation.SemanticModel);
        _definitions = new BodyDefinitions(graph);
        _members = new MadeMembers(isOwned, Note);
    }

    /// <summary>Each making whose value is used, with its first use.</summary>
    public Dictionary<Making, Location> Used { get; } = [];

    /// <summary>The <c>out</c> parameters that keep such a value where the method does not fail.</summary>
    public HashSet<IParameterSymbol> HandedOut { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Whether such a value is returned.</summary>
    public bool ReturnsMade { get; private set; }

    /// <summary>Whether a value is made at all, or a local left without one: otherwise there is none to follow.</summary>
    public bool IsNeeded() => LocalsWithoutValue(Graph.Root).Any() || NestedFunctions.OperationsOf(Graph).Any(operation =>
        _makers.Of(operation) is not null || _members.Make(operation) || (operation is IArgumentOperation argument && _makers.OfOut(argument) is not null));

    /// <summary>Runs the analysis; false if it was too large to finish.</summary>
    public bool Run()
    {
        MadeState entry = new();
        foreach (ILocalSymbol local in LocalsWithoutValue(Graph.Root))
        {
            SyntaxNode declaration = local.DeclaringSyntaxReferences[0].GetSyntax(Cancellation);
            entry.Write(local, [Note(new Making(declaration, local.Type, "a local that was never given a value"))]);
        }

        if (!Run(entry, out MadeState? exit))
        {
            return false;
        }

        if (exit is not null && _method is { ReturnsVoid: true })
        {
            CheckOutParameters(exit);
        }

        return true;
    }

    protected override MadeState? Transfer(IOperation operation, MadeState state)
    {
        Evaluate(operation is IExpressionStatementOperation statement ? statement.Operation : operation, state);
        return state;
    }

    protected override MadeState? TransferReturn(IOperation value, MadeState state)
    {
        ImmutableHashSet<Making> returned = Use(value, state);
        ReturnsMade |= IsFinal && !returned.IsEmpty;
        if (value.ConstantValue is { HasValue: true, Value: true })
        {
            CheckOutParameters(state);
        }

        return state;
    }

    // Without fields a struct counts as assigned for the compiler from the start.
    private IEnumerable<ILocalSymbol> LocalsWithoutValue(ControlFlowRegion region)
    {
        foreach (ILocalSymbol local in region.Locals)
        {
            if (_isOwned(local.Type)
                && local is { IsRef: false, DeclaringSyntaxReferences: [var reference] }
                && reference.GetSyntax(Cancellation) is VariableDeclaratorSyntax { Initializer: null, Parent.Parent: LocalDeclarationStatementSyntax })
            {
                yield return local;
            }
        }

        foreach (ControlFlowRegion nested in region.NestedRegions)
        {
            foreach (ILocalSymbol local in LocalsWithoutValue(nested))
            {
                yield return local;
            }
        }
    }

    private void CheckOutParameters(MadeState state)
    {
        foreach (IParameterSymbol parameter in _method?.Parameters ?? [])
        {
            if (IsFinal && parameter.RefKind == RefKind.Out && state.Read(parameter) is { IsEmpty: false } makings)
            {
                HandedOut.Add(parameter);
                Report(makings, parameter.Locations.Length > 0 ? parameter.Locations[0] : Location.None);
            }
        }
    }

    private ImmutableHashSet<Making> Use(IOperation? operation, MadeState state)
    {
        ImmutableHashSet<Making> makings = Evaluate(operation, state);
        if (IsFinal && operation is not null)
        {
            Report(makings.Except(makings.Where(static making => making.IsStorage)), operation.Syntax.GetLocation());
        }

        Touch(operation, state);
        return makings;
    }

    /// <summary>Room that somebody else sees, or of which an element is written, may have been filled.</summary>
    private static void Touch(IOperation? operation, MadeState state)
    {
        IOperation? room = operation is IConversionOperation conversion ? conversion.Operand : operation;
        if (room is not null && PlaceOf(room) is { } place && state.Read(place) is { IsEmpty: false } held)
        {
            state.Write(place, held.Except(held.Where(static making => making.IsStorage)));
        }
    }

    private void TouchAll(IOperation target, MadeState state)
    {
        foreach (IOperation child in target.ChildOperations)
        {
            Evaluate(child, state);
            Touch(child, state);
        }
    }

    private static bool IsElement(IOperation operation) =>
        operation is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true }
        || (operation.Kind == OperationKind.None && operation.Syntax is ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax);

    private void Report(ImmutableHashSet<Making> makings, Location use)
    {
        foreach (Making making in makings)
        {
            if (!Used.ContainsKey(making))
            {
                Used.Add(making, use);
            }
        }
    }

    private Making Note(Making making)
    {
        if (!_makings.TryGetValue(making.Syntax, out Making? known))
        {
            _makings.Add(making.Syntax, known = making);
        }

        return known;
    }

    private ImmutableHashSet<Making> Evaluate(IOperation? operation, MadeState state)
    {
        switch (operation)
        {
            case null:
                return MadeState.None;
            case ILocalReferenceOperation reference:
                return state.Read(reference.Local);
            case IParameterReferenceOperation reference:
                return state.Read(reference.Parameter);
            case IFlowCaptureReferenceOperation capture:
                return state.Read(capture.Id);
            case IFlowCaptureOperation capture:
                state.Write(capture.Id, Evaluate(capture.Value, state));
                _members.Assign(capture.Id, capture.Value.Type, capture.Value, state);
                return MadeState.None;
            case IFieldReferenceOperation reference when _members.PlaceOf(reference) is { } member:
                return state.Read(member);
            case IParenthesizedOperation parenthesized:
                return Evaluate(parenthesized.Operand, state);
            case IConversionOperation { OperatorMethod: null } conversion when Keeps(conversion):
                return Evaluate(conversion.Operand, state);
            case ISimpleAssignmentOperation { IsRef: true } binding:
                TouchAll(binding.Value, state);
                _members.Forget(binding.Value, state);
                return MadeState.None;
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment.Target, assignment.Value, state);
            case IDeconstructionAssignmentOperation { Target: var target, Value: var value }:
                return Deconstruct(target, value, state);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                Evaluate(comparison.LeftOperand, state);
                Evaluate(comparison.RightOperand, state);
                return MadeState.None;
            case IIsPatternOperation pattern:
                Evaluate(pattern.Value, state);
                return MadeState.None;
            case ITupleOperation tuple when SaysNo(tuple):
                foreach (IOperation element in tuple.Elements)
                {
                    Evaluate(element, state);
                }

                return MadeState.None;
            case IInvocationOperation call:
                return Call(call, state);
            case INameOfOperation or ITypeOfOperation or ISizeOfOperation or IAnonymousFunctionOperation:
                return MadeState.None;
            case IAddressOfOperation { Reference: ILocalReferenceOperation or IParameterReferenceOperation }:
                // Whoever gets the address may be the one who fills what is there.
                _members.Forget(operation, state);
                return MadeState.None;
        }

        foreach (IOperation child in operation.ChildOperations)
        {
            ImmutableHashSet<Making> held = IsElement(operation) ? Evaluate(child, state) : MadeState.None;
            if (IsFinal)
            {
                Report(held, operation.Syntax.GetLocation());
            }

            Use(child, state);
        }

        return _makers.Of(operation) is { } making ? [Note(making)] : MadeState.None;
    }

    private ImmutableHashSet<Making> Call(IInvocationOperation call, MadeState state)
    {
        bool compares = call.TargetMethod is { Name: "Equals" or "ReferenceEquals" or "CompareTo", ReturnType.SpecialType: SpecialType.System_Boolean or SpecialType.System_Int32 };
        if (compares)
        {
            Evaluate(call.Instance, state);
        }
        else
        {
            Use(call.Instance, state);
            _members.Forget(call.Instance, state);
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref && (PlaceOf(argument.Value) ?? _members.PlaceOf(argument.Value)) is { } place)
            {
                _members.Forget(argument.Value, state);
                Making? left = argument.Parameter.RefKind == RefKind.Out ? _makers.OfOut(argument) : null;
                Write(place, left is null ? MadeState.None : [Note(left)], argument.Value, state);
            }
            else if (compares)
            {
                Evaluate(argument.Value, state);
            }
            else if (argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref)
            {
                TouchAll(argument.Value, state);
            }
            else
            {
                Use(argument.Value, state);
            }
        }

        return _makers.Of(call) is { } making ? [Note(making)] : MadeState.None;
    }

    private ImmutableHashSet<Making> Assign(IOperation target, IOperation value, MadeState state)
    {
        if (Graph.OriginalOperation is IParameterInitializerOperation)
        {
            return Use(value, state);
        }

        if ((PlaceOf(target) ?? _members.PlaceOf(target)) is { } place)
        {
            ImmutableHashSet<Making> written = Evaluate(value, state);
            Write(place, written, value, state);
            if (place is ILocalSymbol local && !_definitions.IsShared(local))
            {
                _members.Assign(local, local.Type, value, state);
            }

            return written;
        }

        if (target is IDiscardOperation)
        {
            Evaluate(value, state);
            return MadeState.None;
        }

        // An instance whose member is set, or an index; the target itself is written, not read.
        TouchAll(target, state);
        return Use(value, state);
    }

    private ImmutableHashSet<Making> Deconstruct(IOperation target, IOperation value, MadeState state)
    {
        IOperation left = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        IOperation right = value is IConversionOperation { OperatorMethod: null } conversion ? conversion.Operand : value;
        if (left is ITupleOperation targets && right is ITupleOperation values && targets.Elements.Length == values.Elements.Length)
        {
            for (int index = 0; index < targets.Elements.Length; index++)
            {
                Assign(targets.Elements[index], values.Elements[index], state);
            }

            return MadeState.None;
        }

        Use(value, state);
        if (left is ITupleOperation assigned)
        {
            foreach (IOperation element in assigned.Elements)
            {
                if (PlaceOf(element) is { } place)
                {
                    state.Write(place, MadeState.None);
                }
            }
        }

        return MadeState.None;
    }

    private void Write(object place, ImmutableHashSet<Making> value, IOperation from, MadeState state)
    {
        // What a lambda sees may be read at any time; a `ref` parameter belongs to the caller.
        if (place is ISymbol symbol && (_definitions.IsShared(symbol) || symbol is IParameterSymbol { RefKind: RefKind.Ref }))
        {
            if (IsFinal)
            {
                Report(value, from.Syntax.GetLocation());
            }

            value = MadeState.None;
        }

        state.Write(place, value);
    }

    // The literal `default` is converted to the type that it gets.
    private static bool Keeps(IConversionOperation conversion) =>
        conversion.Operand is IDefaultValueOperation || conversion.Operand.Syntax is StackAllocArrayCreationExpressionSyntax
        || SymbolEqualityComparer.Default.Equals(conversion.Operand.Type, conversion.Type);

    private static object? PlaceOf(IOperation target) => target switch
    {
        ILocalReferenceOperation { Local.IsRef: false } reference => reference.Local,
        IParameterReferenceOperation reference => reference.Parameter,
        IDeclarationExpressionOperation declaration => PlaceOf(declaration.Expression),
        _ => null,
    };

    /// <summary>Whether the tuple says in one element that the others mean nothing.</summary>
    private static bool SaysNo(ITupleOperation tuple)
    {
        foreach (IOperation element in tuple.Elements)
        {
            if (element.ConstantValue is { HasValue: true, Value: false })
            {
                return true;
            }
        }

        return false;
    }
}
