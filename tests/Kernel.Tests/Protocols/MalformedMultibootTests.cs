using System;
using System.Text;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Protocols;

/// <summary>What a loader says that makes no sense, ends in a panic that says what it was.</summary>
public sealed class MalformedMultibootTests : IDisposable
{
    private readonly MultibootLoader _loader = new();

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();

    [Fact]
    public void Without_a_memory_map_there_is_nothing_to_go_on_with() => Refused("Multiboot.Read", 1u << 2, _loader.CommandLine("run=suite"));

    [Fact]
    public void An_empty_memory_map_is_refused() => Refused("Multiboot.ReadMemoryMap", 0, Valid().Field(44, 0));

    [Theory]
    [InlineData(0u)]
    [InlineData(19u)]
    [InlineData(21u)]
    [InlineData(0xFFFF_FFECu)]
    [InlineData(0xFFFF_FFFCu)]
    [InlineData(0xFFFF_FFFFu)]
    public void A_map_entry_that_is_too_small_or_leaves_the_map_is_refused(uint size) =>
        Refused("Multiboot.ReadMemoryMap", size, Valid().Write32(MultibootLoader.Map, size));

    [Fact]
    public void A_map_that_ends_inside_an_entry_is_refused() => Refused("Multiboot.ReadMemoryMap", 20, Valid().Field(44, 23));

    [Fact]
    public void A_map_outside_of_what_can_be_read_is_refused() => Refused("LoaderData.Read", 0xF000_0000, Valid().Field(48, 0xF000_0000));

    [Fact]
    public void A_map_that_leaves_what_can_be_read_is_refused() =>
        Refused("LoaderData.Read", MultibootLoader.End - 2, Valid().Field(48, MultibootLoader.End - 2));

    [Fact]
    public void More_regions_than_can_be_kept_are_refused()
    {
        for (uint index = 0; index < 254; index++)
        {
            _loader.Region(index * 0x1_0000, 0x1000, 1);
        }

        Refused("Multiboot.Add", 0x7000_0000, _loader.Region(0x7000_0000, 0x1000, 1));
    }

    [Fact]
    public void A_module_that_ends_before_it_starts_is_refused() =>
        Refused("Multiboot.ReadModule", 0x1F_FFFF, Valid().Module(0x20_0000, 0x1F_FFFF, ""));

    [Theory]
    [InlineData(0x20_0000u, 0x20_1000u)]
    [InlineData(0x1F_F000u, 0x20_0001u)]
    [InlineData(0x20_1FFFu, 0x20_3000u)]
    [InlineData(0x1F_F000u, 0x20_3000u)]
    [InlineData(0x20_0800u, 0x20_0801u)]
    public void A_module_that_lies_in_another_is_refused_because_either_may_be_released(uint start, uint end) => Refused(
        "BootInformation.TryAddModule", start, Valid().Module(0x20_0000, 0x20_2000, "").Module(0x40_0000, 0x40_1000, "").Module(start, end, ""));

    [Fact]
    public void More_modules_than_can_be_kept_are_refused() =>
        Refused("Multiboot.ReadModules", 33, Valid().Flag(3).Field(20, 33).Field(24, MultibootLoader.Modules));

    [Fact]
    public void A_list_of_modules_outside_of_what_can_be_read_is_refused() =>
        Refused("LoaderData.Read", 0xFFFF_FFFC, Valid().Flag(3).Field(20, 1).Field(24, 0xFFFF_FFFC));

    [Fact]
    public void Modules_with_more_text_than_can_be_kept_are_refused()
    {
        for (uint index = 0; index < 4; index++)
        {
            Valid().Module(0x20_0000 + (index * 0x1000), 0x20_1000 + (index * 0x1000), new string('x', 1000));
        }

        Refused("Multiboot.ReadModule", 0x30_0000, _loader.Module(0x30_0000, 0x30_1000, new string('x', 97)));
    }

    [Fact]
    public void A_command_line_of_1024_bytes_is_the_longest()
    {
        string longest = new('x', 1024);
        Assert.Equal(longest, Encoding.ASCII.GetString(Valid().CommandLine(longest).Read().CommandLine));

        uint next = _loader.NextText;
        Refused("LoaderData.ReadText", next, _loader.CommandLine(longest + "x"));
    }

    [Fact]
    public void A_text_that_leaves_what_can_be_read_is_refused() =>
        Refused("LoaderData.Read", MultibootLoader.End, Valid().Flag(9).Field(64, MultibootLoader.End - 8));

    [Theory]
    [InlineData(0xFD00_0000, 4096u, 1024u, 768u, 32, 3)] // no such kind
    [InlineData(0xFD00_0000, 4095u, 1024u, 768u, 32, 1)] // rows shorter than their pixels
    [InlineData(0xFD00_0000, 4096u, 0xFFFF_FFFFu, 768u, 32, 1)]
    [InlineData(0xFD00_0000, 4096u, 1024u, 0u, 32, 1)]
    [InlineData(0xFD00_0000, 0u, 0u, 768u, 32, 1)]
    [InlineData(0xFD00_0000, 4096u, 1024u, 768u, 0, 1)]
    [InlineData(0xF_FFFF_FFFF_F000, 4096u, 1024u, 768u, 32, 1)] // beyond 52 bits
    [InlineData(0xFFFF_FFFF_FFFF_F000, 4096u, 1024u, 1u, 32, 1)]
    public void A_frame_buffer_that_makes_no_sense_is_refused(ulong address, uint pitch, uint width, uint height, byte bits, byte kind) =>
        Panics.In("MultibootFrameBuffer.Read", () => Valid().FrameBuffer(address, pitch, width, height, bits, kind).Read());

    [Fact]
    public void Whatever_is_corrupted_the_reader_ends_or_panics()
    {
        Valid().Module(0x20_0000, 0x20_1000, "m").CommandLine("run=suite").Name("loader").FrameBuffer(0xFD00_0000, 4096, 1024, 768, 32, 1);
        byte[] valid = _loader.Bytes.ToArray();
        Random random = new(20_240_917);
        int panics = 0;
        for (int run = 0; run < 20_000; run++)
        {
            valid.CopyTo(_loader.Bytes);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                Corrupt(random);
            }

            try
            {
                _loader.Read();
            }
            catch (KernelPanicException)
            {
                panics++;
            }
        }

        Assert.InRange(panics, 1_000, 19_000);
    }

    // Somewhere in what is read, a value that is likely to hurt.
    private void Corrupt(Random random)
    {
        (uint Start, int Length)[] parts = [(MultibootLoader.Information, 116), (MultibootLoader.Map, 24), (MultibootLoader.Modules, 16)];
        (uint start, int length) = parts[random.Next(parts.Length)];
        uint value = random.Next(4) switch
        {
            0 => 0,
            1 => uint.MaxValue - (uint)random.Next(32),
            2 => MultibootLoader.End - (uint)random.Next(32),
            _ => (uint)random.NextInt64(1L << 32),
        };
        _loader.Write32(start + (uint)random.Next(length), value);
    }

    private static void Refused(string where, ulong value, MultibootLoader loader)
    {
        KernelPanicException panic = Panics.In(where, () => loader.Read());
        Assert.Equal(value, panic.Value);
    }

    private MultibootLoader Valid() => _loader.Region(0x10_0000, 0x100_0000, 1);
}
