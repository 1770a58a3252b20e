using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Tells memory that is named from what is read there. Roslyn has no operation for a pointer that is followed.</summary>
internal static class StorePlaces
{
    /// <summary>Whether the operation writes or names memory: an element, or what a pointer leads to.</summary>
    public static bool IsStore(IOperation target) =>
        target is IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: false }
            or IInlineArrayAccessOperation or IInvocationOperation { TargetMethod.ReturnsByRef: true }
            or ILocalReferenceOperation { Local.IsRef: true }
        || target is { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax };

    /// <summary>The element that is stored to, or that is stored to through its only member; null for any other place.</summary>
    public static IOperation? ElementOf(IOperation target) =>
        IsStore(target) ? target
        : target is IMemberReferenceOperation { Instance: { } element } && IsStore(element)
            && (target is IPropertyReferenceOperation || TypeSizes.Of(target.Type) is not { } size || TypeSizes.Of(Flushes.EntryPlaces.TypeOf(element)) is not { } whole || size == whole)
            ? element : null;

    /// <summary>Whether the place itself is used, rather than what is in it.</summary>
    public static bool IsPlace(IOperation operation) => operation.Parent switch
    {
        IAddressOfOperation => true,
        IInlineArrayAccessOperation access => ReferenceEquals(access.Instance, operation),
        IArgumentOperation { Parameter.RefKind: not RefKind.None } => true,
        ISimpleAssignmentOperation assignment => assignment.IsRef || ReferenceEquals(assignment.Target, operation),
        ICompoundAssignmentOperation compound => ReferenceEquals(compound.Target, operation),
        { Kind: OperationKind.None } => true,
        _ => false,
    };

    /// <summary>The memory that is indexed or followed.</summary>
    public static IOperation TargetMemory(IOperation target) => target switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference,
        IPropertyReferenceOperation { Instance: { } instance } => instance,
        IInlineArrayAccessOperation element => element.Instance,
        _ => target,
    };
}
