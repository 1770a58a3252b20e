using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Contracts;

namespace Consumer;

/// <summary>One mistake for each rule, or more, on the line that names it.</summary>
public static unsafe class Mistakes
{
    private static SpinLock s_lock;
    private static Gate s_gate;

    [GuardedBy(nameof(s_lock))]
    private static ulong s_next;

    private static int s_started = Environment.ProcessId; // KMEM603

    [HardwareMemory]
    private static uint* s_status;

    public static void LinksBeforeItClears()
    {
        ulong frame = Frames.Take();
        Frames.Link(0, frame); // KMEM101
        Frames.Clear(frame);
    }

    public static ulong TakesOneLockAndAnother(Pool[] pools, System.Func<int> choose)
    {
        using Guard guard = pools[choose()].Lock.Acquire();
        return pools[choose()].Next; // KMEM000
    }

    public static void LinksWhatTheVendorLeftThere()
    {
        ulong frame = Vendor.Pool.Take();
        Frames.Link(0, frame); // KMEM101
    }

    public static void LinksNothing()
    {
        TableFrame table = default; // KMEM102
        Frames.Link(table);
    }

    public static void ShowsLeftoversToAProgram(ulong page)
    {
        ulong frame = Frames.Take();
        Frames.Show(page, frame); // KMEM103
        Frames.Clear(frame);
    }

    public static void FreesBeforeItFlushes(ulong* pte, ulong page)
    {
        ulong frame = *pte & ~0xFFFUL;
        *pte = 0;
        Frames.Free(frame); // KMEM104
        Processor.InvalidatePage(page);
    }

    public static void ShowsAnEntryTooEarly(ulong* pte, ulong frame, ulong page)
    {
        *pte = 1; // KMEM105
        *pte |= frame;
        Processor.InvalidatePage(page);
    }

    public static uint CutsAPointer(byte* pointer) => (uint)pointer; // KMEM201

    public static uint CutsAnAddress(PhysicalAddress address) => (uint)address.Value; // KMEM202

    public static void CutsASize(byte* start, ulong bytes) => new Span<byte>(start, (int)bytes).Clear(); // KMEM203

    public static ulong WidensTooLate(uint frames) => (ulong)(frames * 4096); // KMEM204

    public static ulong MasksTheHighHalfAway(ulong address) => address & ~0xFFFu; // KMEM205

    public static PhysicalAddress Conjures(ulong raw) => Unsafe.As<ulong, PhysicalAddress>(ref raw); // KMEM206

    [CheckedNarrowing]
    public static uint PromisesACheck(ulong value) => (uint)value; // KMEM207

    public static bool Wraps(PhysicalAddress start, ulong size, ulong limit) => start.Value + size <= limit; // KMEM208

    public static ulong SkipsTheDirectMap(PhysicalAddress table) => *(ulong*)table.Value; // KMEM209

    public static void TouchesUnlocked() => s_next++; // KMEM301

    [RequiresLock(nameof(s_lock))]
    private static void Advance() => s_next += 4096;

    public static void LocksAndAdvances()
    {
        using Guard guard = s_lock.Acquire();
        Advance();
    }

    public static void CallsUnlocked() => Advance(); // KMEM302

    public static bool LeavesTheGateClosed(ulong index)
    {
        s_gate.Enter(); // KMEM303
        if (index >= 512)
        {
            return false;
        }

        s_gate.Exit();
        return true;
    }

    public static void WaitsForItself()
    {
        using Guard guard = s_lock.Acquire();
        LocksAndAdvances(); // KMEM304
    }

    public static void DropsItsGuard()
    {
        s_lock.Acquire(); // KMEM305
    }

    [InterruptToken]
    public struct Kept; // KMEM401

    public static void OpensTheDoor(InterruptsOff token) => WaitsForADevice(); // KMEM402

    private static void WaitsForADevice() => Processor.EnableInterrupts();

    public static void NeverFlushes(ulong* pte) => *pte = 0; // KMEM501

    public static void ForgetsToFlush() => Frames.Unmap(3); // KMEM502

    public static void WaitsForEver()
    {
        while ((*s_status & 1) != 0) // KMEM503
        {
        }
    }

    public static void Attach(uint* status) => s_status = status;

    public static object Allocates() => new int[s_started]; // KMEM601

    public static void Throws() => throw new InvalidOperationException(); // KMEM602
}
