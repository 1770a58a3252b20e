using System;
using Kernel.Contracts;

namespace Consumer;

public static unsafe class Mistakes
{
    private static SpinLock s_lock;

    [GuardedBy(nameof(s_lock))]
    private static ulong s_next;

    private static int s_started = Environment.ProcessId; // KMEM603

    public static void LinksBeforeItClears()
    {
        ulong frame = Frames.Take();
        Frames.Link(0, frame); // KMEM101
        Frames.Clear(frame);
    }

    public static uint CutsAPointer(byte* pointer) => (uint)pointer; // KMEM201

    public static uint CutsAnAddress(PhysicalAddress address) => (uint)address.Value; // KMEM202

    public static ulong MasksTheHighHalfAway(ulong address) => address & ~0xFFFu; // KMEM205

    public static void TouchesUnlocked() => s_next++; // KMEM301

    [RequiresLock(nameof(s_lock))]
    private static void Advance() => s_next += 4096;

    public static void LocksAndAdvances()
    {
        using Guard guard = s_lock.Acquire();
        Advance();
    }

    public static void CallsUnlocked() => Advance(); // KMEM302

    [InterruptToken]
    public struct Kept; // KMEM401

    public static void ForgetsToFlush() => Frames.Unmap(3); // KMEM502

    public static object Allocates() => new int[s_started]; // KMEM601

    public static void Throws() => throw new InvalidOperationException(); // KMEM602
}
