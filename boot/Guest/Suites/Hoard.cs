using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>All frames that were free, taken so that a test sees what happens without any.</summary>
/// <remarks>The list of the blocks lies in the first of them; the others are not touched, so that the host need not provide them.</remarks>
internal struct Hoard
{
    private Frame<Size4KiB> _list;
    private ulong _capacity;
    private ulong _count;

    /// <summary>Takes every free frame, the largest blocks first.</summary>
    public static Hoard Take<TMode>()
        where TMode : struct, IPagingMode
    {
        Hoard hoard = default;
        for (int order = BuddyAllocator.MaximumOrder; order >= 0; order--)
        {
            while (KernelMemory.Frames.Allocate(order, FramePurpose.KernelData, Laboratory<TMode>.Token(), out Frame<Size4KiB> block)
                == AllocationError.None)
            {
                hoard.Add<TMode>(block, order);
            }
        }

        return hoard;
    }

    /// <summary>Gives them all back, the one with the list last.</summary>
    public void Give<TMode>()
        where TMode : struct, IPagingMode
    {
        while (_count > 0)
        {
            _count--;
            ulong entry = Laboratory<TMode>.Word(_list.Start, _count);
            int order = (int)(entry & (Size4KiB.Bytes - 1));
            Laboratory<TMode>.Give(Frame<Size4KiB>.Containing(PhysicalAddress.FromValue(entry)), order);
        }
    }

    private void Add<TMode>(Frame<Size4KiB> block, int order)
        where TMode : struct, IPagingMode
    {
        if (_count == 0)
        {
            _list = block;
            _capacity = (Size4KiB.Bytes << order) / sizeof(ulong);
        }

        if (_count == _capacity)
        {
            Panic.Raise("blocks taken by a test", _count, "as many as the first of them can list", "Hoard.Add");
        }

        // The start of a frame leaves the low bits free for the order.
        Laboratory<TMode>.Word(_list.Start, _count) = block.Start.Value | (uint)order;
        _count++;
    }
}
