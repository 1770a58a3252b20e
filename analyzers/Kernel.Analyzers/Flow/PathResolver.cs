using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// Finds the place that an expression names, through <c>ref</c> locals and captures with one definition and through getters that
/// only name a place.
/// </summary>
internal sealed class PathResolver(BodyDefinitions definitions, BodySource bodies)
{
    private const int MaximumDepth = 16;

    /// <summary>The bodies that getters are read from.</summary>
    public BodySource Bodies { get; } = bodies;

    /// <summary>The place that the operation reads or writes; null if it is not known to be always the same one.</summary>
    public AccessPath? Resolve(IOperation? operation) => Resolve(operation, 0);

    private AccessPath? Resolve(IOperation? operation, int depth)
    {
        if (depth > MaximumDepth)
        {
            return null;
        }

        switch (operation)
        {
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                return AccessPath.This;
            case IParameterReferenceOperation reference:
                return new AccessPath(reference.Parameter);
            case ILocalReferenceOperation { Local: var local }:
                return !local.IsRef ? new AccessPath(local) : Resolve(definitions.Referent(local), depth + 1);
            case IDeclarationExpressionOperation declaration:
                return Resolve(declaration.Expression, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                return Resolve(definitions.Captured(capture.Id), depth + 1) ?? new AccessPath(capture.Id);
            case IConversionOperation { OperatorMethod: null,
                Conversion: { IsIdentity: true } or { IsReference: true, IsImplicit: true } } conversion:
                return Resolve(conversion.Operand, depth + 1);
            case IFieldReferenceOperation reference:
                return ResolveMember(reference.Instance, Canonical(reference.Field), depth);
            case IPropertyReferenceOperation { Arguments.IsEmpty: true } reference:
                return ResolveProperty(reference, depth);
            default:
                return null;
        }
    }

    private AccessPath? ResolveMember(IOperation? instance, ISymbol member, int depth) =>
        member.IsStatic ? new AccessPath(member.ContainingType).Then(member) : Resolve(instance, depth + 1)?.Then(member);

    private AccessPath? ResolveProperty(IPropertyReferenceOperation reference, int depth)
    {
        IPropertySymbol property = reference.Property;
        if (IsStored(property))
        {
            return ResolveMember(reference.Instance, property, depth);
        }

        if (property.IsVirtual || property.IsAbstract || property.IsOverride || GetterExpression(property) is not { } getter)
        {
            return null;
        }

        AccessPath? named = Resolve(getter, depth + 1);
        if (named is null || !ReferenceEquals(named.Root, AccessPath.ThisRoot))
        {
            return named?.Root is ITypeSymbol ? named : null;
        }

        return Resolve(reference.Instance, depth + 1)?.Then(named);
    }

    /// <summary>
    /// The place of a member of the object at <paramref name="holder"/>, under the name that accesses to it go by.
    /// </summary>
    /// <param name="holder">The object; null for a static member.</param>
    /// <param name="member">A field or property.</param>
    /// <param name="type">The type that the member is looked up in.</param>
    public AccessPath? Member(AccessPath? holder, ISymbol member, ITypeSymbol type)
    {
        AccessPath? at = member.IsStatic ? new AccessPath(type) : holder;
        if (member is not IPropertySymbol property || IsStored(property))
        {
            return at?.Then(member);
        }

        AccessPath? named = GetterExpression(property) is { } getter ? Resolve(getter, 1) : null;
        return named is null ? at?.Then(member)
            : ReferenceEquals(named.Root, AccessPath.ThisRoot) ? at?.Then(named)
            : named;
    }

    /// <summary>The expression that a getter in this compilation consists of.</summary>
    private IOperation? GetterExpression(IPropertySymbol property)
    {
        foreach (SyntaxReference reference in property.OriginalDefinition.DeclaringSyntaxReferences)
        {
            ExpressionSyntax? expression = reference.GetSyntax(Bodies.Cancellation) is PropertyDeclarationSyntax declaration
                ? declaration.ExpressionBody?.Expression ?? BodyOf(declaration)
                : null;
            if (expression is RefExpressionSyntax byReference)
            {
                expression = byReference.Expression;
            }

            if (expression is not null)
            {
                return Bodies.OperationOf(expression);
            }
        }

        return null;
    }

    private static ExpressionSyntax? BodyOf(PropertyDeclarationSyntax declaration)
    {
        if (declaration.AccessorList is not { Accessors: var accessors })
        {
            return null;
        }

        foreach (AccessorDeclarationSyntax accessor in accessors)
        {
            if (accessor.ExpressionBody is { } body && accessor.Keyword.ValueText == "get")
            {
                return body.Expression;
            }
        }

        return null;
    }

    /// <summary>Whether the property is a field with another name.</summary>
    public static bool IsStored(IPropertySymbol property)
    {
        if (property.IsVirtual || property.IsAbstract || property.IsOverride)
        {
            return false;
        }

        foreach (ISymbol member in property.ContainingType.OriginalDefinition.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } owner }
                && SymbolEqualityComparer.Default.Equals(owner, property.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol Canonical(IFieldSymbol field) => field.CorrespondingTupleField ?? field;
}
