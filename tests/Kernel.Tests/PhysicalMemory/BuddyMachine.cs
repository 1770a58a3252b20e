using System;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A buddy allocator over memory that only its metadata knows: the metadata lies in a small simulated machine.</summary>
public sealed class BuddyMachine : IDisposable
{
    private const ulong MetadataBytes = 1 << 20;

    private readonly TestMachine _machine = new(MetadataBytes);
    private readonly MapStorage _storage = new();

    /// <summary>An allocator that has exactly these ranges, all of them above 1 MiB.</summary>
    public BuddyMachine(params PhysicalRange[] managed)
    {
        RawMemoryRegion[] entries =
        [
            new(0, MetadataBytes, MemoryRegionKind.Usable),
            .. managed.Select(range => new RawMemoryRegion(range.Start.Value, range.Length, MemoryRegionKind.Usable)),
        ];
        EarlyAllocator early = new(_storage.MapOf(entries), _machine.Memory.Range);
        Assert.Equal(FrameSetUpError.None, FrameMetadataTable.Create<SimulatedMemory>(ref early, out FrameMetadataTable metadata));
        Metadata = metadata;
        Buddy = new BuddyAllocator(metadata);
        foreach (PhysicalRange range in managed)
        {
            Buddy.Add(range);
        }
    }

    /// <summary>The metadata of its frames, and of those that it does not have yet.</summary>
    public FrameMetadataTable Metadata { get; }

    /// <summary>The allocator.</summary>
    public BuddyAllocator Buddy;

    /// <summary>How many free blocks of each order there are.</summary>
    public uint[] FreeBlocks
    {
        get
        {
            uint[] blocks = new uint[BuddyAllocator.MaximumOrder + 1];
            for (int order = 0; order < blocks.Length; order++)
            {
                blocks[order] = Buddy.FreeBlocksOf(order);
            }

            return blocks;
        }
    }

    /// <summary>Allocates a block that must be there.</summary>
    public Frame<Size4KiB> Take(int order)
    {
        Assert.Equal(AllocationError.None, Buddy.Allocate(order, out Frame<Size4KiB> first));
        return first;
    }

    /// <summary>Allocates a run that must be there.</summary>
    public Frame<Size4KiB> TakeRun(ulong frames, ulong alignment = 0x1000, ulong below = 1UL << 52)
    {
        Assert.Equal(AllocationError.None, Buddy.AllocateRun(frames, alignment, Make.Physical(below), out Frame<Size4KiB> first));
        return first;
    }

    /// <summary>Frees what must be allocated like that.</summary>
    public void Free(Frame<Size4KiB> first, ulong frames) => Assert.Equal(FreeError.None, Buddy.Free(first, frames));

    /// <inheritdoc/>
    public void Dispose()
    {
        _storage.Dispose();
        _machine.Dispose();
    }
}
