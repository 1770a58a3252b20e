using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>What the loader placed belongs to nobody else until it is released, and to everybody afterwards.</summary>
public sealed class LoaderMemoryTests
{
    private const ulong End = 4 << 20;
    private const ulong Megabyte = 1 << 20;

    public static TheoryData<string> Layouts =>
    [
        "nothing placed", "structures below 640 KiB", "modules directly behind the kernel", "module in the kernel's last frame",
        "modules that share a frame", "module at the top of RAM", "module over the end of RAM", "module over the hole",
        "everything but one frame",
    ];

    [Theory, MemberData(nameof(Layouts))]
    public void The_early_allocator_never_hands_out_what_the_loader_placed(string layout)
    {
        LoaderMemory memory = LoaderMemory.Layout(layout, End);
        using MapStorage storage = new();
        PhysicalRange reach = Range(0x1234, End - 0x1234);
        EarlyAllocator early = new(storage.MapOf(memory.Entries), reach);
        ulong usable = early.Map.UsableBytes >> 12;
        ulong taken = 0;
        for (; early.Allocate(1, 0x1000, out PhysicalRange frame) == EarlyAllocationError.None; taken++)
        {
            Assert.False(memory.IsTouchedBy(frame));
            Assert.True(reach.Contains(frame));
        }

        Assert.Equal(taken, early.TakenFrames);
        Assert.Equal(usable - taken, early.Map.UsableBytes >> 12);
        Assert.True(early.Map.UsableBytes <= 4 << 12, "Only the frames at both ends of its reach are left.");
    }

    [Theory, MemberData(nameof(Layouts))]
    public void The_frame_allocator_never_hands_out_what_the_loader_placed(string layout)
    {
        LoaderMemory memory = LoaderMemory.Layout(layout, End);
        using LoadedMachine machine = new(memory);
        ulong free = machine.Frames.GetStatistics(machine.Token).FreeFrames;
        ulong taken = 0;
        for (; machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame); taken++)
        {
            Assert.False(memory.IsTouchedBy(frame.Range));
        }

