using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>The 32-bit image is what a loader takes it for that knows nothing of its format: bytes to copy, then zeroes, then a jump.</summary>
public sealed class MultibootImageTests
{
    private const uint LoadAddress = 0x10_0000;
    private const uint KernelBase = 0xC000_0000;
    private const int HeaderLimit = 8192;

    private readonly byte[] _image = File.ReadAllBytes(GuestBoot.ImageFor(Architecture.X86));
    private readonly PEHeaders _headers;
    private readonly int _multiboot;

    public MultibootImageTests()
    {
        _headers = new PEHeaders(new MemoryStream(_image));
        _multiboot = _image.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0xB0, 0xAD, 0x1B]);
    }

    [Fact]
    public void The_header_is_aligned_sums_to_zero_and_comes_early_enough()
    {
        Assert.InRange(_multiboot, 0, HeaderLimit - 48);
        Assert.Equal(0, _multiboot % 4);
        Assert.Equal(0u, unchecked(Field(0) + Field(4) + Field(8)));
        Assert.Equal(LoadAddress + (uint)_multiboot, Field(12));
    }

    [Fact]
    public void Every_section_lies_in_the_file_where_it_lies_in_memory()
    {
        Assert.Equal([".text", ".rdata", ".data"], _headers.SectionHeaders.Select(static section => section.Name));
        Assert.All(_headers.SectionHeaders, static section => Assert.Equal(section.VirtualAddress, section.PointerToRawData));
        Assert.Equal(KernelBase + LoadAddress, (uint)_headers.PEHeader!.ImageBase);
    }

    [Fact]
    public void What_is_copied_and_what_is_zeroed_is_all_of_the_sections()
    {
        SectionHeader data = _headers.SectionHeaders[^1];
        uint copied = Field(20) - Field(16);
        uint zeroed = Field(24) - Field(16);

        Assert.Equal(LoadAddress, Field(16));
        Assert.InRange(copied, (uint)data.PointerToRawData, (uint)(data.PointerToRawData + data.SizeOfRawData));
        Assert.InRange(zeroed, (uint)(data.VirtualAddress + data.VirtualSize - 1), (uint)(data.VirtualAddress + data.VirtualSize));
        Assert.All(_image[(int)copied..(data.PointerToRawData + data.SizeOfRawData)], static value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_map_beside_the_image_names_the_entry_where_the_header_has_it()
    {
        string map = File.ReadAllText(Path.ChangeExtension(GuestBoot.ImageFor(Architecture.X86), ".map"));

        Assert.Equal(KernelBase + Field(28), AddressOf("_multiboot_entry", map));
        Assert.InRange(AddressOf("kernel_start", map), KernelBase + Field(28), KernelBase + Field(20));
    }

    private static uint AddressOf(string symbol, string map)
    {
        Match line = Regex.Match(map, $@"^ [0-9a-f]{{4}}:[0-9a-f]{{8}} +{symbol} +([0-9a-f]{{16}}) ", RegexOptions.Multiline);
        Assert.True(line.Success, $"the map has {symbol}");
        return uint.Parse(line.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private uint Field(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(_multiboot + offset));
}
