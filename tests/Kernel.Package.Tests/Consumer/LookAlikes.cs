using System;
using System.Runtime.InteropServices;
using System.Threading;
using Kernel.Contracts;

namespace Consumer;

/// <summary>Right code that resembles each of the mistakes. An option that is spelt right is the look-alike of: not KMEM001.</summary>
public static unsafe class LookAlikes
{
    private const ulong FrameMask = 0xFFF;

    private static SpinLock s_lock; // not KMEM603
    private static Gate s_gate;

    [GuardedBy(nameof(s_lock))]
    private static ulong s_next;

    [HardwareMemory]
    private static uint* s_status;

    // not KMEM000
    public static ulong TakesTheLock(Pool[] pools, System.Func<int> choose)
    {
        Pool pool = pools[choose()];
        using Guard guard = pool.Lock.Acquire();
        return pool.Next;
    }

    // not KMEM101
    public static void LinksWhatTheVendorWiped()
    {
        ulong frame = Vendor.Pool.Take();
        Vendor.Pool.Wipe(frame);
        Frames.Link(0, frame);
    }

    // not KMEM101
    public static void LinksWhatIsClear(bool twice)
    {
        ulong frame = Frames.Take();
        ClearBoth(frame, twice);
        Frames.Link(0, frame);
    }

    private static void ClearBoth(ulong frame, bool twice)
    {
        Frames.Clear(frame);
        if (twice)
        {
            Frames.Clear(frame);
        }
    }

    // not KMEM102
    public static bool TryFindTable(int index, out TableFrame table)
    {
        table = default;
        return index == 0 && TableFrame.TryMake(out table);
    }

    // not KMEM103
    public static void ShowsZerosToAProgram(ulong page)
    {
        ulong frame = Frames.Take();
        Frames.Clear(frame);
        Frames.Show(page, frame);
    }

    // not KMEM104
    public static void FreesWhatIsForgotten(ulong* pte, ulong page)
    {
        ulong frame = *pte & ~FrameMask;
        *pte = 0;
        Processor.InvalidatePage(page);
        Frames.Free(frame);
    }

    // not KMEM105
    public static void ShowsAnEntryLast(ulong* pte, ulong frame, ulong page)
    {
        ulong entry = 1;
        entry |= frame;
        *pte = entry;
        Processor.InvalidatePage(page);
    }

    // not KMEM201
    public static uint OffsetIn(byte* pointer) => (uint)((ulong)pointer & FrameMask);

    // not KMEM202
    public static (uint Low, uint High) Halves(PhysicalAddress address) => ((uint)address.Value, (uint)(address.Value >> 32));

    public static uint Checked(PhysicalAddress address) => address.Value > uint.MaxValue ? 0 : (uint)address.Value;

    // not KMEM203
    public static void ClearsOnePage(byte* start, ulong bytes) => new Span<byte>(start, (int)Math.Min(bytes, 4096)).Clear();

    // not KMEM204
    public static ulong WidensInTime(uint frames) => (ulong)frames * 4096;

    // not KMEM205
    public static ulong PageOf(ulong address) => address & ~FrameMask;

    // not KMEM206
    public static PhysicalAddress Reads(ReadOnlySpan<byte> information) => new(MemoryMarshal.Read<ulong>(information));

    // not KMEM207
    [CheckedNarrowing]
    public static bool TryNarrow(ulong value, out uint narrowed)
    {
        narrowed = (uint)value;
        return narrowed == value;
    }

    // not KMEM208
    public static bool IsBelow(PhysicalAddress start, ulong size, ulong limit) => size <= limit && start.Value <= limit - size;

    // not KMEM209
    public static ulong FirstEntry(PhysicalAddress table, ulong directMap) => *(ulong*)(table.Value + directMap);

    // not KMEM301, not KMEM302
    public static ulong Next()
    {
        using Guard guard = s_lock.Acquire();
        Advance();
        return s_next;
    }

    [RequiresLock(nameof(s_lock))]
    private static void Advance() => s_next += 4096;

    // not KMEM303
    public static bool OpensTheGateAgain(ulong index)
    {
        s_gate.Enter();
        if (index >= 512)
        {
            s_gate.Exit();
            return false;
        }

        s_gate.Exit();
        return true;
    }

    // not KMEM304
    public static void LocksTwiceInTurn()
    {
        using (Guard first = s_lock.Acquire())
        {
            Advance();
        }

        using Guard second = s_lock.Acquire();
        Advance();
    }

    // not KMEM305
    public static Guard HandsItsGuardOn() => s_lock.Acquire();

    // not KMEM401
    [InterruptToken]
    public readonly ref struct Fleeting;

    // not KMEM402
    public static void PutsBackWhatWas(InterruptsOff token)
    {
        bool enabled = Processor.DisableInterrupts();
        if (enabled)
        {
            Processor.EnableInterrupts();
        }
    }

    // not KMEM501
    public static void Enters(ulong* pte, ulong entry)
    {
        if ((*pte & 1) == 0)
        {
            *pte = entry;
        }
    }

    // not KMEM502
    public static void Flushes(int first, int count)
    {
        for (int index = first; index < first + count; index++)
        {
            Frames.Unmap(index).Now();
        }
    }

    // not KMEM503
    public static void Waits()
    {
        while ((Volatile.Read(ref *s_status) & 1) != 0)
        {
        }
    }

    public static void Attach(uint* status) => s_status = status;

    // not KMEM601
    public static ulong OnTheStack(int index)
    {
        ulong* entries = stackalloc ulong[4];
        ReadOnlySpan<byte> constants = [1, 2, 3, 4];
        return entries[index & 3] + constants[index & 3];
    }

    // not KMEM602
    public static void Returns()
    {
        try
        {
            s_gate.Enter();
        }
        finally
        {
            s_gate.Exit();
        }
    }
}
