using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class MemoryMapTests
{
    private const ulong MiB = 1 << 20;

    [Fact]
    public void Unsorted_entries_are_sorted_and_equal_neighbours_become_one()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0x5000, 0x1000, MemoryRegionKind.Usable),
            new(0x1000, 0x2000, MemoryRegionKind.Reserved),
            new(0x4000, 0x1000, MemoryRegionKind.Usable));
        Assert.Equal(
            [(Range(0x1000, 0x3000), MemoryRegionKind.Reserved), (Range(0x4000, 0x6000), MemoryRegionKind.Usable)],
            map.Regions.ToArray().Select(region => (region.Range, region.Kind)));
    }

    [Fact]
    public void Usable_halves_of_one_frame_from_two_entries_make_a_usable_frame()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0x1800, 0x0800, MemoryRegionKind.Usable), new(0x1000, 0x0800, MemoryRegionKind.Usable));
        Assert.Equal(Range(0x1000, 0x2000), Assert.Single(map.Regions.ToArray()).Range);
    }

    [Fact]
    public void Usable_memory_shrinks_to_whole_frames_and_everything_else_grows_to_them()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0x1001, 0x8FFE, MemoryRegionKind.Usable), new(0x4FFF, 2, MemoryRegionKind.KernelImage));
        Assert.Equal(
            [
                (Range(0x2000, 0x4000), MemoryRegionKind.Usable),
                (Range(0x4000, 0x6000), MemoryRegionKind.KernelImage),
                (Range(0x6000, 0x9000), MemoryRegionKind.Usable),
            ],
            map.Regions.ToArray().Select(region => (region.Range, region.Kind)));
    }

    [Fact]
    public void The_more_restrictive_kind_wins_whichever_comes_first()
    {
        RawMemoryRegion usable = new(0, MiB, MemoryRegionKind.Usable);
        RawMemoryRegion acpi = new(0x8000, 0x2000, MemoryRegionKind.AcpiReclaimable);
        RawMemoryRegion bad = new(0x9000, 0x1000, MemoryRegionKind.Bad);
        using MapStorage one = new();
        using MapStorage other = new();
        MemoryMap map = one.MapOf(usable, acpi, bad);
        Assert.Equal(FrameModel.Of(map, 256), FrameModel.Of(other.MapOf(bad, acpi, usable), 256));
        Assert.Equal(MemoryRegionKind.AcpiReclaimable, FrameModel.Of(map, 256)[8]);
        Assert.Equal(MemoryRegionKind.Bad, FrameModel.Of(map, 256)[9]);
    }

    [Fact]
    public void An_entry_without_length_is_dropped_and_counted()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries =
            [new(0, MiB, MemoryRegionKind.Usable), new(0x8000, 0, MemoryRegionKind.Bad), new(ulong.MaxValue, 0, MemoryRegionKind.Bad)];
        Assert.Equal(MemoryMapError.None, storage.Normalize(entries, 40, out MemoryMap map, out MemoryMapReport report));
        Assert.Equal((2, 0, -1), (report.EmptyEntries, report.ClippedEntries, report.FaultyEntry));
        Assert.Equal(MiB, map.UsableBytes);
    }

    [Theory]
    [InlineData(0x1000, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 2)]
    [InlineData(1UL << 63, (1UL << 63) + 1)]
    public void An_entry_that_wraps_refuses_the_map_and_is_named(ulong start, ulong length)
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries = [new(0, MiB, MemoryRegionKind.Usable), new(start, length, MemoryRegionKind.Usable)];
        Assert.Equal(MemoryMapError.WrappedLength, storage.Normalize(entries, 40, out MemoryMap map, out MemoryMapReport report));
        Assert.Equal(1, report.FaultyEntry);
        Assert.True(map.Regions.IsEmpty);
    }

    [Fact]
    public void An_entry_that_ends_exactly_at_the_top_does_not_wrap()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries =
            [new(0, MiB, MemoryRegionKind.Usable), new(0xFFFF_FFFF_FFFF_F000, 0x1000, MemoryRegionKind.Reserved)];
        Assert.Equal(MemoryMapError.None, storage.Normalize(entries, 52, out _, out MemoryMapReport report));
        Assert.Equal((1, 0UL), (report.ClippedEntries, report.ClippedUsableBytes));
    }

    [Fact]
    public void What_the_processor_cannot_address_is_cut_off_and_counted()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries =
        [
            new((1UL << 36) - 0x3000, 0x9000, MemoryRegionKind.Usable),
            new(1UL << 36, 0x1000, MemoryRegionKind.Usable),
            new(0x1000, 0x1000, MemoryRegionKind.Usable),
        ];
        Assert.Equal(MemoryMapError.None, storage.Normalize(entries, 36, out MemoryMap map, out MemoryMapReport report));
        Assert.Equal((2, 0x7000UL), (report.ClippedEntries, report.ClippedUsableBytes));
        Assert.Equal(1UL << 36, map.UsableEnd.Value);
        Assert.Equal(0x4000UL, map.UsableBytes);
    }

    [Theory]
    [InlineData((1UL << 52) - 0x1000, 0x9000)]
    [InlineData((1UL << 52) - 0x1000, ulong.MaxValue - (1UL << 52))]
    public void An_entry_that_reaches_beyond_52_bits_is_cut_off_too(ulong start, ulong length)
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries = [new(start, length, MemoryRegionKind.Usable)];
        Assert.Equal(MemoryMapError.None, storage.Normalize(entries, 52, out MemoryMap map, out MemoryMapReport report));
        Assert.Equal((1, Range(start, 1UL << 52)), (report.ClippedEntries, map.LargestUsable));
    }

    [Fact]
    public void An_entry_that_ends_at_the_physical_width_is_not_clipped()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries = [new(0, 1UL << 36, MemoryRegionKind.Usable)];
        Assert.Equal(MemoryMapError.None, storage.Normalize(entries, 36, out MemoryMap map, out MemoryMapReport report));
        Assert.Equal((0, 0UL, 1UL << 36), (report.ClippedEntries, report.ClippedUsableBytes, map.UsableBytes));
    }

    [Fact]
    public void All_52_bits_can_be_memory()
    {
        using MapStorage storage = new();
        Assert.Equal(1UL << 52, storage.MapOf(new RawMemoryRegion(0, 1UL << 52, MemoryRegionKind.Usable)).UsableBytes);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(53)]
    [InlineData(-1)]
    public void A_physical_width_that_no_processor_has_panics(int bits)
    {
        using MapStorage storage = new();
        Panics.In("MemoryMap.Normalize", () => storage.Normalize([], bits, out _, out _));
    }

    [Fact]
    public void A_kind_that_nobody_knows_is_reserved()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(new(0, MiB, MemoryRegionKind.Usable), new(0x4000, 0x1000, (MemoryRegionKind)77));
        Assert.Equal(MemoryRegionKind.Reserved, FrameModel.Of(map, 256)[4]);
    }

    [Fact]
    public void A_map_without_a_whole_usable_frame_is_refused()
    {
        using MapStorage storage = new();
        RawMemoryRegion[] entries = [new(0x1800, 0x1000, MemoryRegionKind.Usable), new(0x4000, 0x9000, MemoryRegionKind.Modules)];
        Assert.Equal(MemoryMapError.NoUsableMemory, storage.Normalize(entries, 40, out MemoryMap map, out _));
        Assert.True(map.Regions.IsEmpty);
    }

    [Theory]
    [InlineData(3, MemoryMapError.None)]
    [InlineData(2, MemoryMapError.TooManyRegions)]
    [InlineData(0, MemoryMapError.TooManyRegions)]
    public void A_map_that_does_not_fit_its_storage_is_refused(int capacity, MemoryMapError expected)
    {
        using MapStorage storage = new(capacity);
        RawMemoryRegion[] entries = [new(0, MiB, MemoryRegionKind.Usable), new(0x4000, 0x1000, MemoryRegionKind.Reserved)];
        Assert.Equal(expected, storage.Normalize(entries, 40, out MemoryMap map, out _));
        Assert.Equal(expected == MemoryMapError.None ? 3 : 0, map.Regions.Length);
    }

    [Fact]
    public void The_questions_are_answered_from_the_regions()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0, 0x9000, MemoryRegionKind.Usable),
            new(0x10_0000, 0x30_0000, MemoryRegionKind.Usable),
            new(0x20_0000, 0x10_0000, MemoryRegionKind.KernelImage),
            new(0x60_0000, 0x10_0000, MemoryRegionKind.AcpiReclaimable),
            new(0xF000_0000, 0x1000, MemoryRegionKind.Mmio));
        Assert.Equal(0x20_9000UL, map.UsableBytes);
        Assert.Equal(0x10_0000UL, map.BytesOf(MemoryRegionKind.KernelImage));
        Assert.Equal(Range(0x10_0000, 0x20_0000), map.LargestUsable);
        Assert.Equal(0x40_0000UL, map.UsableEnd.Value);
        Assert.Equal(0x70_0000UL, map.MemoryEnd.Value);
        Assert.True(map.TryFind(Physical(0x2F_FFFF), out MemoryRegion kernel) && kernel.Kind == MemoryRegionKind.KernelImage);
        Assert.False(map.TryFind(Physical(0x50_0000), out _));
        Assert.False(map.TryFind(Physical(1UL << 52), out _));
    }

    [Fact]
    public void Memory_comes_in_runs_whatever_it_is_used_for()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0x1000, 0x2000, MemoryRegionKind.Usable),
            new(0x3000, 0x1000, MemoryRegionKind.KernelImage),
            new(0x4000, 0x1000, MemoryRegionKind.Mmio),
            new(0x5000, 0x1000, MemoryRegionKind.Modules),
            new(0x9000, 0x1000, MemoryRegionKind.Usable));
        Assert.True(map.TryNextMemory(PhysicalAddress.Zero, out PhysicalRange run));
        Assert.Equal(Range(0x1000, 0x4000), run);
        Assert.True(map.TryNextMemory(Physical(0x2000), out run));
        Assert.Equal(Range(0x2000, 0x4000), run);
        Assert.True(map.TryNextMemory(Physical(0x4000), out run));
        Assert.Equal(Range(0x5000, 0x6000), run);
        Assert.True(map.TryNextMemory(Physical(0x6000), out run));
        Assert.Equal(Range(0x9000, 0xA000), run);
        Assert.False(map.TryNextMemory(Physical(0xA000), out _));
    }

    [Theory]
    [InlineData(0x0000, 0x1000, false)]
    [InlineData(0x0000, 0x1001, true)]
    [InlineData(0x1FFF, 0x3000, true)]
    [InlineData(0x2000, 0x4000, false)]
    [InlineData(0x2000, 0x4001, true)]
    [InlineData(0x5000, 0x9000, false)]
    public void A_range_touches_memory_if_one_byte_of_it_is_memory(ulong start, ulong end, bool touches)
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(
            new(0x1000, 0x1000, MemoryRegionKind.Usable),
            new(0x2000, 0x1000, MemoryRegionKind.Mmio),
            new(0x4000, 0x1000, MemoryRegionKind.BootloaderReclaimable));
        Assert.Equal(touches, map.TouchesMemory(Range(start, end)));
    }

    [Theory]
    [InlineData(MemoryRegionKind.Usable, true)]
    [InlineData(MemoryRegionKind.BootloaderReclaimable, true)]
    [InlineData(MemoryRegionKind.KernelData, true)]
    [InlineData(MemoryRegionKind.Modules, true)]
    [InlineData(MemoryRegionKind.KernelImage, true)]
    [InlineData(MemoryRegionKind.AcpiReclaimable, true)]
    [InlineData(MemoryRegionKind.AcpiNonVolatile, false)]
    [InlineData(MemoryRegionKind.FrameBuffer, false)]
    [InlineData(MemoryRegionKind.Mmio, false)]
    [InlineData(MemoryRegionKind.Reserved, false)]
    [InlineData(MemoryRegionKind.Bad, false)]
    public void Only_ordinary_memory_counts_as_memory(MemoryRegionKind kind, bool isMemory)
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(new(0x10_0000, MiB, MemoryRegionKind.Usable), new(0, 0x1000, kind));
        Assert.Equal(isMemory, map.Regions[0].IsMemory);
    }
}
