using System;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A simulated machine whose frame allocator is set up from a memory map.</summary>
public sealed class FrameMachine : IDisposable
{
    private readonly MapStorage _storage = new();

    /// <summary>The first 4 MiB, which are the machine's memory.</summary>
    public const ulong MemoryBytes = 4 << 20;

    /// <summary>A machine of 4 MiB, all of it usable but for what <paramref name="entries"/> add or take away. What they add is not there to be touched.</summary>
    public FrameMachine(params RawMemoryRegion[] entries)
    {
        Machine = new TestMachine(MemoryBytes, processors: 4);
        Early = new EarlyAllocator(
            _storage.MapOf([new RawMemoryRegion(0, MemoryBytes, MemoryRegionKind.Usable), .. entries]), Machine.Memory.Range);
        UsableFrames = Early.Map.UsableBytes >> 12;
    }

    /// <summary>The machine.</summary>
    public TestMachine Machine { get; }

    /// <summary>How many frames were usable before anything was taken.</summary>
    public ulong UsableFrames { get; }

    /// <summary>The early allocator that the frame allocator is set up from.</summary>
    public EarlyAllocator Early;

    /// <summary>The allocator.</summary>
    public FrameAllocator<SimulatedProcessor> Frames;

    /// <summary>Proof that interrupts are disabled on the current processor.</summary>
    public InterruptsDisabled Token => Machine.Token;

    /// <summary>How the memory is used now.</summary>
    public FrameStatistics Statistics => Frames.GetStatistics(Token);

    /// <summary>How many free blocks of each order there are.</summary>
    public uint[] FreeBlocks
    {
        get
        {
            FrameStatistics statistics = Statistics;
            return [.. Enumerable.Range(0, BuddyAllocator.MaximumOrder + 1).Select(order => statistics.FreeBlocksOf(order))];
        }
    }

    /// <summary>A machine whose allocator is set up, and whose kernel reaches all memory.</summary>
    public static FrameMachine Ready(params RawMemoryRegion[] entries) => Reaching(1UL << 52, entries);

    /// <summary>A machine whose allocator is set up, and whose kernel reaches the memory below <paramref name="reachEnd"/>.</summary>
    public static FrameMachine Reaching(ulong reachEnd, params RawMemoryRegion[] entries)
    {
        FrameMachine machine = new(entries);
        machine.Machine.ReachEnd = PhysicalAddress.FromValue(reachEnd);
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        return machine;
    }

    /// <summary>Allocates a block that must be there.</summary>
    public Frame<Size4KiB> Take(int order = 0, FramePurpose purpose = FramePurpose.KernelData, FrameOwner owner = default)
    {
        Assert.Equal(AllocationError.None, Frames.Allocate(order, purpose, Token, out Frame<Size4KiB> first, owner));
        return first;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _storage.Dispose();
        Machine.Dispose();
    }
}
