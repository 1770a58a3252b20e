using System.Threading;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Synchronization;

/// <summary>A <see cref="SpinLock"/> that is held until this is disposed. Used with <c>using</c>, never copied.</summary>
[LockGuard]
[OwnerMade]
public readonly ref struct SpinLockGuard
{
    private readonly ref int _holder;

    internal SpinLockGuard(ref int holder, InterruptsDisabled token)
    {
        _holder = ref holder;
        Token = token;
    }

    /// <summary>Interrupts are disabled while the lock is held.</summary>
    public InterruptsDisabled Token { get; }

    /// <summary>Releases the lock; panics if it is not held.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _holder, 0) == 0)
        {
            Panic.Raise("lock holder", 0, "the processor that took the lock", "SpinLockGuard.Dispose");
        }
    }
}
