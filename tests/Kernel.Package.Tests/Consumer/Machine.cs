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

[InterruptToken]
public ref struct InterruptsOff;

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

    public void Now() => System.Diagnostics.Debug.Assert(_first != 1);
}

[AddressValue]
public readonly struct PhysicalAddress
{
    private readonly ulong _value;

    public PhysicalAddress(ulong value) => _value = value;

    public ulong Value => _value;
}

public static unsafe class Frames
{
    private static ulong* s_root;

    [return: Dirty]
    public static ulong Take() => 0x1000;

    public static void Clear([Zeroes] ulong frame) => System.Runtime.CompilerServices.Unsafe.InitBlock((void*)frame, 0, 4096);

    public static void Link(int index, [RequiresZeroed] ulong frame) => s_root[index & 511] = frame;

    public static void Attach(ulong* root) => s_root = root;

    public static Flush Unmap(int index)
    {
        s_root[index & 511] = 0;
        return new Flush((ulong)index << 12);
    }
}
