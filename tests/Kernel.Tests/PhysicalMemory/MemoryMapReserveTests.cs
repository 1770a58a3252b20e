using System;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

public sealed class MemoryMapReserveTests
{
    private static readonly RawMemoryRegion s_sixteenFrames = new(0, 0x10000, MemoryRegionKind.Usable);

    [Fact]
    public void Reserving_the_middle_splits_the_region()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4000, 0x6000), MemoryRegionKind.KernelImage));
        Assert.Equal([Range(0, 0x4000), Range(0x4000, 0x6000), Range(0x6000, 0x10000)], map.Regions.ToArray().Select(region => region.Range));
    }

    [Fact]
    public void Reserving_a_byte_takes_its_whole_frame()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4FFF, 0x5000), MemoryRegionKind.Modules));
        Assert.Equal(0x1000UL, map.BytesOf(MemoryRegionKind.Modules));
        Assert.True(map.TryFind(Physical(0x4000), out MemoryRegion region) && region.Kind == MemoryRegionKind.Modules);
    }

    [Fact]
    public void Reserving_a_hole_names_it()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0xFEE0_0000, 0xFEE0_1000), MemoryRegionKind.Mmio));
        Assert.True(map.TryFind(Physical(0xFEE0_0800), out MemoryRegion region) && region.Kind == MemoryRegionKind.Mmio);
    }

    [Fact]
    public void What_is_more_restrictive_already_stays()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames, new(0x8000, 0x1000, MemoryRegionKind.Bad));
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4000, 0xC000), MemoryRegionKind.KernelImage));
        Assert.Equal(MemoryRegionKind.Bad, FrameModel.Of(map, 16)[8]);
        Assert.Equal(0x7000UL, map.BytesOf(MemoryRegionKind.KernelImage));
    }

    [Fact]
    public void Neighbours_that_become_equal_become_one()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x2000, 0x4000), MemoryRegionKind.Modules));
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x6000, 0x8000), MemoryRegionKind.Modules));
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4000, 0x6000), MemoryRegionKind.Modules));
        Assert.Equal(3, map.Regions.Length);
    }

    [Fact]
    public void An_empty_range_changes_nothing()
    {
        using MapStorage storage = new(1);
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4800, 0x4800), MemoryRegionKind.Bad));
        Assert.Equal(1, map.Regions.Length);
    }

    [Fact]
    public void Without_room_for_the_pieces_nothing_changes()
    {
        using MapStorage storage = new(2);
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Assert.Equal(MemoryMapError.TooManyRegions, map.Reserve(Range(0x4000, 0x5000), MemoryRegionKind.Modules));
        Assert.Equal(Range(0, 0x10000), Assert.Single(map.Regions.ToArray()).Range);
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0, 0x5000), MemoryRegionKind.Modules));
        Assert.True(storage.EndIsUntouched);
    }

    [Fact]
    public void Copies_of_a_map_see_the_same_regions()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        MemoryMap copy = map;
        Assert.Equal(MemoryMapError.None, map.Reserve(Range(0x4000, 0x5000), MemoryRegionKind.Modules));
        Assert.Equal(3, copy.Regions.Length);
    }

    [Fact]
    public void Nothing_can_be_reserved_as_usable()
    {
        using MapStorage storage = new();
        MemoryMap map = storage.MapOf(s_sixteenFrames);
        Panics.In("MemoryMap.Reserve", () => _ = map.Reserve(Range(0x20000, 0x21000), MemoryRegionKind.Usable));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_overlapping_entries_agree_with_a_model_of_each_frame(int seed)
    {
        const int Frames = 64;
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            RawMemoryRegion[] entries = FrameModel.RandomEntries(random, Frames + 16);
            MemoryRegionKind?[] expected = FrameModel.Of(entries, Frames);
            using MapStorage storage = new(FrameModel.RegionsIn(expected));
            bool usable = expected.Contains(MemoryRegionKind.Usable);
            Assert.Equal(usable ? MemoryMapError.None : MemoryMapError.NoUsableMemory, storage.Normalize(entries, 18, out MemoryMap map, out _));
            if (usable)
            {
                Assert.Equal(expected, FrameModel.Of(map, Frames));
                Assert.Equal(FrameModel.RegionsIn(expected), map.Regions.Length);
            }
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Random_reservations_agree_with_a_model_of_each_frame(int seed)
    {
        const int Frames = 64;
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            RawMemoryRegion[] entries = FrameModel.RandomEntries(random, Frames);
            using MapStorage storage = new();
            if (storage.Normalize(entries, 18, out MemoryMap map, out _) != MemoryMapError.None)
            {
                continue;
            }

            MemoryRegionKind?[] model = FrameModel.Of(map, Frames);
            for (int step = 0; step < 10; step++)
            {
                int start = random.Next(Frames);
                int count = random.Next(Frames - start + 1);
                MemoryRegionKind kind = (MemoryRegionKind)random.Next(1, (int)MemoryRegionKind.Bad + 1);
                Assert.Equal(MemoryMapError.None, map.Reserve(Frames64(start, count), kind));
                for (int frame = start; frame < start + count; frame++)
                {
                    model[frame] = model[frame] is { } was && was > kind ? was : kind;
                }

                Assert.Equal(model, FrameModel.Of(map, Frames));
                Assert.Equal(FrameModel.RegionsIn(model), map.Regions.Length);
            }
        }
    }

    private static PhysicalRange Frames64(int start, int count) => Make.Frames((ulong)start, (ulong)count);
}
