using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>One place that gives a local or a parameter a value, or lets someone else do so.</summary>
/// <param name="place">The declarator, assignment, argument, pattern or loop.</param>
/// <param name="value">What is written, where the text says so: for <c>a op= b</c> the operation itself, for <c>foreach</c> the collection.</param>
/// <param name="isAlias">Whether the variable can be written from elsewhere after this: its address or a reference to it was taken.</param>
public readonly struct VariableWrite(IOperation place, IOperation? value, bool isAlias = false)
{
    public IOperation Place { get; } = place;

    public IOperation? Value { get; } = value;

    public bool IsAlias { get; } = isAlias;
}

/// <summary>All writes to the locals and parameters of a body, in the order of the text.</summary>
internal sealed class VariableWrites
{
    private readonly Dictionary<ISymbol, List<VariableWrite>> _writes = new(SymbolEqualityComparer.Default);

    /// <summary>The writes to the variable.</summary>
    public IReadOnlyList<VariableWrite> To(ISymbol variable) => _writes.TryGetValue(variable, out List<VariableWrite>? writes) ? writes : [];

    /// <summary>Notes what the operation itself writes, not what stands below it.</summary>
    public void Read(IOperation operation)
    {
        // All operations of a body come by: their kind is a cheaper question than their type.
        switch (operation.Kind)
        {
            case OperationKind.VariableDeclarator:
                ReadDeclarator((IVariableDeclaratorOperation)operation);
                break;
            case OperationKind.SimpleAssignment:
                ReadAssignment((ISimpleAssignmentOperation)operation);
                break;
            case OperationKind.CompoundAssignment:
                ReadTargets(((ICompoundAssignmentOperation)operation).Target, new(operation, operation));
                break;
            case OperationKind.CoalesceAssignment when operation is ICoalesceAssignmentOperation assignment:
                ReadTargets(assignment.Target, new(assignment, assignment.Value));
                break;
            case OperationKind.Increment or OperationKind.Decrement:
                ReadTargets(((IIncrementOrDecrementOperation)operation).Target, new(operation, operation));
                break;
            case OperationKind.DeconstructionAssignment:
                ReadDeconstruction((IDeconstructionAssignmentOperation)operation);
                break;
            case OperationKind.Argument when operation is IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                ReadTargets(argument.Value, new(argument, argument));
                break;
            case OperationKind.AddressOf:
                ReadTargets(((IAddressOfOperation)operation).Reference, new(operation, value: null, isAlias: true));
                break;
            case OperationKind.Loop when operation is IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation control } loop:
                Add(control.Symbol, new(loop, loop.Collection));
                break;
            case OperationKind.DeclarationPattern when operation is IDeclarationPatternOperation { DeclaredSymbol: { } declared } pattern:
                Add(declared, new(pattern, InputOf(pattern)));
                break;
            case OperationKind.RecursivePattern when operation is IRecursivePatternOperation { DeclaredSymbol: { } declared } pattern:
                Add(declared, new(pattern, value: null));
                break;
            case OperationKind.Invocation when operation is IInvocationOperation { Instance: { } instance } call && MayChange(call.TargetMethod, instance):
                ReadTargets(instance, new(call, value: null));
                break;
        }
    }

    private void ReadAssignment(ISimpleAssignmentOperation assignment)
    {
        ReadTargets(assignment.Target, new(assignment, value: null, assignment.IsRef), new(assignment, assignment.Value, assignment.IsRef));
        if (assignment.IsRef)
        {
            ReadTargets(assignment.Value, new(assignment, value: null, isAlias: true));
        }
    }

    private void ReadDeclarator(IVariableDeclaratorOperation declarator)
    {
        if (declarator.GetVariableInitializer() is not { } initializer)
        {
            return;
        }

        bool isReference = declarator.Symbol.RefKind != RefKind.None;
        Add(declarator.Symbol, new(declarator, initializer.Value, isReference));
        if (isReference)
        {
            ReadTargets(initializer.Value, new(declarator, value: null, isAlias: true));
        }
    }

    private void ReadDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation { Expression: var declared } ? declared : deconstruction.Target;
        if (target is not ITupleOperation targets)
        {
            return;
        }

        var values = deconstruction.Value.Innermost() as ITupleOperation;
        for (int index = 0; index < targets.Elements.Length; index++)
        {
            IOperation? value = values?.Elements.Length == targets.Elements.Length ? values.Elements[index] : null;
            ReadTargets(targets.Elements[index], new(deconstruction, value));
        }
    }

    private void ReadTargets(IOperation? target, VariableWrite write) => ReadTargets(target, write, write);

    /// <summary>Notes the write for the variable, and <paramref name="part"/> for a variable of which only a field or an element is written.</summary>
    private void ReadTargets(IOperation? target, VariableWrite part, VariableWrite whole)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                Add(local.Local, whole);
                break;
            case IParameterReferenceOperation parameter:
                Add(parameter.Parameter, whole);
                break;
            case IDeclarationExpressionOperation declaration:
                ReadTargets(declaration.Expression, part, whole);
                break;
            case IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance }:
                ReadTargets(instance, part, part);
                break;
            case ITupleOperation tuple:
                foreach (IOperation element in tuple.Elements)
                {
                    ReadTargets(element, part, part);
                }

                break;
        }
    }

    private void Add(ISymbol variable, VariableWrite write)
    {
        if (!_writes.TryGetValue(variable, out List<VariableWrite>? writes))
        {
            _writes.Add(variable, writes = []);
        }

        writes.Add(write);
    }

    // What a pattern is matched against: the value of `is`, `switch` or a case, or the member that a property pattern names.
    private static IOperation? InputOf(IPatternOperation pattern)
    {
        IOperation outermost = pattern;
        while (outermost.Parent is IBinaryPatternOperation or INegatedPatternOperation)
        {
            outermost = outermost.Parent;
        }

        return outermost.Parent switch
        {
            IIsPatternOperation test => test.Value,
            IPropertySubpatternOperation property => property.Member,
            ISwitchExpressionArmOperation { Parent: ISwitchExpressionOperation choice } => choice.Value,
            IPatternCaseClauseOperation { Parent: ISwitchCaseOperation { Parent: ISwitchOperation choice } } => choice.Value,
            _ => null,
        };
    }

    private static bool MayChange(IMethodSymbol method, IOperation instance) =>
        instance.Type is { IsValueType: true, IsReadOnly: false } && !method.IsReadOnly && !method.IsStatic
        && method.ContainingType.SpecialType == SpecialType.None;
}
