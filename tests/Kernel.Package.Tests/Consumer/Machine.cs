using Kernel.Contracts;

namespace Consumer;

[Lock]
public struct SpinLock
{
    private int _held;

    [Acquires]
    public Guard Acquire()
    {
        while (System.Threading.Interlocked.Exchange(ref _held, 1) != 0)
        {
        }

        return default;
    }
}

/// <summary>A lock without a guard.</summary>
[Lock]
public struct Gate
{
    private int _held;

    [Acquires]
    public void Enter()
    {
        while (System.Threading.Interlocked.Exchange(ref _held, 1) != 0)
        {
        }
    }

    [Releases]
    public void Exit() => System.Threading.Volatile.Write(ref _held, 0);
}

[InterruptToken]
public ref struct InterruptsOff;

public static class Processor
{
    private static bool s_enabled;

    public static bool DisableInterrupts()
    {
        bool enabled = s_enabled;
        s_enabled = false;
        return enabled;
    }

    [EnablesInterrupts]
    public static void EnableInterrupts() => s_enabled = true;

    [Flushes]
    public static void InvalidatePage(ulong page) => System.Diagnostics.Debug.Assert(page != 1);
}

[LockGuard]
public ref struct Guard
{
    public readonly void Dispose()
    {
    }
}

[MustUse]
public readonly struct Flush
{
    private readonly ulong _first;

    public Flush(ulong first) => _first = first;

    [Flushes]
    public void Now() => System.Diagnostics.Debug.Assert(_first != 1);
}

[AddressValue]
public readonly struct PhysicalAddress
{
    private readonly ulong _value;

    public PhysicalAddress(ulong value) => _value = value;

    public ulong Value => _value;
}

[OwnerMade]
public readonly struct TableFrame
{
    private readonly ulong _frame;

    private TableFrame(ulong frame) => _frame = frame;

    public ulong Frame => _frame;

    public static bool TryMake(out TableFrame table)
    {
        ulong frame = Frames.Take();
        Frames.Clear(frame);
        table = new TableFrame(frame);
        return true;
    }
}

public static unsafe class Frames
{
    private static ulong* s_root;

    [return: Dirty]
    public static ulong Take() => 0x1000;

    public static void Clear([Zeroes] ulong frame) => System.Runtime.CompilerServices.Unsafe.InitBlock((void*)frame, 0, 4096);

    public static void Link(int index, [RequiresZeroed] ulong frame) => s_root[index & 511] = frame;

    public static void Link(TableFrame table) => Link(0, table.Frame);

    public static void Show(ulong page, [MapsForUser] ulong frame) => System.Diagnostics.Debug.Assert(page != frame);

    public static void Free([FreesFrame] ulong frame) => System.Diagnostics.Debug.Assert(frame != 1);

    public static void Attach(ulong* root) => s_root = root;

    public static Flush Unmap(int index)
    {
        s_root[index & 511] = 0;
        return new Flush((ulong)index << 12);
    }
}

public sealed class Pool
{
    public SpinLock Lock;

    [GuardedBy(nameof(Lock))]
    public ulong Next;
}
