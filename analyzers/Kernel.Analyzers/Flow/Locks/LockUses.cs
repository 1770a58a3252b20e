using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Says cheaply whether a body uses anything that a lock contract is about: most bodies do not, and need no graph.</summary>
internal static class LockUses
{
    /// <param name="body">The body.</param>
    /// <param name="summaries">What the compilation's methods do to locks.</param>
    /// <param name="bodies">The compilation's bodies.</param>
    /// <param name="forCaller">Whether what is called counts, too, if it only takes a lock and releases it.</param>
    public static bool AreIn(IOperation body, LockSummaries summaries, BodySource bodies, bool forCaller = false)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            // The kind is asked first: it costs less than what an operation is, and most are none of these.
            bool isUse = operation.Kind switch
            {
                OperationKind.FieldReference => summaries.IsGuarded(((IFieldReferenceOperation)operation).Field),
                OperationKind.PropertyReference => IsUsed(((IPropertyReferenceOperation)operation).Property),
                OperationKind.Invocation => LockContracts.IsGuard(operation.Type) || Does(((IInvocationOperation)operation).TargetMethod),
                OperationKind.ObjectCreation => LockContracts.IsGuard(operation.Type) || Does(((IObjectCreationOperation)operation).Constructor),
                _ => Does(OperatorOf(operation)),
            };
            if (isUse)
            {
                return true;
            }
        }

        return false;

        bool IsUsed(IPropertySymbol property) => summaries.IsGuarded(property) || Does(property.GetMethod) || Does(property.SetMethod);

        bool Does(IMethodSymbol? method) => method is not null && (summaries.IsContracted(method)
            || (summaries.Of(method, bodies) is { } summary && (summary.IsUnbalanced || (forCaller && !summary.Takes.IsEmpty))));
    }

    /// <summary>The operator, defined in source or elsewhere, that an operation calls; null for any other operation.</summary>
    public static IMethodSymbol? OperatorOf(IOperation operation) => operation.Kind switch
    {
        OperationKind.Binary => ((IBinaryOperation)operation).OperatorMethod,
        OperationKind.Unary => ((IUnaryOperation)operation).OperatorMethod,
        OperationKind.Conversion => ((IConversionOperation)operation).OperatorMethod,
        OperationKind.CompoundAssignment => ((ICompoundAssignmentOperation)operation).OperatorMethod,
        OperationKind.Increment or OperationKind.Decrement => ((IIncrementOrDecrementOperation)operation).OperatorMethod,
        _ => null,
    };

    /// <summary>Whether a contract of the method, or what it is, concerns locks.</summary>
    public static bool Concerns(IMethodSymbol method)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (LockContracts.IsGuard(parameter.Type))
            {
                return true;
            }
        }

        return LockEffect.IsPossible(method) || !LockContracts.RequiredBy(method).IsEmpty || !LockContracts.ExcludedBy(method).IsEmpty;
    }
}
