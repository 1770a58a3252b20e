using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>All frames that were free, taken so that a test sees what happens without any.</summary>
/// <remarks>The list of the blocks lies in the first of them; the others are not touched, so that the host need not provide them.</remarks>
internal struct Hoard
{
    // An entry of the list: a frame number and below it an order, of which there are fewer than sixteen.
    private const int OrderBits = 4;
    private const nuint OrderMask = (1 << OrderBits) - 1;

    private Frame<Size4KiB> _list;
    private nuint _capacity;
    private nuint _count;

    /// <summary>Takes every free frame, the largest blocks first, and those that the kernel itself can use before all others.</summary>
    public static Hoard Take<TMode>()
        where TMode : struct, IPagingMode
    {
        Hoard hoard = TakeWithinReach<TMode>();
        hoard.Take<TMode>(FramePurpose.UserData);
        return hoard;
    }

    /// <summary>Takes every free frame that the kernel itself can use, the largest blocks first, and leaves what is out of its reach.</summary>
    public static Hoard TakeWithinReach<TMode>()
        where TMode : struct, IPagingMode
    {
        Hoard hoard = default;
        hoard.Take<TMode>(FramePurpose.KernelData);
        return hoard;
    }

    private void Take<TMode>(FramePurpose purpose)
        where TMode : struct, IPagingMode
    {
        for (int order = BuddyAllocator.MaximumOrder; order >= 0; order--)
        {
            while (KernelMemory.Frames.Allocate(order, purpose, Laboratory<TMode>.Token(), out Frame<Size4KiB> block)
                == AllocationError.None)
            {
                Add<TMode>(block, order);
            }
        }
    }

    /// <summary>Gives them all back, the one with the list last.</summary>
    public void Give<TMode>()
        where TMode : struct, IPagingMode
    {
        while (_count > 0)
        {
            _count--;
            nuint entry = Laboratory<TMode>.Word(_list.Start, _count);
            PhysicalAddress start = PhysicalAddress.FromValue((ulong)(entry >> OrderBits) << Size4KiB.Shift);
            Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(start), (int)(entry & OrderMask));
        }
    }

    private void Add<TMode>(Frame<Size4KiB> block, int order)
        where TMode : struct, IPagingMode
    {
        if (_count == 0)
        {
            _list = block;
            _capacity = Laboratory<TMode>.WordsPerFrame << order;
        }

        if (_count == _capacity)
        {
            Panic.Raise("blocks taken by a test", _count, "as many as the first of them can list", "Hoard.Add");
        }

        Laboratory<TMode>.Word(_list.Start, _count) = CheckedNarrowing.ToNative((block.Start.FrameNumber << OrderBits) | (uint)order);
        _count++;
    }
}
