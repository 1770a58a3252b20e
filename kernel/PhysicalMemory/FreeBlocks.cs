using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernel.PhysicalMemory;

/// <summary>The free blocks of a buddy allocator: a doubly linked list per order, threaded through the frames' metadata.</summary>
internal struct FreeBlocks
{
    private readonly FrameMetadataTable _metadata;
    private Lists _lists;

    // Bit n is set while the list of order n is not empty.
    private uint _nonEmpty;

    public FreeBlocks(FrameMetadataTable metadata)
    {
        _metadata = metadata;
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            _lists[order].First = FrameMetadata.NoFrame;
        }
    }

    /// <summary>The order of the largest free block, or -1 if there is none.</summary>
    public readonly int LargestOrder => _nonEmpty == 0 ? -1 : BitOperations.Log2(_nonEmpty);

    /// <summary>How many free blocks of that order there are.</summary>
    public readonly uint CountOf(int order) => _lists[order].Count;

    /// <summary>The first frame of the block in that order's list that would be taken next; the list is not empty.</summary>
    public readonly uint First(int order) => _lists[order].First;

    /// <summary>The smallest order of at least <paramref name="order"/> that has a free block, or -1.</summary>
    public readonly int SmallestFrom(int order)
    {
        uint fitting = _nonEmpty >> order << order;
        return fitting == 0 ? -1 : BitOperations.TrailingZeroCount(fitting);
    }

    /// <summary>Whether the block that begins at <paramref name="frame"/> is free, as one block of that order.</summary>
    public readonly bool Contains(uint frame, int order) => _metadata.IsFreeBlock(frame, order);

    /// <summary>Adds a block.</summary>
    public void Push(uint frame, int order)
    {
        ref List list = ref _lists[order];
        if (list.First != FrameMetadata.NoFrame)
        {
            _metadata[list.First].LinkPrevious(frame);
        }

        _metadata[frame].BecomeFree(order, list.First);
        list.First = frame;
        list.Count++;
        _nonEmpty |= 1u << order;
    }

    /// <summary>Takes any block out of the list of an order that is not empty.</summary>
    public uint Pop(int order)
    {
        uint frame = _lists[order].First;
        Remove(frame);
        return frame;
    }

    /// <summary>Takes a free block out of its list.</summary>
    public void Remove(uint frame)
    {
        ref FrameMetadata block = ref _metadata[frame];
        int order = block.Order;
        ref List list = ref _lists[order];
        if (block.Previous == FrameMetadata.NoFrame)
        {
            list.First = block.Next;
        }
        else
        {
            _metadata[block.Previous].LinkNext(block.Next);
        }

        if (block.Next != FrameMetadata.NoFrame)
        {
            _metadata[block.Next].LinkPrevious(block.Previous);
        }

        block.BecomeInside();
        list.Count--;
        if (list.Count == 0)
        {
            _nonEmpty &= ~(1u << order);
        }
    }

    private struct List
    {
        public uint First;
        public uint Count;
    }

    [InlineArray(BuddyAllocator.MaximumOrder + 1)]
    private struct Lists
    {
        private List _first;
    }
}
