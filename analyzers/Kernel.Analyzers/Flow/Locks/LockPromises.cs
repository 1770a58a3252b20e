using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Holds a body against its own contract: that it returns with a member of its object taken, or released.</summary>
/// <remarks>
/// Only a lock that others implement can be seen to be taken: a method without the name of a member is the lock's own, and is believed.
/// So is a body from which something is called that cannot be read, and one that asks about its object first: a lock that its holder
/// takes again is held without being taken.
/// </remarks>
internal sealed class LockPromises(LockChecks checks, ControlFlowGraph graph, IMethodSymbol? method, PathResolver paths, LockPlaces places)
{
    /// <summary>The lock that the method's contract says it releases; null if none is named or it is not known as a lock.</summary>
    public AccessPath? Released { get; } = method is not null && LockContracts.Releases(method, out ISymbol? member) ? PathOf(member, method, paths, places) : null;

    private AccessPath? Acquired { get; } = method is not null && LockContracts.Acquires(method, out ISymbol? member) ? PathOf(member, method, paths, places) : null;

    /// <summary>Whether the contract of the method names a lock that it takes or releases.</summary>
    public static bool AreMadeBy(IMethodSymbol? method) => method is not null
        && ((LockContracts.Acquires(method, out ISymbol? taken) && taken is not null)
            || (LockContracts.Releases(method, out ISymbol? released) && released is not null));

    /// <summary>The method is left normally, in one of these states.</summary>
    public void CheckExit(IEnumerable<LockState> states)
    {
        LockState[] ends = states.Where(state => !state.IsExceptional).ToArray();
        if (method is null or { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } || ends.Length == 0
            || (Acquired is null && Released is null) || IsOpaque())
        {
            return;
        }

        if (Acquired is { } taken && !ends.All(end => end.IsBlurred || end.Certain.Contains(taken)))
        {
            bool never = ends.All(end => !end.Possible.Contains(taken));
            if (never || (method.ReturnsVoid && !IsConditional()))
            {
                Note(LockMistake.NotTaken, taken, never ? "" : " on every path");
            }
        }

        if (Released is { } given && ends.All(end => end.Certain.Contains(given)))
        {
            Note(LockMistake.NotReleased, given, "");
        }
    }

    private void Note(LockMistake mistake, AccessPath path, string story) =>
        checks.Note(new LockFinding(mistake, graph.OriginalOperation.Syntax, method!.Name, path, story, []));

    private static AccessPath? PathOf(ISymbol? member, IMethodSymbol method, PathResolver paths, LockPlaces places)
    {
        ITypeSymbol? type = member switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        if (member is null || !LockContracts.IsLock(type))
        {
            return null;
        }

        AccessPath? path = member is IParameterSymbol ? new AccessPath(member) : paths.Member(method.IsStatic ? null : AccessPath.This, member, method.ContainingType);
        return path is null ? null : places.Canonical(path);
    }

    /// <summary>Whether the way through the body depends on anything but what the method was given.</summary>
    private bool IsConditional() => method!.Parameters.Any(parameter => parameter.RefKind != RefKind.None) || graph.Blocks.Any(block =>
        block.ConditionKind != ControlFlowConditionKind.None
        && block.BranchValue is { } condition
        && condition.DescendantsAndSelf().Any(operation => operation is not (IParameterReferenceOperation or ILiteralOperation or IBinaryOperation
            or IUnaryOperation or IConversionOperation or IFieldReferenceOperation { Field.IsConst: true })));

    /// <summary>Whether something in the body may do to the lock what cannot be seen.</summary>
    private bool IsOpaque() => graph.OriginalOperation.DescendantsAndSelf().Any(operation => operation switch
    {
        IInvocationOperation call => LockEffect.Of(call) is null && !OpaqueCalls.IsReadable(call.TargetMethod),
        IObjectCreationOperation { Constructor: { } constructor } => !OpaqueCalls.IsReadable(constructor),
        IFunctionPointerInvocationOperation or IDynamicInvocationOperation => true,
        _ => false,
    });
}
