using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Names locks: one lock has one name in a body, where that can be told.</summary>
internal sealed class LockPlaces(PathResolver paths, BodyDefinitions definitions, Conditions conditions)
{
    /// <summary>The place that the operation names; null if nothing can be said about it.</summary>
    public AccessPath? Resolve(IOperation? operation)
    {
        // What a pointer points to goes by the name of the pointer.
        if (operation is { Kind: OperationKind.None, Type.TypeKind: TypeKind.Struct } && operation.ChildOperations.Count == 1
            && operation.ChildOperations.First() is { Type.TypeKind: TypeKind.Pointer } pointer)
        {
            return Resolve(pointer);
        }

        if (paths.Resolve(operation) is { Root: not CaptureId } path)
        {
            return Canonical(path);
        }

        return conditions.TextOf(operation) is { } key ? new AccessPath(new WeakPlace(key, operation!.Syntax.ToString())) : null;
    }

    /// <summary>The place of a lock member of the object at <paramref name="holder"/>.</summary>
    public AccessPath? Member(AccessPath? holder, ISymbol member, ITypeSymbol type) => paths.Member(holder, member, type);

    /// <summary>A place that only this operation names.</summary>
    public static AccessPath Nameless(IOperation operation) =>
        new(new WeakPlace($"#{operation.Syntax.SpanStart}", operation.Syntax.ToString()));

    /// <summary>
    /// Whether the place is another one after an assignment in this body: then what was taken and what is released there need not
    /// be the same.
    /// </summary>
    public bool Shifts(AccessPath path) => path.Root is ISymbol root && definitions.IsReassigned(root);

    /// <summary>The name that is used for a place: that of what a local was set to, where it is set once.</summary>
    public AccessPath Canonical(AccessPath path)
    {
        if (path.Root is ILocalSymbol { IsRef: false, Type.IsReferenceType: true } local
            && definitions.Assigned(local) is { } value && !definitions.IsReassigned(local)
            && paths.Resolve(value) is { Root: not CaptureId } origin
            && !origin.StartsWith(new AccessPath(local)) && !Shifts(origin))
        {
            AccessPath named = origin.Then(path);
            return LockExemptions.IsStable(named) ? named : path;
        }

        return path;
    }
}
