namespace Kernel.PhysicalMemory;

/// <summary>How the memory of one zone was used at one moment.</summary>
public readonly struct FrameZoneStatistics
{
    private readonly OrderCounts _freeBlocks;

    internal FrameZoneStatistics(in BuddyAllocator buddy)
    {
        ManagedFrames = buddy.ManagedFrames;
        FreeFrames = buddy.FreeFrames;
        LargestFreeOrder = buddy.LargestFreeOrder;
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            _freeBlocks[order] = buddy.FreeBlocksOf(order);
        }
    }

    /// <summary>How many 4 KiB frames of the zone the allocator has, free or not.</summary>
    public ulong ManagedFrames { get; }

    /// <summary>How many of them are free.</summary>
    public ulong FreeFrames { get; }

    /// <summary>The order of the largest free block, or -1 if no frame is free.</summary>
    public int LargestFreeOrder { get; }

    /// <summary>How many free blocks of 2^<paramref name="order"/> frames there are.</summary>
    public uint FreeBlocksOf(int order) => _freeBlocks[order];
}
