using Kernel.Contracts;

namespace Consumer;

public static unsafe class LookAlikes
{
    private const ulong FrameMask = 0xFFF;

    private static SpinLock s_lock;

    [GuardedBy(nameof(s_lock))]
    private static ulong s_next;

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

    public static uint OffsetIn(byte* pointer) => (uint)((ulong)pointer & FrameMask);

    public static (uint Low, uint High) Halves(PhysicalAddress address) => ((uint)address.Value, (uint)(address.Value >> 32));

    public static uint Checked(PhysicalAddress address) => address.Value > uint.MaxValue ? 0 : (uint)address.Value;

    public static ulong PageOf(ulong address) => address & ~FrameMask;

    public static ulong Next()
    {
        using Guard guard = s_lock.Acquire();
        Advance();
        return s_next;
    }

    [RequiresLock(nameof(s_lock))]
    private static void Advance() => s_next += 4096;

    public static void Flushes(int first, int count)
    {
        for (int index = first; index < first + count; index++)
        {
            Frames.Unmap(index).Now();
        }
    }

    public static ulong OnTheStack(int index)
    {
        ulong* entries = stackalloc ulong[4];
        System.ReadOnlySpan<byte> constants = [1, 2, 3, 4];
        return entries[index & 3] + constants[index & 3];
    }
}
