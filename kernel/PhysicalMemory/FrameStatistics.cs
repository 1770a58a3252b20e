namespace Kernel.PhysicalMemory;

/// <summary>How a frame allocator's memory was used at one moment.</summary>
public readonly struct FrameStatistics
{
    private readonly OrderCounts _freeBlocks;
    private readonly PurposeCounts _used;

    internal FrameStatistics(in BuddyAllocator buddy, in PurposeCounts used)
    {
        ManagedFrames = buddy.ManagedFrames;
        FreeFrames = buddy.FreeFrames;
        LargestFreeOrder = buddy.LargestFreeOrder;
        _used = used;
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            _freeBlocks[order] = buddy.FreeBlocksOf(order);
        }
    }

    /// <summary>How many 4 KiB frames the allocator has, free or not.</summary>
    public ulong ManagedFrames { get; }

    /// <summary>How many of them are free.</summary>
    public ulong FreeFrames { get; }

    /// <summary>The order of the largest free block, or -1 if no frame is free.</summary>
    public int LargestFreeOrder { get; }

    /// <summary>How many free blocks of 2^<paramref name="order"/> frames there are.</summary>
    public uint FreeBlocksOf(int order) => _freeBlocks[order];

    /// <summary>How many frames are used for that.</summary>
    public ulong UsedFor(FramePurpose purpose) => _used[(int)purpose];
}
