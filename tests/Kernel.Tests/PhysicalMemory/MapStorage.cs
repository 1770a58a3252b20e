using System;
using System.Runtime.InteropServices;
using Kernel.PhysicalMemory;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>Storage for a memory map that notices when something is written beyond its end.</summary>
public sealed unsafe class MapStorage : IDisposable
{
    private const byte Canary = 0xC5;

    private readonly int _capacity;
    private MemoryRegion* _slots;

    /// <summary>Room for that many regions, filled with what a bug would mistake for regions.</summary>
    public MapStorage(int capacity = 64)
    {
        _capacity = capacity;
        _slots = (MemoryRegion*)NativeMemory.Alloc((nuint)(capacity + 1), (nuint)sizeof(MemoryRegion));
        new Span<byte>(_slots, (capacity + 1) * sizeof(MemoryRegion)).Fill(Canary);
    }

    /// <summary>Whether the slot after the last is untouched.</summary>
    public bool EndIsUntouched =>
        new ReadOnlySpan<byte>(_slots + _capacity, sizeof(MemoryRegion)).IndexOfAnyExcept(Canary) < 0;

    /// <summary>Normalises into this storage.</summary>
    public MemoryMapError Normalize(RawMemoryRegion[] entries, int bits, out MemoryMap map, out MemoryMapReport report)
    {
        MemoryMapError error = MemoryMap.Normalize(entries, bits, _slots, _capacity, out map, out report);
        return EndIsUntouched ? error : throw new InvalidOperationException("The map was written beyond its storage.");
    }

    /// <summary>Normalises entries that are known to be good.</summary>
    public MemoryMap MapOf(params RawMemoryRegion[] entries)
    {
        MemoryMapError error = Normalize(entries, 52, out MemoryMap map, out _);
        return error == MemoryMapError.None ? map : throw new InvalidOperationException($"The map was refused: {error}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_slots);
        _slots = null;
    }
}
