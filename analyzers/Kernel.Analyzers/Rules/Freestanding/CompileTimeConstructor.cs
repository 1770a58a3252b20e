using System.Collections.Generic;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>Says which constructors of structs the native compiler can run while it compiles: those that only compute from their arguments.</summary>
/// <remarks>
/// They read no static state and no memory through a pointer, and call nothing but each other. The arm of a check that never completes (it
/// panics) is taken not to run. A constructor without source is believed.
/// </remarks>
internal sealed class CompileTimeConstructor(BodySource bodies)
{
    private readonly HashSet<ISymbol> _visited = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the constructor, and all that it calls, only computes.</summary>
    public bool OnlyComputes(IMethodSymbol? constructor)
    {
        if (constructor is null || constructor.DeclaringSyntaxReferences.IsEmpty || !_visited.Add(constructor.OriginalDefinition))
        {
            return true;
        }

        foreach (SyntaxReference reference in constructor.OriginalDefinition.DeclaringSyntaxReferences)
        {
            // A primary constructor is declared by its type and does what the initializers say.
            if (reference.GetSyntax(bodies.Cancellation) is ConstructorDeclarationSyntax declaration
                && bodies.OperationOf(declaration) is { } body
                && !OnlyComputes(body))
            {
                return false;
            }
        }

        return InitializersOnlyCompute(constructor.OriginalDefinition.ContainingType);
    }

    private bool InitializersOnlyCompute(INamedTypeSymbol type)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not (IFieldSymbol { IsStatic: false } or IPropertySymbol { IsStatic: false }))
            {
                continue;
            }

            foreach (SyntaxReference reference in member.DeclaringSyntaxReferences)
            {
                EqualsValueClauseSyntax? initializer = reference.GetSyntax(bodies.Cancellation) switch
                {
                    VariableDeclaratorSyntax field => field.Initializer,
                    PropertyDeclarationSyntax property => property.Initializer,
                    _ => null,
                };
                if (initializer is not null && bodies.OperationOf(initializer) is { } value && !OnlyComputes(value))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool OnlyComputes(IOperation operation)
    {
        if (operation.ConstantValue.HasValue)
        {
            return true;
        }

        switch (operation)
        {
            case IFieldReferenceOperation { Field: { IsStatic: true } }:
            case IPropertyReferenceOperation { Property: var property } when !IsAutomatic(property):
            case IInvocationOperation { TargetMethod.MethodKind: not MethodKind.Constructor }:
            case IFunctionPointerInvocationOperation or IArrayElementReferenceOperation or IDynamicInvocationOperation:
            case { Kind: OperationKind.None }:
                return false;
            case IInvocationOperation call when !OnlyComputes(call.TargetMethod):
            case IObjectCreationOperation creation when !OnlyComputes(creation.Constructor):
                return false;
            case IConditionalOperation conditional when ControlTransfer.NeverCompletes(conditional.WhenTrue):
                return OnlyComputes(conditional.Condition) && (conditional.WhenFalse is null || OnlyComputes(conditional.WhenFalse));
            default:
                foreach (IOperation child in operation.ChildOperations)
                {
                    if (!OnlyComputes(child))
                    {
                        return false;
                    }
                }

                return true;
        }
    }

    private static bool IsAutomatic(IPropertySymbol property)
    {
        foreach (ISymbol member in property.OriginalDefinition.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner }
                && SymbolEqualityComparer.Default.Equals(owner, property.OriginalDefinition))
            {
                return !property.IsStatic;
            }
        }

        return false;
    }
}
