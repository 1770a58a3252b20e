using System.Numerics;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.PhysicalMemory;

/// <summary>Hands out frames in blocks of a power of two, which split to fit and join again when both halves are free.</summary>
/// <remarks>
/// <para>
/// A block of order n is 2^n frames long and begins at a multiple of its length; the block that differs from it only in bit
/// n of the frame number is its buddy. Allocating and freeing a block take at most <see cref="MaximumOrder"/> steps.
/// </para>
/// <para>
/// An allocation may have any number of frames: what of a block is not needed goes back at once (EYN-OS hides up to 31 frames
/// in the tail of its bitmap). It is freed as it was allocated, by its first frame and its size, and anything else is an error.
/// It never touches the frames themselves. Several allocators may share the metadata if each has a part of the frames for itself.
/// Not synchronised: <see cref="FrameAllocator{TProcessor}"/> holds a lock around it.
/// </para>
/// </remarks>
public struct BuddyAllocator
{
    /// <summary>The order of the largest block: 1024 frames, 4 MiB.</summary>
    public const int MaximumOrder = 10;

    /// <summary>How many frames the largest block has.</summary>
    public const uint MaximumBlockFrames = 1u << MaximumOrder;

    private readonly FrameMetadataTable _metadata;

    // The frame numbers that it may have: from the first up to, but without, the last.
    private readonly uint _start;
    private readonly uint _end;
    private FreeBlocks _free;

    /// <summary>An allocator that has no frames yet.</summary>
    /// <param name="metadata">The metadata of all frames that it will have.</param>
    public BuddyAllocator(FrameMetadataTable metadata)
        : this(metadata, 0, FrameMetadata.NoFrame)
    {
    }

    /// <summary>An allocator that has no frames yet, and no others later than those from <paramref name="start"/> up to, but without, <paramref name="end"/>.</summary>
    /// <param name="metadata">The metadata of all frames that it will have.</param>
    /// <param name="start">A frame number, a multiple of <see cref="MaximumBlockFrames"/>: buddies lie on one side of it.</param>
    /// <param name="end">A frame number, a multiple of that too, or the one that stands for no frame.</param>
    internal BuddyAllocator(FrameMetadataTable metadata, uint start, uint end)
    {
        _metadata = metadata;
        _start = start;
        _end = end;
        _free = new FreeBlocks(metadata);
    }

    /// <summary>How many frames it has, free or not.</summary>
    public ulong ManagedFrames { get; private set; }

    /// <summary>How many of them are free.</summary>
    public ulong FreeFrames { get; private set; }

    /// <summary>The order of the largest free block, or -1 if no frame is free.</summary>
    public readonly int LargestFreeOrder => _free.LargestOrder;

    /// <summary>How many free blocks of that order there are. Each is as large as its surroundings allow.</summary>
    public readonly uint FreeBlocksOf(int order) => _free.CountOf(order);

    /// <summary>Gives it the whole frames of a range, to hand out.</summary>
    /// <remarks>Panics if it has one of them already, or may not have it, or if one has no metadata.</remarks>
    public void Add(PhysicalRange range)
    {
        Manage(range, out uint start, out uint count);
        FreeRun(start, count);
    }

    /// <summary>Gives it the whole frames of a range that are in use: each is an allocation of one frame, to be freed some day.</summary>
    /// <remarks>Panics as <see cref="Add"/> does.</remarks>
    public void Adopt(PhysicalRange range)
    {
        Manage(range, out uint start, out uint count);
        for (uint frame = start; frame < start + count; frame++)
        {
            _metadata[frame].BecomeAllocated(1);
        }
    }

