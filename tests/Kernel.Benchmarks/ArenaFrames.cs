using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Benchmarks;

/// <summary>Hands out the arena's frames from the first to the last, dirty. What comes back is only counted: a run starts over with a new one.</summary>
internal struct ArenaFrames : IFrameSource
{
    private ulong _next;

    public bool TryTake(InterruptsDisabled token, out Frame<Size4KiB> frame)
    {
        bool left = _next < ArenaMemory.Bytes >> Size4KiB.Shift;
        frame = left ? Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(_next << Size4KiB.Shift)) : default;
        _next += left ? 1UL : 0UL;
        return left;
    }

    public readonly void Return(Frame<Size4KiB> frame, InterruptsDisabled token)
    {
    }
}
