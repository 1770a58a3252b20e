using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Mapping, unmapping and protecting many pages at once.</summary>
public abstract class RangeTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    /// <summary>Where a range can be: in the middle, and at every edge of the address space.</summary>
    public static TheoryData<string> Everywhere => ["Low", "High", "Zero", "LastOfLowerHalf", "FirstOfUpperHalf", "LastOfAll"];

    [Fact]
    public void A_range_is_mapped_with_the_largest_pages_that_fit()
    {
        using PagingMachine<TMode> machine = new();
        VirtualAddress start = VirtualAddress.FromValue(Places<TMode>.Low.Value - Size2MiB.Bytes - Size4KiB.Bytes);
        ulong before = Size2MiB.Bytes + Size4KiB.Bytes;
        ulong length = before + Size1GiB.Bytes + Size2MiB.Bytes + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(start, length, Frame - before, PageAttributes.KernelData));
        Assert.Equal([1, 2, 3, 2, 1], LeafScan.Of(machine).Select(leaf => leaf.Level));
        ExpectMappedTo(machine, start, length, Frame - before);
    }

    [Fact]
    public void A_range_is_mapped_with_large_pages_where_the_processor_has_no_huge_ones()
    {
        using PagingMachine<TMode> machine = new(paging: PagingMachine<TMode>.Hardware with { GigabytePages = false });
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, Size1GiB.Bytes, Frame, PageAttributes.KernelData));
        Assert.Equal(512, LeafScan.Of(machine).Count(leaf => leaf.Level == 2));
        ExpectMappedTo(machine, Places<TMode>.Low, Size1GiB.Bytes, Frame);
    }

    [Theory]
    [InlineData(0x1000UL, 1)]
    [InlineData(0x20_0000UL, 2)]
    public void Frames_that_are_not_aligned_as_the_pages_are_need_smaller_pages(ulong shift, int level)
    {
        using PagingMachine<TMode> machine = new(memoryBytes: 8 << 20);
        Assert.Equal(
            MapError.None, machine.MapRange(Places<TMode>.Low, Size1GiB.Bytes, Frame + shift, PageAttributes.KernelData));
        Assert.All(LeafScan.Of(machine), leaf => Assert.Equal(level, leaf.Level));
        ExpectMappedTo(machine, Places<TMode>.Low, Size1GiB.Bytes, Frame + shift);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Ranges_at_the_edges_of_the_address_space_are_mapped_protected_and_unmapped(string place)
    {
        using PagingMachine<TMode> machine = new(memoryBytes: 8 << 20);
        ulong length = Size2MiB.Bytes + (3 * Size4KiB.Bytes);
        VirtualAddress start = place.StartsWith("Last", System.StringComparison.Ordinal)
            ? VirtualAddress.FromValue(unchecked(Places<TMode>.Named(place, 1).Value + Size4KiB.Bytes - length))
            : Places<TMode>.Named(place, 1);
        VirtualRange range = VirtualRange.FromStart(start, length);
        Assert.Equal(MapError.None, machine.MapRange(start, length, Frame, PageAttributes.UserData));
        ExpectMappedTo(machine, start, length, Frame);
        Assert.True(machine.Processor.Write(range.Last, user: true).Succeeded);
        Assert.Equal(ProtectError.None, machine.ProtectRange(start, length, PageAttributes.UserReadOnly));
        Assert.False(machine.Processor.Write(range.Last, user: true).Succeeded);
        Assert.False(machine.Processor.Write(start, user: true).Succeeded);
        Assert.Equal(UnmapError.None, machine.UnmapRange(start, length));
        Assert.False(machine.Processor.Read(range.Last).Succeeded);
        Assert.Empty(LeafScan.Of(machine));
        machine.ReclaimAll();
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void An_empty_range_maps_nothing_and_takes_no_frame()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, 0, Frame, PageAttributes.KernelData));
        Assert.Equal(1, machine.Ledger.OutstandingCount);
    }

    [Fact]
    public void A_range_is_added_to_tables_that_exist()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, 0x1000_0000, PageAttributes.KernelData));
        int before = machine.Ledger.OutstandingCount;
        VirtualAddress next = Places<TMode>.Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(next, 511 * Size4KiB.Bytes, Frame, PageAttributes.KernelData));
        Assert.Equal(before, machine.Ledger.OutstandingCount);
        ExpectMappedTo(machine, next, 511 * Size4KiB.Bytes, Frame);
        Assert.Equal(0x1000_0000UL, machine.Processor.Read(Places<TMode>.Low).Address.Value);
    }

    [Fact]
    public void A_user_range_opens_the_tables_that_a_kernel_page_had_closed()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.True(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        VirtualAddress next = Places<TMode>.Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(next, 2 * Size4KiB.Bytes, Frame, PageAttributes.UserData));
        Assert.True(machine.Processor.Write(next, user: true).Succeeded);
        Assert.False(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
    }

    [Fact]
    public void A_kernel_range_opens_no_table()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(
            MapError.None, machine.MapRange(Places<TMode>.Low, Size2MiB.Bytes, Frame + 0x1000, PageAttributes.KernelData));
        for (int level = 2; level <= TMode.RootLevel.Number; level++)
        {
            Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, level) & HardwareWalk.User);
        }
    }

    [Fact]
    public void Protecting_a_kernel_range_for_user_access_opens_the_way()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, 0x3000, Frame, PageAttributes.KernelData));
        Assert.True(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        Assert.Equal(ProtectError.None, machine.ProtectRange(Places<TMode>.Low + 0x1000, 0x1000, PageAttributes.UserData));
        Assert.False(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
        Assert.True(machine.Processor.Write(Places<TMode>.Low + 0x1000, user: true).Succeeded);
        Assert.False(machine.Processor.Read(Places<TMode>.Low + 0x2000, user: true).Succeeded);
    }

    [Fact]
    public void Unmapping_a_range_reports_its_frames_in_order_and_runs_together()
    {
        using PagingMachine<TMode> machine = new();
        ulong large = Frame + Size1GiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, 0x3000, Frame, PageAttributes.KernelData));
        Assert.Equal(
            MapError.None, machine.MapRange(Places<TMode>.Low + 0x3000, 0x1FD000, 0x1000_0000, PageAttributes.KernelData));
        Assert.Equal(MapError.None, machine.Map(2, Places<TMode>.Low + Size2MiB.Bytes, large, PageAttributes.KernelData));
        Assert.Equal(
            MapError.None,
            machine.Map(2, Places<TMode>.Low + (2 * Size2MiB.Bytes), large + Size2MiB.Bytes, PageAttributes.KernelData));
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.Low, 3 * Size2MiB.Bytes);
        Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Equal(
            [
                PhysicalRange.FromStart(PhysicalAddress.FromValue(Frame), 0x3000),
                PhysicalRange.FromStart(PhysicalAddress.FromValue(0x1000_0000), 0x1FD000),
                PhysicalRange.FromStart(PhysicalAddress.FromValue(large), 2 * Size2MiB.Bytes),
            ],
            noted.Ranges);
    }

    [Fact]
    public void A_refused_unmapping_reports_no_frames()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, 0x3000, Frame, PageAttributes.KernelData));
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.Low, 0x4000);
        Assert.Equal(UnmapError.NotMapped, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Empty(noted.Ranges);
    }

    [Theory]
    [InlineData(1, 0x1000UL)]
    [InlineData(2, 0x20_0000UL)]
    [InlineData(3, 0x4000_0000UL)]
    public void Unmapping_one_page_hands_its_frame_back(int level, ulong bytes)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(
            MapError.None,
            machine.Map(level, Places<TMode>.Low, Frame + (bytes * 512), PageAttributes.UserData.With(CacheType.WriteThrough)));
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            UnmapError.None, mapper.Unmap(level, Places<TMode>.Low, out PhysicalAddress frame).Flush<SimulatedProcessor>());
        Assert.Equal(Frame + (bytes * 512), frame.Value);
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, level));
    }

    [Fact]
    public void Protecting_a_range_keeps_its_frames_and_page_sizes()
    {
        using PagingMachine<TMode> machine = new();
        ulong length = Size1GiB.Bytes + Size2MiB.Bytes + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(Places<TMode>.Low, length, Frame, PageAttributes.UserData));
        PageAttributes after = PageAttributes.KernelReadOnly.With(CacheType.WriteProtected);
        Assert.Equal(ProtectError.None, machine.ProtectRange(Places<TMode>.Low, length, after));
        Assert.Equal([3, 2, 1], LeafScan.Of(machine).Select(leaf => leaf.Level));
        ExpectMappedTo(machine, Places<TMode>.Low, length, Frame);
        Assert.All(
            LeafScan.Of(machine), leaf => Assert.Equal(after, machine.Translate(leaf.Address).Attributes));
    }

    [Fact]
    public void Mapping_what_is_missing_fills_holes_and_keeps_what_is_there()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low + 0x5000, Frame + 0x5000, PageAttributes.UserData));
        Assert.True(machine.Processor.Write(Places<TMode>.Low + 0x5000).Succeeded);
        Assert.Equal(MapError.None, machine.MapMissing(Places<TMode>.Low, Size2MiB.Bytes, Frame, PageAttributes.UserData));
        ExpectMappedTo(machine, Places<TMode>.Low, Size2MiB.Bytes, Frame);
        Assert.True(machine.Translate(Places<TMode>.Low + 0x5000).IsDirty);
        Assert.False(machine.Translate(Places<TMode>.Low + 0x6000).IsDirty);
    }

    [Fact]
    public void Mapping_what_is_missing_twice_changes_nothing_the_second_time()
    {
        using PagingMachine<TMode> machine = new();
        ulong length = Size1GiB.Bytes + Size2MiB.Bytes + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapMissing(Places<TMode>.Low, length, Frame, PageAttributes.KernelData));
        machine.ExpectRefused(
            MapError.None, () => machine.MapMissing(Places<TMode>.Low, length, Frame, PageAttributes.KernelData));
        machine.ExpectRefused(
            MapError.None,
            () => machine.MapMissing(Places<TMode>.Low + 0x1000, 0x1000, Frame + 0x1000, PageAttributes.KernelData));
    }

    [Theory]
    [InlineData("another frame")]
    [InlineData("other rights")]
    [InlineData("another cache type")]
    public void Mapping_what_is_missing_refuses_what_is_there_differently_under_every_page_size(string difference)
    {
        for (int level = 1; level <= 3; level++)
        {
            using PagingMachine<TMode> machine = new();
            Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
            ulong frame = difference == "another frame" ? Frame + Size1GiB.Bytes : Frame;
            PageAttributes attributes = difference switch
            {
                "other rights" => PageAttributes.KernelReadOnly,
                "another cache type" => PageAttributes.KernelData.With(CacheType.Uncached),
                _ => PageAttributes.KernelData,
            };
            ulong length = Places<TMode>.BytesAt(level);
            machine.ExpectRefused(
                MapError.MappedDifferently, () => machine.MapMissing(Places<TMode>.Low, length, frame, attributes));
            machine.ExpectRefused(
                MapError.MappedDifferently, () => machine.MapMissing(Places<TMode>.Low, 0x1000, frame, attributes));
        }
    }

    /// <summary>
    /// Fails unless the processor and the walker see every 4 KiB of a range where it should be, both ends and a sample between.
    /// </summary>
    private static void ExpectMappedTo(PagingMachine<TMode> machine, VirtualAddress start, ulong length, ulong frames)
    {
        ulong step = length > Size2MiB.Bytes * 4 ? Size2MiB.Bytes - Size4KiB.Bytes : Size4KiB.Bytes;
        List<ulong> offsets = [length - 1];
        for (ulong offset = 0; offset < length; offset += step)
        {
            offsets.Add(offset);
        }

        foreach (ulong offset in offsets)
        {
            Assert.Equal(frames + offset, machine.Processor.Read(start + offset).Address.Value);
            Assert.Equal(frames + offset, machine.Translate(start + offset).Address.Value);
        }
    }
}

/// <summary>Keeps the frames that an unmapping reports.</summary>
/// <param name="Ranges">What was reported so far.</param>
public readonly record struct NotedFrames(List<PhysicalRange> Ranges) : IUnmappedFrames
{
    /// <inheritdoc/>
    public static bool TakesNote => true;

    /// <inheritdoc/>
    public void Add(PhysicalRange frames) => Ranges.Add(frames);
}

public sealed class FourLevelRangeTests : RangeTests<FourLevelPaging>;

public sealed class FiveLevelRangeTests : RangeTests<FiveLevelPaging>;
