using System;
using System.Linq;
using System.Text;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;

namespace Kernel.Tests.Protocols;

/// <summary>What a loader that keeps to the specification says, is what the kernel knows.</summary>
public sealed class MultibootTests : IDisposable
{
    private readonly MultibootLoader _loader = new();

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();

    [Fact]
    public void The_memory_map_is_taken_entry_by_entry_also_above_4_GiB()
    {
        BootInformation information = _loader.Region(0, 0x9FC00, 1).Region(0x10_0000, 0x1FF0_0000, 1, extra: 4)
            .Region(0x1_0000_0000, 0x20_0000_0000, 1).Read();

        Assert.Equal(
            [(0ul, 0x9FC00ul), (0x10_0000ul, 0x1FF0_0000ul), (0x1_0000_0000ul, 0x20_0000_0000ul)],
            MultibootLoader.Of(in information, MemoryRegionKind.Usable));
    }

    [Theory]
    [InlineData(1, MemoryRegionKind.Usable)]
    [InlineData(2, MemoryRegionKind.Reserved)]
    [InlineData(3, MemoryRegionKind.AcpiReclaimable)]
    [InlineData(4, MemoryRegionKind.AcpiNonVolatile)]
    [InlineData(5, MemoryRegionKind.Bad)]
    [InlineData(0, MemoryRegionKind.Reserved)]
    [InlineData(0xFFFF_FFFF, MemoryRegionKind.Reserved)]
    public void A_kind_of_memory_is_what_the_firmware_means_by_it(uint kind, MemoryRegionKind expected)
    {
        BootInformation information = _loader.Region(0x7000_0000, 0x1000, kind).Read();

        Assert.Contains((0x7000_0000ul, 0x1000ul), MultibootLoader.Of(in information, expected));
    }

    [Fact]
    public void The_command_line_and_the_loaders_name_are_kept()
    {
        BootInformation information = Valid().CommandLine("kernel.pe run=suite invlpg=off").Name("a loader").Read();

        Assert.Equal("kernel.pe run=suite invlpg=off", Encoding.ASCII.GetString(information.CommandLine));
        Assert.Equal("a loader", Encoding.ASCII.GetString(information.LoaderName));
    }

    [Fact]
    public void Modules_are_kept_in_order_with_their_command_lines()
    {
        BootInformation information = Valid().Module(0x20_0000, 0x20_1801, "disk.img first").Module(0x30_0000, 0x30_0000, "")
            .Module(0xFFFF_F000, 0xFFFF_FFFF, null).Read();

        Assert.Equal(3, information.Modules.Length);
        Assert.Equal((0x20_0000ul, 0x1801ul), Start(information.Modules[0]));
        Assert.Equal((0x30_0000ul, 0ul), Start(information.Modules[1]));
        Assert.Equal((0xFFFF_F000ul, 0xFFFul), Start(information.Modules[2]));
        Assert.Equal("disk.img first", Encoding.ASCII.GetString(information.CommandLineOf(information.Modules[0])));
        Assert.True(information.CommandLineOf(information.Modules[1]).IsEmpty);
        Assert.True(information.CommandLineOf(information.Modules[2]).IsEmpty);
        Assert.Contains((0x20_0000ul, 0x1801ul), MultibootLoader.Of(in information, MemoryRegionKind.Modules));
    }

    [Fact]
    public void Every_place_where_the_loader_put_something_is_noted()
    {
        uint commandLine = _loader.NextText;
        _loader.CommandLine("run=suite");
        uint name = _loader.NextText;
        _loader.Name("loader");
        uint module = _loader.NextText;
        _loader.Module(0x20_0000, 0x20_1000, "m").Module(0x30_0000, 0x30_1000, "");
        Valid().Flag(5).Field(28, 7).Field(32, 40).Field(36, 0x1_1000);
        _loader.Flag(7).Field(52, 0x30).Field(56, 0x1_2000);
        _loader.Flag(10).Field(68, 0x1_3000);
        BootInformation information = _loader.Flag(11).Field(72, 0x1_4000).Field(76, 0x1_5000).Read();

        Assert.Equal<(ulong, ulong)>(
            [
                (MultibootLoader.Information, 116ul), (MultibootLoader.Map, 24ul), (MultibootLoader.Modules, 32ul),
                (commandLine, 10ul), (name, 7ul), (module, 2ul), (module + 2, 1ul),
                (0x1_1000, 280ul), (0x1_2000, 0x30ul), (0x1_3000, 20ul), (0x1_4000, 512ul), (0x1_5000, 256ul),
            ],
            MultibootLoader.Of(in information, MemoryRegionKind.BootloaderReclaimable).Order());
        Assert.Equal(
            [(0x20_0000ul, 0x1000ul), (0x30_0000ul, 0x1000ul)], MultibootLoader.Of(in information, MemoryRegionKind.Modules));
    }

    [Fact]
    public void An_old_symbol_table_is_noted_with_its_strings()
    {
        BootInformation information = Valid().Flag(4).Field(28, 120).Field(32, 64).Field(36, 0x1_1000).Read();

        Assert.Contains((0x1_1000ul, 188ul), MultibootLoader.Of(in information, MemoryRegionKind.BootloaderReclaimable));
    }

    [Fact]
    public void A_frame_buffer_above_4_GiB_is_described_and_noted()
    {
        BootInformation information = Valid().FrameBuffer(0x38_0000_0000, 5120, 1280, 1024, 32, 1).Read();

        FrameBufferDescription picture = Assert.NotNull(information.FrameBuffer);
        Assert.Equal(0x38_0000_0000ul, picture.Range.Start.Value);
        Assert.Equal(5120ul * 1024, picture.Range.Length);
        Assert.Equal((5120u, 1280u, 1024u), (picture.Pitch, picture.Width, picture.Height));
        Assert.Equal((32, FrameBufferKind.DirectColour), (picture.BitsPerPixel, picture.Kind));
        Assert.Equal([(0x38_0000_0000ul, 5120ul * 1024)], MultibootLoader.Of(in information, MemoryRegionKind.FrameBuffer));
    }

    [Fact]
    public void The_palette_of_a_frame_buffer_is_noted()
    {
        Valid().FrameBuffer(0xFD00_0000, 640, 640, 480, 8, 0).Field(110, 0x1_6000);
        BootInformation information = _loader.Field(114, 0xA7A7_0100).Read();

        Assert.Equal(FrameBufferKind.Indexed, information.FrameBuffer!.Value.Kind);
        Assert.Contains((0x1_6000ul, 768ul), MultibootLoader.Of(in information, MemoryRegionKind.BootloaderReclaimable));
    }

    [Fact]
    public void What_no_flag_speaks_of_is_not_read()
    {
        BootInformation information = Valid().Read();

        Assert.True(information.CommandLine.IsEmpty);
        Assert.True(information.LoaderName.IsEmpty);
        Assert.True(information.Modules.IsEmpty);
        Assert.Null(information.FrameBuffer);
        Assert.Equal(3, information.Memory.Length);
    }

    private static (ulong Start, ulong Length) Start(LoadedModule module) => (module.Range.Start.Value, module.Range.Length);

    private MultibootLoader Valid() => _loader.Region(0x10_0000, 0x100_0000, 1);
}
