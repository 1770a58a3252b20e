using System.Numerics;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Synchronization;

namespace Kernel.PhysicalMemory;

/// <summary>Takes memory for bring-up straight out of the memory map: from the top of what is in reach, down.</summary>
/// <remarks>
/// <para>
/// What it takes becomes <see cref="MemoryRegionKind.KernelData"/> in the map, and what is left stays usable there. So it
/// cannot overlap what was reserved, it has nothing of its own to account for, and the next allocator gets exactly the rest,
/// gaps from alignment and the last frame of each region included (the Limine tutorial's allocator loses that one).
/// </para>
/// <para>
/// What the loader placed (modules, their list, strings, the memory map itself) is reserved in the map before the allocator
/// begins, wherever it lies: behind the kernel, at the top of memory, in a hole. So nothing depends on where to start (EYN-OS
/// has to compute a base above all of it, <c>compute_boot_alloc_base</c>, and to remember each range once more in its bitmap).
/// </para>
/// <para>
/// It lives until <see cref="FrameAllocator{TProcessor}.SetUp"/> takes over, and then what it handed out is returned there;
/// using it afterwards panics. One processor uses it.
/// </para>
/// </remarks>
public struct EarlyAllocator : IFrameSource
{
    private readonly MemoryMap _map;
    private readonly PhysicalRange _reach;
    private bool _closed;

    /// <summary>Allocates from the usable regions of <paramref name="map"/>.</summary>
    /// <param name="map">Everything that is not free is reserved in it already: the kernel, boot data, modules.</param>
    /// <param name="reach">Where memory can be touched now. What lies outside is not handed out.</param>
    public EarlyAllocator(MemoryMap map, PhysicalRange reach)
    {
        _map = map;
        _reach = reach;
    }

    /// <summary>The memory map, with what was taken noted in it.</summary>
    public readonly MemoryMap Map => _map;

    /// <summary>How many of the taken frames came back when the map had no room to say so. Nobody uses them.</summary>
    public ulong KeptFrames { get; private set; }

    /// <summary>How many 4 KiB frames are taken now.</summary>
    public readonly ulong TakenFrames => _map.BytesOf(MemoryRegionKind.KernelData) >> Size4KiB.Shift;

    /// <summary>Takes <paramref name="frames"/> frames in a row.</summary>
    /// <param name="frames">How many 4 KiB frames; at least 1.</param>
    /// <param name="alignment">What the first address is a multiple of, in bytes; a power of two, at least 4096.</param>
    /// <param name="range">The memory. It still holds what its last user left there.</param>
    public EarlyAllocationError Allocate(ulong frames, ulong alignment, [Dirty] out PhysicalRange range) =>
        Allocate(frames, alignment, _reach.End, out range);

    /// <summary>Takes <paramref name="frames"/> frames in a row, none of which lies at or above <paramref name="below"/>.</summary>
    /// <inheritdoc cref="Allocate(ulong, ulong, out PhysicalRange)"/>
    /// <param name="frames">How many 4 KiB frames; at least 1.</param>
    /// <param name="alignment">What the first address is a multiple of, in bytes; a power of two, at least 4096.</param>
    /// <param name="below">The first address that must not be in it.</param>
    /// <param name="range">The memory. It still holds what its last user left there.</param>
    internal EarlyAllocationError Allocate(ulong frames, ulong alignment, PhysicalAddress below, [Dirty] out PhysicalRange range)
    {
        ExpectOpen("EarlyAllocator.Allocate");
        if (frames == 0 || alignment < Size4KiB.Bytes || !BitOperations.IsPow2(alignment))
        {
            Panic.Raise("alignment", alignment, "at least one frame, aligned to a power of two of at least 4096", "EarlyAllocator.Allocate");
        }

        PhysicalRange within = _reach.Intersect(PhysicalRange.Between(PhysicalAddress.Zero, below));
        if (!TryFindHighest(frames, alignment, within, out range))
        {
            return EarlyAllocationError.OutOfFrames;
        }

        if (!_map.TryChangeKind(range, MemoryRegionKind.KernelData))
        {
            range = default;
            return EarlyAllocationError.MapFull;
        }

        return EarlyAllocationError.None;
    }

    /// <inheritdoc/>
    public bool TryTake(InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame)
    {
        bool taken = Allocate(1, Size4KiB.Bytes, out PhysicalRange range) == EarlyAllocationError.None;
        frame = taken ? Frame<Size4KiB>.FromStart(range.Start) : default;
        return taken;
    }

    /// <inheritdoc/>
    public void Return(Frame<Size4KiB> frame, InterruptsDisabled token) => Return(frame.Range);

    /// <summary>Makes memory usable again that came from here; panics if it did not.</summary>
    /// <remarks>
    /// What is given back in the reverse order of its taking always finds room in the map. What comes back from the middle may
    /// not: then it stays kernel data there, so that nobody gets it, and <see cref="KeptFrames"/> counts it.
    /// </remarks>
    public void Return(PhysicalRange range)
    {
        ExpectOpen("EarlyAllocator.Return");
        bool taken = _map.TryFind(range.Start, out MemoryRegion region)
            && region.Kind == MemoryRegionKind.KernelData
            && region.Range.Contains(range);
        if (!taken)
        {
            Panic.Raise("returned frame", range.Start.Value, "memory taken from the early allocator", "EarlyAllocator.Return");
        }

        if (!_map.TryChangeKind(range, MemoryRegionKind.Usable))
        {
            KeptFrames += range.Length >> Size4KiB.Shift;
        }
    }

    /// <summary>Ends the allocator's life: the rest belongs to the next one.</summary>
    internal void Close()
    {
        ExpectOpen("EarlyAllocator.Close");
        _closed = true;
    }

    private readonly bool TryFindHighest(ulong frames, ulong alignment, PhysicalRange within, out PhysicalRange found)
    {
        for (int index = _map.Regions.Length - 1; index >= 0; index--)
        {
            MemoryRegion region = _map.Regions[index];
            PhysicalRange free = region.Range.Intersect(within).ShrinkTo<Size4KiB>();
            if (region.Kind != MemoryRegionKind.Usable || free.Length >> Size4KiB.Shift < frames)
            {
                continue;
            }

            ulong length = frames << Size4KiB.Shift;
            PhysicalAddress start = PhysicalAddress.FromValue((free.End.Value - length) & ~(alignment - 1));
            if (start >= free.Start)
            {
                found = PhysicalRange.FromStart(start, length);
                return true;
            }
        }

        found = default;
        return false;
    }

    private readonly void ExpectOpen(string where)
    {
        if (_closed)
        {
            Panic.Raise("early allocator closed, frames taken", TakenFrames, "an allocator whose rest was not handed over", where);
        }
    }
}
