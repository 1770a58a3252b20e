using System.Collections.Generic;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Holds the body of a method that says it flushes against that: whether anything in it, or in what it calls, could.</summary>
/// <remarks>Whatever cannot be seen into could: a call of another assembly, of an instruction, through a pointer; a store to a device.</remarks>
internal sealed class FlushPromises(BodySource bodies)
{
    private readonly HashSet<ISymbol> _asked = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the method says itself that it flushes: what only implements a flush may be that of a machine that remembers nothing.</summary>
    public static bool AreMadeBy(IMethodSymbol? method) => Contract.Has(method, Contract.Flushes);

    /// <summary>Whether something in the body of the method could make a processor forget.</summary>
    public bool CanBeKept(IMethodSymbol method, IOperation body)
    {
        _asked.Add(method.OriginalDefinition);
        return Could(body.DescendantsAndSelf());
    }

    private bool Could(IEnumerable<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            if (Could(operation))
            {
                return true;
            }
        }

        return false;
    }

    private bool Could(IOperation operation) => operation switch
    {
        IInvocationOperation call => Could(call.TargetMethod),
        IObjectCreationOperation { Constructor: { } constructor } => Could(constructor),
        IPropertyReferenceOperation { Property: var property } => Could(property.GetMethod) || Could(property.SetMethod),
        IFieldReferenceOperation field => field.Field.IsVolatile,
        IBinaryOperation { OperatorMethod: { } method } => Could(method),
        IUnaryOperation { OperatorMethod: { } method } => Could(method),
        IConversionOperation { OperatorMethod: { } method } => Could(method),
        IFunctionPointerInvocationOperation or IDynamicInvocationOperation or IThrowOperation or IUsingOperation or IUsingDeclarationOperation => true,
        { Kind: OperationKind.None, Syntax: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } } => true,
        { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax or MemberAccessExpressionSyntax } => true,
        IAssignmentOperation { Target: not (ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
            or IPropertyReferenceOperation or IArrayElementReferenceOperation or IDiscardOperation) } => true,
        _ => false,
    };

    private bool Could(IMethodSymbol? method)
    {
        if (method is null || method.IsImplicitlyDeclared)
        {
            return false;
        }

        method = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (!_asked.Add(method))
        {
            return false;
        }

        if (TranslationNames.IsFlush(method) || NoReturn.IsSaidOf(method) || !OpaqueCalls.IsReadable(method) || TalksToOthers(method))
        {
            return true;
        }

        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (bodies.OperationOf(reference.GetSyntax(bodies.Cancellation)) is { } body && Could(body.DescendantsAndSelf()))
            {
                return true;
            }
        }

        return false;
    }

    // What the framework has beside its plain arithmetic and collections may tell another processor to forget.
    private static bool TalksToOthers(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.IsEmpty && method.ContainingNamespace is not { Name: "System", ContainingNamespace.IsGlobalNamespace: true };
}
