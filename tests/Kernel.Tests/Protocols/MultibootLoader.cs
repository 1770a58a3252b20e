using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Protocols;

/// <summary>Leaves in the memory of a simulated machine what a Multiboot loader leaves. What it does not write stays dirty.</summary>
internal sealed class MultibootLoader : IDisposable
{
    /// <summary>Where the information lies.</summary>
    public const uint Information = 0x9500;

    /// <summary>Where the memory map lies, at no particular alignment.</summary>
    public const uint Map = 0xA001;

    /// <summary>Where the list of modules lies.</summary>
    public const uint Modules = 0xB000;

    /// <summary>Where texts lie, one behind the other.</summary>
    public const uint Texts = 0xC000;

    /// <summary>Where the memory that can be read ends.</summary>
    public const uint End = 0x2_0000;

    private readonly MemoryArray _memory = new(PhysicalRange.FromStart(PhysicalAddress.FromValue(0x9000), End - 0x9000));
    private uint _flags;
    private uint _mapLength;
    private uint _moduleCount;
    private uint _nextText = Texts;

    /// <summary>A loader that has said nothing yet.</summary>
    public MultibootLoader() => SetFlags();

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>All of the memory.</summary>
    public Span<byte> Bytes => _memory.Bytes(_memory.Range);

    /// <summary>Says that a field is there.</summary>
    public MultibootLoader Flag(int bit)
    {
        _flags |= 1u << bit;
        return SetFlags();
    }

    /// <summary>Writes a field of the information.</summary>
    public MultibootLoader Field(uint offset, uint value) => Write32(Information + offset, value);

    /// <summary>Adds an entry to the memory map, which has <paramref name="extra"/> bytes that nobody knows.</summary>
    public MultibootLoader Region(ulong start, ulong length, uint kind, uint extra = 0)
    {
        uint at = Map + _mapLength;
        Write32(at, 20 + extra);
        Write64(at + 4, start);
        Write64(at + 12, length);
        Write32(at + 20, kind);
        _mapLength += 24 + extra;
        return Flag(6).Field(44, _mapLength).Field(48, Map);
    }

    /// <summary>Adds a module; a text of null leaves a zero in place of its address.</summary>
    public MultibootLoader Module(uint start, uint end, string? text)
    {
        uint at = Modules + (_moduleCount++ * 16);
        Write32(at, start);
        Write32(at + 4, end);
        Write32(at + 8, text is null ? 0 : Text(text));
        return Flag(3).Field(20, _moduleCount).Field(24, Modules);
    }

    /// <summary>Sets the command line.</summary>
    public MultibootLoader CommandLine(string text) => Flag(2).Field(16, Text(text));

    /// <summary>Sets the loader's name.</summary>
    public MultibootLoader Name(string text) => Flag(9).Field(64, Text(text));

    /// <summary>Sets the frame buffer.</summary>
    public MultibootLoader FrameBuffer(ulong address, uint pitch, uint width, uint height, byte bits, byte kind)
    {
        Write64(Information + 88, address);
        Bytes[(int)(Information - 0x9000 + 108)] = bits;
        Bytes[(int)(Information - 0x9000 + 109)] = kind;
        return Flag(12).Field(96, pitch).Field(100, width).Field(104, height);
    }

    /// <summary>Writes 32 bits.</summary>
    public MultibootLoader Write32(uint address, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes[(int)(address - 0x9000)..], value);
        return this;
    }

    /// <summary>Reads it all as the kernel does.</summary>
    public BootInformation Read()
    {
        LoaderMemory.Show(_memory);
        BootInformation information = default;
        Multiboot<LoaderMemory>.Read(PhysicalAddress.FromValue(Information), ref information);
        return information;
    }

    /// <summary>The regions of a kind, as start and length.</summary>
    public static List<(ulong Start, ulong Length)> Of(in BootInformation information, MemoryRegionKind kind) =>
        [.. information.Memory.ToArray().Where(region => region.Kind == kind).Select(region => (region.Start, region.Length))];

    /// <summary>Where the next text will lie.</summary>
    public uint NextText => _nextText;

    private uint Text(string text)
    {
        uint at = _nextText;
        byte[] bytes = Encoding.ASCII.GetBytes(text + "\0");
        bytes.CopyTo(Bytes[(int)(at - 0x9000)..]);
        _nextText += (uint)bytes.Length;
        return at;
    }

    private void Write64(uint address, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes[(int)(address - 0x9000)..], value);

    private MultibootLoader SetFlags() => Write32(Information, _flags);
}
