using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Benchmarks.Machine;

/// <summary>Hands out the arena's frames from the first to the last, dirty. What comes back is forgotten: a run starts over with a new one.</summary>
internal struct ArenaFrames : IFrameSource
{
    private ulong _taken;

    public bool TryTake(InterruptsDisabled token, out Frame<Size4KiB> frame)
    {
        bool left = _taken < ArenaMemory.Tables.Length >> Size4KiB.Shift;
        frame = left ? Frame<Size4KiB>.FromStart(ArenaMemory.Tables.Start + (_taken << Size4KiB.Shift)) : default;
        _taken += left ? 1UL : 0UL;
        return left;
    }

    public readonly void Return(Frame<Size4KiB> frame, InterruptsDisabled token)
    {
    }
}
