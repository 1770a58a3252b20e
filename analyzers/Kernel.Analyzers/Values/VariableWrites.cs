using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

/// <summary>Finds where a local or a parameter is written, by reading the whole body that holds it.</summary>
public static class VariableWrites
{
    /// <summary>The outermost operation around this one: the body, initializer or attribute that the compiler bound as one.</summary>
    public static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>All writes to the variable below <paramref name="root"/>, in the order of the text.</summary>
    public static IEnumerable<VariableWrite> Of(ISymbol variable, IOperation root)
    {
        foreach (IOperation operation in root.DescendantsAndSelf())
        {
            if (WriteIn(operation, variable) is { } write)
            {
                yield return write;
            }
        }
    }

    /// <summary>The value of a local that is written once, where it is declared, and never aliased; else null.</summary>
    public static IOperation? OnlyValueOf(ILocalSymbol local, IOperation root)
    {
        // What has no value where it is declared, asked of the text before all of the body is read.
        if (local.DeclaringSyntaxReferences is [var declaration] && declaration.GetSyntax() is not VariableDeclaratorSyntax { Initializer: not null })
        {
            return null;
        }

        IOperation? only = null;
        foreach (VariableWrite write in Of(local, root))
        {
            if (only is not null || write.IsAlias || write.Place is not IVariableDeclaratorOperation)
            {
                return null;
            }

            only = write.Value;
        }

        return only;
    }

    private static VariableWrite? WriteIn(IOperation operation, ISymbol variable)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation declarator:
                if (Same(declarator.Symbol, variable))
                {
                    return declarator.GetVariableInitializer() is { } initializer
                        ? new(declarator, initializer.Value, declarator.Symbol.RefKind != RefKind.None)
                        : null;
                }

                return declarator.Symbol.RefKind != RefKind.None && IsPartOf(declarator.GetVariableInitializer()?.Value, variable)
                    ? new(declarator, value: null, isAlias: true)
                    : null;
            case ISimpleAssignmentOperation assignment:
                return IsPartOf(assignment.Target, variable)
                    ? new(assignment, Refers(assignment.Target, variable) ? assignment.Value : null, assignment.IsRef)
                    : assignment.IsRef && IsPartOf(assignment.Value, variable) ? new(assignment, value: null, isAlias: true) : null;
            case ICompoundAssignmentOperation assignment:
                return IsPartOf(assignment.Target, variable) ? new(assignment, assignment) : null;
            case ICoalesceAssignmentOperation assignment:
                return IsPartOf(assignment.Target, variable) ? new(assignment, assignment.Value) : null;
            case IIncrementOrDecrementOperation step:
                return IsPartOf(step.Target, variable) ? new(step, step) : null;
            case IDeconstructionAssignmentOperation deconstruction:
                return DeconstructionWrite(deconstruction, variable);
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                return IsPartOf(argument.Value, variable) ? new(argument, argument) : null;
            case IAddressOfOperation addressOf:
                return IsPartOf(addressOf.Reference, variable) ? new(addressOf, value: null, isAlias: true) : null;
            case IForEachLoopOperation loop:
                return loop.LoopControlVariable is IVariableDeclaratorOperation control && Same(control.Symbol, variable)
                    ? new(loop, loop.Collection)
                    : null;
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared } pattern when Same(declared, variable):
                return new(pattern, InputOf(pattern));
            case IRecursivePatternOperation { DeclaredSymbol: { } declared } pattern when Same(declared, variable):
                return new(pattern, value: null);
            case IInvocationOperation { Instance: { } instance } call when MayChange(call.TargetMethod, instance):
                return IsPartOf(instance, variable) ? new(call, value: null) : null;
            default:
                return null;
        }
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

    private static VariableWrite? DeconstructionWrite(IDeconstructionAssignmentOperation deconstruction, ISymbol variable)
    {
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation { Expression: var declared } ? declared : deconstruction.Target;
        if (target is not ITupleOperation targets)
        {
            return null;
        }

        var values = Unconverted(deconstruction.Value) as ITupleOperation;
        for (int index = 0; index < targets.Elements.Length; index++)
        {
            if (IsPartOf(targets.Elements[index], variable))
            {
                return new(deconstruction, values is not null && values.Elements.Length == targets.Elements.Length ? values.Elements[index] : null);
            }
        }

        return null;
    }

    private static IOperation Unconverted(IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    private static bool MayChange(IMethodSymbol method, IOperation instance) =>
        instance.Type is { IsValueType: true, IsReadOnly: false } && !method.IsReadOnly && !method.IsStatic
        && method.ContainingType.SpecialType == SpecialType.None;

    /// <summary>Whether the operation is the variable, or a field (of a field…) of the struct in it.</summary>
    private static bool IsPartOf(IOperation? operation, ISymbol variable) => operation switch
    {
        IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance } => IsPartOf(instance, variable),
        IDeclarationExpressionOperation declaration => IsPartOf(declaration.Expression, variable),
        ITupleOperation tuple => AnyIsPartOf(tuple, variable),
        not null => Refers(operation, variable),
        null => false,
    };

    private static bool AnyIsPartOf(ITupleOperation tuple, ISymbol variable)
    {
        foreach (IOperation element in tuple.Elements)
        {
            if (IsPartOf(element, variable))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Refers(IOperation operation, ISymbol variable) => operation switch
    {
        ILocalReferenceOperation local => Same(local.Local, variable),
        IParameterReferenceOperation parameter => Same(parameter.Parameter, variable),
        IDeclarationExpressionOperation declaration => Refers(declaration.Expression, variable),
        _ => false,
    };

    private static bool Same(ISymbol? left, ISymbol right) => SymbolEqualityComparer.Default.Equals(left, right);
}
