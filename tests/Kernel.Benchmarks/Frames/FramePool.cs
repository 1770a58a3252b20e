using System;
using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Benchmarks.Frames;

/// <summary>A frame allocator with 1 GiB. Only its metadata is real memory: it never touches the frames.</summary>
internal sealed class FramePool
{
    private const ulong ManagedBytes = 1UL << 30;
    private const int MostRegions = 16;

    private FrameAllocator<IdleProcessor> _frames;
    private FrameStatistics _before;

    /// <summary>Whether every frame is free again, joined to the blocks that there were at the start.</summary>
    public bool IsAsBefore
    {
        get
        {
            FrameStatistics now = _frames.GetStatistics(Token);
            bool same = now.FreeFrames == _before.FreeFrames;
            for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
            {
                same &= now.FreeBlocksOf(order) == _before.FreeBlocksOf(order);
            }

            return same;
        }
    }

    private static InterruptsDisabled Token => InterruptsDisabled.InTrustedContext<IdleProcessor>();

    /// <summary>Starts over with all frames free.</summary>
    public unsafe void Start()
    {
        ulong start = ArenaMemory.Metadata.Start.Value;
        MemoryRegion* storage = stackalloc MemoryRegion[MostRegions];
        ReadOnlySpan<RawMemoryRegion> entries = [new RawMemoryRegion(start, ManagedBytes, MemoryRegionKind.Usable)];

        // SAFETY: the storage has that many regions, and the map is not used after this method.
        MemoryMapError error = MemoryMap.Normalize(entries, PhysicalAddress.MaximumBits, storage, MostRegions, out MemoryMap map, out _);
        EarlyAllocator early = new(map, ArenaMemory.Metadata);
        _frames = default;
        if (error != MemoryMapError.None || _frames.SetUp<ArenaMemory>(ref early) != FrameSetUpError.None)
        {
            throw new WorkloadFailedException("frame allocator");
        }

        _before = _frames.GetStatistics(Token);
    }

    /// <summary>Allocates a block, or returns false.</summary>
    public bool TryTake(int order, out Frame<Size4KiB> first) =>
        _frames.Allocate(order, FramePurpose.KernelData, Token, out first) == AllocationError.None;

    /// <summary>Frees a block, or returns false.</summary>
    public bool TryReturn(Frame<Size4KiB> first, int order) => _frames.Free(first, order, Token) == FreeError.None;
}