        Assert.Equal(free, taken);
    }

    [Theory, MemberData(nameof(Layouts))]
    public void What_is_released_is_handed_out_and_nothing_beside_it(string layout)
    {
        LoaderMemory memory = LoaderMemory.Layout(layout, End);
        using LoadedMachine machine = new(memory);
        while (machine.Frames.TryTake(machine.Token, out _))
        {
        }

        MemoryRegionKind?[] kinds = FrameModel.Of(machine.Map, 2048);
        foreach (PhysicalRange placed in memory.Payload)
        {
            PhysicalAddress[] expected =
            [
                .. Enumerable.Range(0, kinds.Length)
                    .Where(frame => kinds[frame] is MemoryRegionKind.Modules or MemoryRegionKind.BootloaderReclaimable)
                    .Select(frame => Frames((ulong)frame, 1))
                    .Where(placed.Contains)
                    .Select(frame => frame.Start),
            ];
            Assert.Equal((ulong)expected.Length, machine.Frames.Add(placed, machine.Token));
            HashSet<PhysicalAddress> found = [];
            while (machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> frame))
            {
                Assert.True(found.Add(frame.Start));
            }

            Assert.Equal(expected, found.OrderBy(start => start.Value));
        }
    }

    [Fact]
    public void Modules_that_share_a_frame_are_released_without_it()
    {
        LoaderMemory memory = LoaderMemory.Layout("modules that share a frame", End);
        using LoadedMachine machine = new(memory);
        Assert.Equal(1UL, machine.Frames.Add(memory.Payload[0], machine.Token));
        Assert.Equal(FreeError.NotManaged, machine.Frames.Free(Frame(0x201), 0, machine.Token));

        // Whoever knows that both are done with can release what the map has as one region.
        Assert.Equal(2UL, machine.Frames.Add(Range(0x20_0000, 0x20_3000), machine.Token));
        Assert.Equal(FreeError.NotAllocated, machine.Frames.Free(Frame(0x201), 0, machine.Token));
    }

    [Fact]
    public void What_was_released_cannot_be_released_again()
    {
        LoaderMemory memory = LoaderMemory.Layout("module at the top of RAM", End);
        using LoadedMachine machine = new(memory);
        Assert.Equal(128UL, machine.Frames.Add(memory.Payload[0], machine.Token));
        ulong managed = machine.Frames.GetStatistics(machine.Token).ManagedFrames;
        Assert.Equal(0UL, machine.Frames.Add(memory.Payload[0], machine.Token));
        Assert.Equal(managed, machine.Frames.GetStatistics(machine.Token).ManagedFrames);
    }

    [Fact]
    public void The_kernel_the_firmware_and_holes_cannot_be_released()
    {
        using LoadedMachine machine = new(LoaderMemory.Layout("module over the hole", End));
        Assert.Equal(0UL, machine.Frames.Add(Range(0x10_0000, LoaderMemory.KernelEnd), machine.Token));
        Assert.Equal(0UL, machine.Frames.Add(Range(0xF_0000, 0x10_0000), machine.Token));
        Assert.Equal(0UL, machine.Frames.Add(Range(End, 1UL << 52), machine.Token));
        Assert.Equal(0UL, machine.Frames.Add(Range(1UL << 44, 1UL << 52), machine.Token));
        Assert.Equal(0UL, machine.Frames.Add(machine.MetadataMemory, machine.Token));
        Assert.Equal(0UL, machine.Frames.Add(Range(0x20_0000, 0x30_0000), machine.Token));
        Assert.Equal(0x51UL, machine.Frames.Add(Range(0, 1UL << 52), machine.Token));
    }

    [Fact]
    public void A_module_out_of_reach_is_released_to_the_zone_out_of_reach()
    {
        PhysicalRange module = Range(3UL << 30, (3UL << 30) + 0x2345);
        using FrameMachine machine = FrameMachine.Reaching(
            FrameMachine.MemoryBytes, new RawMemoryRegion(module.Start.Value, module.Length, MemoryRegionKind.Modules));
        Assert.Equal(0UL, machine.Statistics.Of(FrameZone.OutOfReach).ManagedFrames);
        Assert.Equal(2UL, machine.Frames.Add(module, machine.Token));
        Assert.Equal(2UL, machine.Statistics.Of(FrameZone.OutOfReach).FreeFrames);
        Assert.True(module.Contains(machine.Take(1, FramePurpose.UserData).Range));
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(512, 0)]
    [InlineData(2048, 0)]
    [InlineData(3072, 0)]
    [InlineData(3072, 1024)]
    public void Metadata_for_all_memory_fits_where_the_kernel_reaches_512_MiB(ulong megabytes, ulong megabytesAbove4GiB)
    {
        ulong end = megabytes * Megabyte;
        ulong reachEnd = 512 * Megabyte;
        ulong shownEnd = Math.Min(end, reachEnd);
        using TestMachine machine = new(20 * Megabyte, memoryStart: shownEnd - (20 * Megabyte)) { ReachEnd = Physical(reachEnd) };
        using MapStorage storage = new();
        PhysicalRange[] high = megabytesAbove4GiB == 0 ? [] : [PhysicalRange.FromStart(Physical(4096 * Megabyte), megabytesAbove4GiB * Megabyte)];
        LoaderMemory memory = new LoaderMemory(end, high).Module(0x14_4000, 0x12_3456);
        EarlyAllocator early = new(storage.MapOf(memory.Entries), Range(0, 4096 * Megabyte));
        ulong usable = early.Map.UsableBytes >> 12;
        ulong distant = (end - shownEnd + (megabytesAbove4GiB * Megabyte)) >> 12;
        ulong metadata = FrameMetadataTable.FramesNeededFor(early.Map);
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.None, frames.SetUp<SimulatedMemory>(ref early));
        FrameStatistics statistics = frames.GetStatistics(machine.Token);
        Assert.Equal(distant, statistics.Of(FrameZone.OutOfReach).FreeFrames);
        Assert.Equal(usable - distant - metadata, statistics.Of(FrameZone.WithinReach).FreeFrames);
        Assert.True(metadata << 12 <= ((megabytes + megabytesAbove4GiB) * Megabyte / 256) + 0x2000);
        Assert.True(frames.TryTake(machine.Token, out Frame<Size4KiB> table) && table.Start.Value < reachEnd);
    }

    [Fact]
    public void Memory_in_two_sections_with_a_hole_between_is_released_in_one_go()
    {
        using FrameMachine machine = FrameMachine.Ready(
            new(31 * Megabyte, Megabyte, MemoryRegionKind.Modules),
            new(1UL << 40, 0x5000, MemoryRegionKind.BootloaderReclaimable),
            new((1UL << 40) + 0x5000, 0x1000, MemoryRegionKind.Modules));
        Assert.Equal(262UL, machine.Frames.Add(Range(0, 1UL << 52), machine.Token));
        Assert.Equal(machine.UsableFrames + 262 - FrameMetadataTable.FramesNeededFor(machine.Early.Map), machine.Statistics.FreeFrames);
    }

    [Fact]
    public void Metadata_that_has_no_place_in_a_row_within_reach_is_an_error_whatever_lies_above()
    {
        // 12 MiB are needed for 3 GiB, and there is a module in every 8 MiB.
        LoaderMemory memory = new(3072 * Megabyte);
        for (ulong at = 8 * Megabyte; at <= 512 * Megabyte; at += 8 * Megabyte)
        {
            memory.Module(at - 0x1000, 0x1000);
        }

        using TestMachine machine = new(Megabyte) { ReachEnd = Physical(512 * Megabyte) };
        using MapStorage storage = new(256);
        EarlyAllocator early = new(storage.MapOf(memory.Entries), Range(0, 4096 * Megabyte));
        FrameAllocator<SimulatedProcessor> frames = default;
        Assert.Equal(FrameSetUpError.OutOfFrames, frames.SetUp<SimulatedMemory>(ref early));
        Assert.Equal(0UL, early.TakenFrames);
    }

    [Fact]
    public void Metadata_is_not_put_out_of_reach_even_if_the_boot_tables_show_more()
    {
        using FrameMachine machine = new(new RawMemoryRegion(FrameMachine.MemoryBytes, 64 * Megabyte, MemoryRegionKind.Usable));
        machine.Early = new EarlyAllocator(machine.Early.Map, Range(0, 1UL << 32));
        machine.Machine.ReachEnd = Physical(0x30_0000);
        Assert.Equal(FrameSetUpError.None, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        MemoryRegion metadata = machine.Early.Map.Regions.ToArray().Single(region => region.Kind == MemoryRegionKind.KernelData);
        Assert.Equal(0x30_0000UL, metadata.Range.End.Value);
    }

    [Fact]
    public void Without_reach_there_is_no_place_for_metadata()
    {
        using FrameMachine machine = new();
        machine.Machine.ReachEnd = PhysicalAddress.Zero;
        Assert.Equal(FrameSetUpError.OutOfFrames, machine.Frames.SetUp<SimulatedMemory>(ref machine.Early));
        Assert.Equal(0UL, machine.Early.TakenFrames);
    }
}
