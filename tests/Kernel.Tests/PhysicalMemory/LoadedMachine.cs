using System;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A machine of 4 MiB with what a loader placed there, whose frame allocator is set up.</summary>
public sealed class LoadedMachine : IDisposable
{
    private readonly TestMachine _machine = new(4 << 20);
    private readonly MapStorage _storage = new();

    /// <summary>A machine with that memory.</summary>
    public LoadedMachine(LoaderMemory memory)
    {
        Map = _storage.MapOf(memory.Entries);
        ulong metadata = FrameMetadataTable.FramesNeededFor(Map);
        EarlyAllocator early = new(Map, _machine.Memory.Range);
        Assert.Equal(FrameSetUpError.None, Frames.SetUp<SimulatedMemory>(ref early));
        MetadataMemory = Array.Find(Map.Regions.ToArray(), region => region.Kind == MemoryRegionKind.KernelData).Range;
        Assert.Equal(metadata, MetadataMemory.Length >> 12);
    }

    /// <summary>The memory map, with the metadata in it.</summary>
    public MemoryMap Map { get; }

    /// <summary>Where the allocator's metadata lies.</summary>
    public PhysicalRange MetadataMemory { get; }

    /// <summary>The allocator.</summary>
    public FrameAllocator<SimulatedProcessor> Frames;

    /// <summary>Proof that interrupts are disabled on the current processor.</summary>
    public InterruptsDisabled Token => _machine.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _storage.Dispose();
        _machine.Dispose();
    }
}