    /// <summary>Allocates a block of 2^<paramref name="order"/> frames, aligned to its size.</summary>
    /// <param name="order">0 for one frame, up to <see cref="MaximumOrder"/>.</param>
    /// <param name="first">Its first frame. The memory still holds what its last owner left there.</param>
    public AllocationError Allocate(int order, [Dirty] out Frame<Size4KiB> first)
    {
        first = default;
        if (order is < 0 or > MaximumOrder)
        {
            return AllocationError.NoSuchOrder;
        }

        int from = _free.SmallestFrom(order);
        if (from < 0)
        {
            return AllocationError.OutOfFrames;
        }

        uint frame = _free.Pop(from);
        while (from > order)
        {
            from--;
            _free.Push(frame + (1u << from), from);
        }

        first = Allocated(frame, 1u << order);
        return AllocationError.None;
    }

    /// <summary>Allocates any number of frames in a row.</summary>
    /// <remarks>
    /// Finds a run if there is one. For up to 1024 frames, and if the bound lies above all of its frames, it takes a block as
    /// <see cref="Allocate"/> does and gives the tail back; otherwise, or if no block is large enough, it looks from the lowest
    /// frame up, past a whole block or allocation at a time.
    /// </remarks>
    /// <param name="frames">How many.</param>
    /// <param name="alignment">What the first address is a multiple of, in bytes: a power of two, at least 4096.</param>
    /// <param name="below">No byte lies at or above this address.</param>
    /// <param name="first">The first frame. The memory still holds what its last owners left there.</param>
    public AllocationError AllocateRun(ulong frames, ulong alignment, PhysicalAddress below, [Dirty] out Frame<Size4KiB> first)
    {
        first = default;
        if (frames == 0)
        {
            return AllocationError.ZeroFrames;
        }

        if (alignment < Size4KiB.Bytes || !BitOperations.IsPow2(alignment))
        {
            return AllocationError.NotAnAlignment;
        }

        if (frames > FreeFrames)
        {
            return AllocationError.OutOfFrames;
        }

        uint count = CheckedNarrowing.ToUInt32(frames);
        ulong step = alignment >> Size4KiB.Shift;
        bool unbounded = below.FrameNumber >= _end;
        uint end = unbounded ? _end : CheckedNarrowing.ToUInt32(below.FrameNumber);
        if (!(unbounded && TryFindBlock(count, step, out uint start)) && !TryFindRun(count, step, end, out start))
        {
            return AllocationError.OutOfFrames;
        }

        TakeRun(start, count);
        first = Allocated(start, count);
        return AllocationError.None;
    }

    /// <summary>Takes an allocation back and joins it with its free neighbours.</summary>
    /// <param name="first">Its first frame.</param>
    /// <param name="frames">How many frames were allocated.</param>
    public FreeError Free(Frame<Size4KiB> first, ulong frames)
    {
        FreeError error = Check(first, frames);
        if (error == FreeError.None)
        {
            uint start = CheckedNarrowing.ToUInt32(first.Start.FrameNumber);
            _metadata[start].BecomeInside();
            FreeRun(start, CheckedNarrowing.ToUInt32(frames));
        }

        return error;
    }

    /// <summary>What <see cref="Free"/> would say. Changes nothing.</summary>
    public readonly FreeError Check(Frame<Size4KiB> first, ulong frames)
    {
        ulong number = first.Start.FrameNumber;
        if (number > uint.MaxValue || !_metadata.Covers(CheckedNarrowing.ToUInt32(number)))
        {
            return FreeError.NotManaged;
        }

        ref FrameMetadata slot = ref _metadata[CheckedNarrowing.ToUInt32(number)];
        return slot.State switch
        {
            FrameState.Unmanaged or FrameState.SetAside => FreeError.NotManaged,
            FrameState.Allocated => slot.Frames == frames ? FreeError.None : FreeError.WrongSize,
            _ => FreeError.NotAllocated,
        };
    }

