using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>Frames taken before a change begins, so that it cannot run out of them half-way.</summary>
/// <remarks>
/// The frames form a chain: each holds the address of the next in its first word, which is harmless because nobody can walk
/// them yet. They are zeroed one by one as they become page tables.
/// </remarks>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <typeparam name="TFrames">Where the frames come from.</typeparam>
internal struct TableReserve<TMemory, TFrames>
    where TMemory : struct, IPhysicalMemory
    where TFrames : struct, IFrameSource
{
    private ulong _remaining;
    private Frame<Size4KiB> _first;

    /// <summary>Takes <paramref name="count"/> frames, or none and returns false.</summary>
    public static bool TryFill(ulong count, ref TFrames source, InterruptsDisabled token, out TableReserve<TMemory, TFrames> reserve)
    {
        reserve = default;
        while (reserve._remaining < count)
        {
            if (!source.TryTake(token, out Frame<Size4KiB> frame))
            {
                reserve.GiveBack(ref source, token);
                return false;
            }

            FrameChain<TMemory>.SetNext(frame, reserve._first);
            reserve._first = frame;
            reserve._remaining++;
        }

        return true;
    }

    /// <summary>The next frame, zeroed; panics if all that were counted are used.</summary>
    public PageTableFrame Take()
    {
        if (_remaining == 0)
        {
            Panic.Raise("frames left in reserve", 0, "as many as the survey counted", "TableReserve.Take");
        }

        Frame<Size4KiB> frame = _first;
        _first = FrameChain<TMemory>.Next(frame);
        _remaining--;
        return PageTableFrame.FromReserve<TMemory>(frame);
    }

    private void GiveBack(ref TFrames source, InterruptsDisabled token)
    {
        for (; _remaining > 0; _remaining--)
        {
            Frame<Size4KiB> frame = _first;
            _first = FrameChain<TMemory>.Next(frame);
            source.Return(frame, token);
        }
    }
}
