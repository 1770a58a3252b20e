using System;
using System.Runtime.InteropServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The physical memory of a simulated machine: native, page-aligned, and dirty from the start.</summary>
public sealed unsafe class MemoryArray : IDisposable
{
    /// <summary>What every byte holds before anyone writes it. As an entry it would be present, writable and wrong.</summary>
    public const byte DirtyByte = 0xA7;

    private byte* _bytes;

    internal MemoryArray(PhysicalRange range)
    {
        Range = range;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)range.Length, (nuint)Size4KiB.Bytes);
        Bytes(range).Fill(DirtyByte);
    }

    /// <summary>Where it lies.</summary>
    public PhysicalRange Range { get; }

    /// <summary>The bytes of a range.</summary>
    public Span<byte> Bytes(PhysicalRange range)
    {
        if (!Range.Contains(range))
        {
            Panic.Raise("physical address", range.Start.Value, "memory of the simulated machine", "MemoryArray.Bytes");
        }

        // SAFETY: the range lies inside the array, which lives until Dispose makes the pointer null.
        return new Span<byte>(_bytes + (range.Start - Range.Start), checked((int)range.Length));
    }

    /// <summary>The bytes of a frame.</summary>
    public Span<byte> Bytes(Frame<Size4KiB> frame) => Bytes(frame.Range);

    /// <summary>Reads the 64 bits at an address.</summary>
    public ulong Read64(PhysicalAddress address) => *(ulong*)PointerTo(address);

    /// <summary>Writes the 64 bits at an address.</summary>
    public void Write64(PhysicalAddress address, ulong value) => *(ulong*)PointerTo(address) = value;

    /// <summary>Reads the 32 bits at an address.</summary>
    public uint Read32(PhysicalAddress address) => *(uint*)PointerTo(address);

    /// <summary>Writes the 32 bits at an address.</summary>
    public void Write32(PhysicalAddress address, uint value) => *(uint*)PointerTo(address) = value;

    /// <summary>Fills a frame with what memory holds before anyone writes it.</summary>
    public void MakeDirty(Frame<Size4KiB> frame) => Bytes(frame).Fill(DirtyByte);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }

    internal void* PointerTo(PhysicalAddress address)
    {
        if (!Range.Contains(address) || _bytes == null)
        {
            Panic.Raise("physical address", address.Value, "memory of the simulated machine", "MemoryArray.PointerTo");
        }

        // SAFETY: the address lies inside the array.
        return _bytes + (address - Range.Start);
    }
}
