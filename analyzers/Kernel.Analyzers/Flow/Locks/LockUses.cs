using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Says cheaply whether a body uses anything that a lock contract is about: most bodies do not, and need no graph.</summary>
internal static class LockUses
{
    public static bool AreIn(IOperation body)
    {
        foreach (IOperation operation in body.DescendantsAndSelf())
        {
            bool isUse = operation switch
            {
                IFieldReferenceOperation field => LockContracts.GuardOf(field.Field) is not null,
                IPropertyReferenceOperation { Property: var property } =>
                    LockContracts.GuardOf(property) is not null || IsContracted(property.GetMethod) || IsContracted(property.SetMethod),
                IInvocationOperation call => IsContracted(call.TargetMethod),
                IObjectCreationOperation creation => IsContracted(creation.Constructor),
                _ => false,
            };
            if (isUse)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsContracted(IMethodSymbol? method)
    {
        if (method is null)
        {
            return false;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (LockContracts.IsGuard(parameter.Type))
            {
                return true;
            }
        }

        return !LockContracts.RequiredBy(method).IsEmpty || !LockContracts.ExcludedBy(method).IsEmpty;
    }
}
