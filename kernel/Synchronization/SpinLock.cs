using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Synchronization;

/// <summary>A lock that waits by spinning, held with interrupts disabled.</summary>
/// <remarks>
/// An interrupt handler on the same processor cannot find it held, because there is none while it is held. Taking it twice on
/// one processor would wait for ever, so it panics. Never copied: it lives in a field and is used by reference.
/// </remarks>
[Lock]
public struct SpinLock
{
    private const int Free = 0;

    // Free, or the holder's processor number plus one.
    private int _holder;

    /// <summary>Whether anyone holds the lock. True now may be false a moment later: for assertions, not for decisions.</summary>
    public readonly bool IsHeld => Volatile.Read(in _holder) != Free;

    /// <summary>Waits for the lock and holds it until the guard is disposed.</summary>
    /// <param name="token">Interrupts stay disabled as long as the guard lives.</param>
    [Acquires]
    [UnscopedRef]
    public SpinLockGuard Acquire<TProcessor>(InterruptsDisabled token) where TProcessor : struct, IProcessor
    {
        int self = Self<TProcessor>();
        while (Interlocked.CompareExchange(ref _holder, self, Free) != Free)
        {
            if (Volatile.Read(in _holder) == self)
            {
                Panic.Raise("lock already held by processor", TProcessor.Current, "a free lock or another holder", "SpinLock.Acquire");
            }

            while (Volatile.Read(in _holder) != Free)
            {
                TProcessor.Pause();
            }
        }

        return new SpinLockGuard(ref _holder, token);
    }

    private static int Self<TProcessor>() where TProcessor : struct, IProcessor => unchecked((int)(TProcessor.Current + 1));
}
