using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What a call does to a lock by its own contract, or as one of the system's own locks.</summary>
/// <param name="acquires">Whether it takes the lock; otherwise it releases it.</param>
/// <param name="holder">The object that the lock is, or that it belongs to; null for a static one.</param>
/// <param name="member">The member of the object that is the lock; null for the object itself.</param>
/// <param name="call">The call.</param>
internal sealed class LockEffect(bool acquires, IOperation? holder, ISymbol? member, IInvocationOperation call)
{
    /// <summary>Whether the lock is taken; otherwise it is released.</summary>
    public bool Acquires { get; } = acquires;

    /// <summary>The object that the lock is, or that it belongs to; null for a static one.</summary>
    public IOperation? Holder { get; } = holder;

    /// <summary>The member that is the lock; null for the object itself.</summary>
    public ISymbol? Member { get; } = member;

    /// <summary>Whether the result says if the lock was taken.</summary>
    public bool IsAttempt { get; } = acquires && call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean
        && !LockNames.ReturnsSavedFlag(call.TargetMethod);

    /// <summary>The variable that says if the lock was taken; null if there is none.</summary>
    public IOperation? Flag { get; } = acquires ? FlagOf(call) : null;

    /// <summary>Whether the flag may be false after the call.</summary>
    public bool MayFail { get; } = call.TargetMethod.Name.StartsWith("Try", System.StringComparison.Ordinal);

    /// <summary>Whether a guard releases the lock.</summary>
    public bool IsGuarded { get; } = acquires && HandsOutGuard(call.TargetMethod);

    /// <summary>Whether the result may be something that releases the lock and is not marked as a guard.</summary>
    public bool MayBeGuarded { get; } = acquires && call.TargetMethod.ReturnType.GetMembers("Dispose").Length > 0;

    /// <summary>Whether its holder may take the lock again.</summary>
    public bool IsReentrant { get; } = call.TargetMethod.ContainingType?.Name == "Monitor" || LockContracts.IsReentrant(
        (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type ?? holder?.Type ?? call.TargetMethod.ContainingType);

    /// <summary>What the call does; null if it is not known to do anything to a lock.</summary>
    public static LockEffect? Of(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        bool acquires = LockContracts.Acquires(method, out ISymbol? named);
        if (acquires || LockContracts.Releases(method, out named))
        {
            return named is IParameterSymbol parameter
                ? new LockEffect(acquires, ArgumentOf(call, parameter), null, call)
                : new LockEffect(acquires, call.Instance, named, call);
        }

        if (!IsOfRuntime(method))
        {
            return null;
        }

        bool isMonitor = method.ContainingType.Name == "Monitor";
        return isMonitor && call.Arguments.IsEmpty ? null
            : new LockEffect(IsAcquiring(method), isMonitor ? call.Arguments[0].Value : call.Instance, null, call);
    }

    /// <summary>Whether the method could do anything to a lock, as far as its name and contracts tell.</summary>
    public static bool IsPossible(IMethodSymbol method) =>
        IsOfRuntime(method) || LockContracts.Acquires(method, out _) || LockContracts.Releases(method, out _);

    private static bool IsAcquiring(IMethodSymbol method) => method.Name == "EnterScope" || LockNames.MayAcquire(method.Name);

    // What the runtime's own locks do.
    private static bool IsOfRuntime(IMethodSymbol method) =>
        (method.Name is "Enter" or "TryEnter" or "Exit" or "EnterScope"
            && method.ContainingType is { Name: "Monitor" or "SpinLock" or "Lock" } type && LockContracts.IsThreading(type))
        || (LockNames.MayBeUse(method.Name) && method.ContainingType is { } shared && SharedLockNames.IsOfRuntime(shared));

    private static bool HandsOutGuard(IMethodSymbol method)
    {
        if (LockContracts.IsGuard(method.ReturnType))
        {
            return true;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind == RefKind.Out && LockContracts.IsGuard(parameter.Type))
            {
                return true;
            }
        }

        return false;
    }

    private static IOperation? FlagOf(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Boolean })
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static IOperation? ArgumentOf(IInvocationOperation call, IParameterSymbol parameter)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
            {
                return argument.Value;
            }
        }

        return null;
    }
}
