using Kernel.Addresses;
using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>All frames in two zones, each with a buddy allocator of its own: what the kernel always reaches and what it does not.</summary>
/// <remarks>
/// <code>
///  0                     border                                        16 TiB
///  | within reach       | out of reach                                 |
/// </code>
/// <para>
/// Who must have frames within reach gets no others, however many there are. Who can do with any gets those out of reach first,
/// so that the others last longer, and those within reach when there are none. An allocation lies in one zone; a frame that is
/// freed goes back to the zone that it lies in.
/// </para>
/// <para>
/// The border is the reach's end, rounded down to a multiple of the largest block, so that no block crosses it; a part of such
/// a block that is within reach counts as out of reach. Not synchronised.
/// </para>
/// </remarks>
internal struct FrameZones
{
    private const ulong LargestBlock = (ulong)BuddyAllocator.MaximumBlockFrames << Size4KiB.Shift;

    // The last block of all has no metadata: its last frame number stands for no frame.
    private const ulong HighestBorder = (1UL << (32 + Size4KiB.Shift)) - LargestBlock;

    private readonly PhysicalAddress _border;
    private BuddyAllocator _withinReach;
    private BuddyAllocator _outOfReach;

    /// <summary>Zones that have no frames yet.</summary>
    /// <param name="metadata">The metadata of all frames that they will have.</param>
    /// <param name="reachEnd">The first address that the kernel cannot touch at any time.</param>
    public FrameZones(FrameMetadataTable metadata, PhysicalAddress reachEnd)
    {
        ulong border = reachEnd.Value & ~(LargestBlock - 1);
        _border = PhysicalAddress.FromValue(border < HighestBorder ? border : HighestBorder);
        uint first = CheckedNarrowing.ToUInt32(_border.FrameNumber);
        _withinReach = new BuddyAllocator(metadata, 0, first);
        _outOfReach = new BuddyAllocator(metadata, first, FrameMetadata.NoFrame);
    }

    private readonly PhysicalRange Within => PhysicalRange.Between(PhysicalAddress.Zero, _border);

    private readonly PhysicalRange Beyond => PhysicalRange.Between(_border, PhysicalAddress.FromValue(1UL << PhysicalAddress.MaximumBits));

    /// <summary>How one zone is used now.</summary>
    public readonly FrameZoneStatistics StatisticsOf(FrameZone zone) => zone == FrameZone.WithinReach
        ? new FrameZoneStatistics(in _withinReach)
        : new FrameZoneStatistics(in _outOfReach);

    /// <summary>Gives the whole frames of a range to the zones that they lie in. Panics as <see cref="BuddyAllocator.Add"/> does.</summary>
    public void Add(PhysicalRange range)
    {
        _withinReach.Add(range.Intersect(Within));
        _outOfReach.Add(range.Intersect(Beyond));
    }

    /// <summary>Gives the whole frames of a range to the zones that they lie in, each in use. Panics as <see cref="BuddyAllocator.Adopt"/> does.</summary>
    public void Adopt(PhysicalRange range)
    {
        _withinReach.Adopt(range.Intersect(Within));
        _outOfReach.Adopt(range.Intersect(Beyond));
    }

    /// <summary>Allocates a block of 2^<paramref name="order"/> frames, aligned to its size.</summary>
    /// <param name="order">0 for one frame, up to <see cref="BuddyAllocator.MaximumOrder"/>.</param>
    /// <param name="needsReach">Whether it must lie within reach.</param>
    /// <param name="first">Its first frame. The memory still holds what its last owner left there.</param>
    public AllocationError Allocate(int order, bool needsReach, [Dirty] out Frame<Size4KiB> first)
    {
        if (!needsReach && _outOfReach.Allocate(order, out first) == AllocationError.None)
        {
            return AllocationError.None;
        }

        AllocationError error = _withinReach.Allocate(order, out first);
        return error == AllocationError.OutOfFrames && needsReach && _outOfReach.FreeFrames >> order != 0
            ? AllocationError.OutOfReachableFrames
            : error;
    }

    /// <summary>Allocates any number of frames in a row, all in one zone.</summary>
    /// <param name="frames">How many.</param>
    /// <param name="alignment">What the first address is a multiple of, in bytes: a power of two, at least 4096.</param>
    /// <param name="below">No byte lies at or above this address.</param>
    /// <param name="needsReach">Whether they must lie within reach.</param>
    /// <param name="first">The first frame. The memory still holds what its last owners left there.</param>
    public AllocationError AllocateRun(
        ulong frames, ulong alignment, PhysicalAddress below, bool needsReach, [Dirty] out Frame<Size4KiB> first)
    {
        if (!needsReach && _outOfReach.AllocateRun(frames, alignment, below, out first) == AllocationError.None)
        {
            return AllocationError.None;
        }

        AllocationError error = _withinReach.AllocateRun(frames, alignment, below, out first);
        return error == AllocationError.OutOfFrames && needsReach && below > _border && _outOfReach.FreeFrames >= frames
            ? AllocationError.OutOfReachableFrames
            : error;
    }

    /// <summary>Takes an allocation back into its zone.</summary>
    /// <param name="first">Its first frame.</param>
    /// <param name="frames">How many frames were allocated.</param>
    public FreeError Free(Frame<Size4KiB> first, ulong frames) =>
        first.Start < _border ? _withinReach.Free(first, frames) : _outOfReach.Free(first, frames);

    /// <summary>What <see cref="Free"/> would say. Changes nothing.</summary>
    public readonly FreeError Check(Frame<Size4KiB> first, ulong frames) =>
        first.Start < _border ? _withinReach.Check(first, frames) : _outOfReach.Check(first, frames);
}
