namespace Kernel.PhysicalMemory;

/// <summary>How a frame allocator's memory was used at one moment: both zones together, each by itself, and by purpose.</summary>
public readonly struct FrameStatistics
{
    private readonly FrameZoneStatistics _withinReach;
    private readonly FrameZoneStatistics _outOfReach;
    private readonly PurposeCounts _used;

    internal FrameStatistics(in FrameZones zones, in PurposeCounts used)
    {
        _withinReach = zones.StatisticsOf(FrameZone.WithinReach);
        _outOfReach = zones.StatisticsOf(FrameZone.OutOfReach);
        _used = used;
    }

    /// <summary>How many 4 KiB frames the allocator has, free or not.</summary>
    public ulong ManagedFrames => _withinReach.ManagedFrames + _outOfReach.ManagedFrames;

    /// <summary>How many of them are free.</summary>
    public ulong FreeFrames => _withinReach.FreeFrames + _outOfReach.FreeFrames;

    /// <summary>The order of the largest free block, or -1 if no frame is free.</summary>
    public int LargestFreeOrder => _withinReach.LargestFreeOrder > _outOfReach.LargestFreeOrder
        ? _withinReach.LargestFreeOrder
        : _outOfReach.LargestFreeOrder;

    /// <summary>How many free blocks of 2^<paramref name="order"/> frames there are.</summary>
    public uint FreeBlocksOf(int order) => _withinReach.FreeBlocksOf(order) + _outOfReach.FreeBlocksOf(order);

    /// <summary>The share of one zone in all that.</summary>
    public FrameZoneStatistics Of(FrameZone zone) => zone == FrameZone.WithinReach ? _withinReach : _outOfReach;

    /// <summary>How many frames are used for that, in both zones together.</summary>
    public ulong UsedFor(FramePurpose purpose) => _used[(int)purpose];
}