    private void Manage(PhysicalRange range, out uint start, out uint count)
    {
        PhysicalRange frames = range.ShrinkTo<Size4KiB>();
        start = frames.IsEmpty ? 0 : CheckedNarrowing.ToUInt32(frames.Start.FrameNumber);
        count = CheckedNarrowing.ToUInt32(frames.Length >> Size4KiB.Shift);
        for (uint frame = start; frame < start + count; frame++)
        {
            ref FrameMetadata slot = ref _metadata[frame];
            if (slot.State is not (FrameState.Unmanaged or FrameState.SetAside) || frame < _start || frame >= _end)
            {
                Panic.Raise("frame number", frame, "a frame that the allocator does not have yet and may have", "BuddyAllocator.Manage");
            }

            slot.BecomeInside();
        }

        ManagedFrames += count;
    }

    private Frame<Size4KiB> Allocated(uint start, uint count)
    {
        _metadata[start].BecomeAllocated(count);
        FreeFrames -= count;
        return Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue((ulong)start << Size4KiB.Shift));
    }

    // The largest aligned blocks that the run consists of, one by one.
    private void FreeRun(uint start, uint count)
    {
        FreeFrames += count;
        while (count != 0)
        {
            int order = BitOperations.Log2(count);
            int aligned = BitOperations.TrailingZeroCount(start);
            order = order < aligned ? order : aligned;
            order = order < MaximumOrder ? order : MaximumOrder;
            FreeBlock(start, order);
            start += 1u << order;
            count -= 1u << order;
        }
    }

    private void FreeBlock(uint frame, int order)
    {
        while (order < MaximumOrder)
        {
            uint buddy = frame ^ (1u << order);
            if (!_free.Contains(buddy, order))
            {
                break;
            }

            _free.Remove(buddy);
            frame &= buddy;
            order++;
        }

        _free.Push(frame, order);
    }

    // Finds, without taking it, the start of a block that holds the run.
    private readonly bool TryFindBlock(uint count, ulong step, out uint start)
    {
        start = 0;
        if (count > MaximumBlockFrames || step > MaximumBlockFrames)
        {
            return false;
        }

        uint alignment = CheckedNarrowing.ToUInt32(step);
        uint size = BitOperations.RoundUpToPowerOf2(count);
        int from = _free.SmallestFrom(BitOperations.Log2(size < alignment ? alignment : size));
        if (from < 0)
        {
            return false;
        }

        start = _free.First(from);
        return true;
    }

    // Steps from block to block and allocation to allocation; the run is what of free blocks lies in a row.
    private readonly bool TryFindRun(uint count, ulong step, uint below, out uint start)
    {
        uint runStart = 0;
        uint runEnd = 0;
        for (uint frame = _metadata.NextCovered(_start); frame < below; frame = _metadata.NextCovered(frame))
        {
            ref FrameMetadata slot = ref _metadata[frame];
            if (slot.State != FrameState.Free)
            {
                frame += slot.State == FrameState.Allocated ? slot.Frames : 1;
                continue;
            }

            runStart = frame == runEnd ? runStart : frame;
            frame += 1u << slot.Order;
            runEnd = frame;
            uint end = runEnd < below ? runEnd : below;
            ulong aligned = (runStart + (step - 1)) & ~(step - 1);
            if (aligned < end && end - aligned >= count)
            {
                start = CheckedNarrowing.ToUInt32(aligned);
                return true;
            }
        }

        start = 0;
        return false;
    }

    // Takes exactly these frames out of the free blocks that they are in; what of the last block lies above them stays free.
    // They begin where a block does: a run starts at one, and rounding up to an alignment ends at one, since a block that is
    // smaller than the alignment cannot have a multiple of it inside, and a larger one starts at a multiple.
    private void TakeRun(uint start, uint count)
    {
        uint end = start + count;
        for (uint at = start; at < end;)
        {
            ref FrameMetadata block = ref _metadata[at];
            if (block.State != FrameState.Free)
            {
                Panic.Raise("frame number", at, "the first frame of a free block", "BuddyAllocator.TakeRun");
            }

            uint blockEnd = at + (1u << block.Order);
            _free.Remove(at);
            if (blockEnd > end)
            {
                FreeFrames -= blockEnd - end;
                FreeRun(end, blockEnd - end);
            }

            at = blockEnd;
        }
    }
}
