using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>All frames that were free, taken so that a test sees what happens without any. Each block holds the link to the next.</summary>
internal struct Hoard
{
    private const ulong End = ulong.MaxValue;

    private ulong _first;

    /// <summary>Takes every free frame, the largest blocks first.</summary>
    public static Hoard Take<TMode>()
        where TMode : struct, IPagingMode
    {
        Hoard hoard = new() { _first = End };
        for (int order = BuddyAllocator.MaximumOrder; order >= 0; order--)
        {
            while (KernelMemory.Frames.Allocate(order, FramePurpose.KernelData, Laboratory<TMode>.Token(), out Frame<Size4KiB> block)
                == AllocationError.None)
            {
                Laboratory<TMode>.Word(block.Start, 0) = hoard._first;
                Laboratory<TMode>.Word(block.Start, 1) = (ulong)order;
                hoard._first = block.Start.Value;
            }
        }

        return hoard;
    }

    /// <summary>Gives them all back.</summary>
    public void Give<TMode>()
        where TMode : struct, IPagingMode
    {
        while (_first != End)
        {
            Frame<Size4KiB> block = Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(_first));
            _first = Laboratory<TMode>.Word(block.Start, 0);
            Laboratory<TMode>.Give(block, (int)Laboratory<TMode>.Word(block.Start, 1));
        }
    }
}
