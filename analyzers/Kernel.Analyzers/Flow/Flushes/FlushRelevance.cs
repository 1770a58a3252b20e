using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Says quickly whether a body can owe a flush at all.</summary>
/// <param name="owes">Whether a method leaves a flush to its caller by contract.</param>
/// <param name="shapesFor">Gives what tells pointers to entries from others, if it is asked for.</param>
internal sealed class FlushRelevance(Func<IMethodSymbol, bool> owes, Func<TableShapes> shapesFor) : BodyLook
{
    /// <summary>What is to be looked at.</summary>
    public static readonly ImmutableArray<OperationKind> Kinds =
    [
        OperationKind.SimpleAssignment, OperationKind.CompoundAssignment, OperationKind.CoalesceAssignment, OperationKind.DeconstructionAssignment,
        OperationKind.Increment, OperationKind.Decrement, OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.VariableDeclarator,
        OperationKind.Using,
    ];

    private TableShapes? _shapes;

    /// <summary>Whether the body itself changes an entry, makes a value that stands for a flush, or is told that it owes one.</summary>
    public bool Matters { get; private set; }

    private TableShapes Shapes => _shapes ??= shapesFor();

    protected override void Look(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                Matters = Matters || CanOwe(call);
                AddCalled(call.TargetMethod);
                break;
            case IVariableDeclaratorOperation declarator:
                AddDispose(declarator.Symbol.IsUsing ? declarator.Symbol.Type : null);
                break;
            case IUsingOperation statement:
                AddDispose(statement.Resources.Type);
                break;
            case IObjectCreationOperation { Parent: not IAttributeOperation } creation:
                Matters = Matters || (TranslationNames.IsDebt(creation.Type) && !IsHandedOn(creation));
                break;
            default:
                Matters = Matters || EntryPlaces.Changes(operation, Shapes);
                break;
        }
    }

    private bool CanOwe(IInvocationOperation call)
    {
        if (TranslationNames.IsDebt(call.TargetMethod.ReturnType) || owes(call.TargetMethod.OriginalDefinition) || EntryPlaces.Changes(call, Shapes))
        {
            return true;
        }

        foreach (IParameterSymbol parameter in call.TargetMethod.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out && TranslationNames.IsDebt(parameter.Type))
            {
                return !call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty;
            }
        }

        return false;
    }

    // `_pending = new PendingFlush(…);` is the object's from the beginning, never this body's.
    private static bool IsHandedOn(IObjectCreationOperation creation) =>
        creation is { Initializer: null, Parent: IAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation } assignment }
        && assignment.Kind is OperationKind.SimpleAssignment or OperationKind.CoalesceAssignment && assignment.Parent is IExpressionStatementOperation;

    // The end of a `using` calls what its text does not name.
    private void AddDispose(ITypeSymbol? disposed)
    {
        foreach (ISymbol member in disposed?.OriginalDefinition.GetMembers("Dispose") ?? [])
        {
            AddCalled(member as IMethodSymbol);
        }
    }
}
