using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Synchronization;

namespace Kernel.PhysicalMemory;

/// <summary>A frame that may become a page table: holding one proves that it was zeroed before anything could see it.</summary>
/// <remarks>
/// The processor reads all entries of a table that it walks, used or not. One stale byte with bit 0 set is a translation to
/// somebody else's memory, and the crash that follows has a different address at every boot (strat9, <c>BuddyFrameAllocator</c>).
/// The proof holds until the table is linked; from then on its contents are the mapper's.
/// </remarks>
[OwnerMade]
public readonly struct PageTableFrame
{
    private PageTableFrame([RequiresZeroed] Frame<Size4KiB> frame) => Frame = frame;

    /// <summary>The frame.</summary>
    public Frame<Size4KiB> Frame { get; }

    /// <summary>Takes a frame from <paramref name="source"/> and zeroes it, or returns false when there is none.</summary>
    public static bool TryAllocate<TMemory, TFrames>(ref TFrames source, InterruptsDisabled token, out PageTableFrame table)
        where TMemory : struct, IPhysicalMemory
        where TFrames : struct, IFrameSource
    {
        if (!source.TryTake(token, out Frame<Size4KiB> frame))
        {
            table = default;
            return false;
        }

        FrameContents<TMemory>.Clear(frame);
        table = new PageTableFrame(frame);
        return true;
    }

    /// <summary>Zeroes a frame that a reserve took from its source earlier.</summary>
    internal static PageTableFrame FromReserve<TMemory>([Dirty] Frame<Size4KiB> frame) where TMemory : struct, IPhysicalMemory
    {
        FrameContents<TMemory>.Clear(frame);
        return new PageTableFrame(frame);
    }
}
