using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Mapping, unmapping and protecting many pages at once.</summary>
public abstract class RangeTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>Where a range can be: in the middle, and at every edge of the address space.</summary>
    public static TheoryData<string> Everywhere => ["Low", "High", "Zero", "LastOfLowerHalf", "FirstOfUpperHalf", "LastOfAll"];

    [Fact]
    public void A_range_is_mapped_with_the_largest_pages_that_fit()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong before = SmallerBytes;
        VirtualAddress start = VirtualAddress.FromValue(Low.Value - before);
        ulong length = before + LargestBytes + before;
        Assert.Equal(MapError.None, machine.MapRange(start, length, Frame - before, KernelData));
        Assert.Equal([.. Places<TMode>.LeafLevels, .. Places<TMode>.LeafLevels.Reverse().Skip(1)], LeafScan.Of(machine).Select(leaf => leaf.Level));
        ExpectMappedTo(machine, start, length, Frame - before);
    }

    [Fact]
    public void A_range_is_mapped_with_smaller_pages_where_the_processor_lacks_the_size_that_fits()
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: WithoutOptionalSizes);
        ulong length = BytesAt(OptionalLevel);
        Assert.Equal(MapError.None, machine.MapRange(OptionalPlace, length, 0, KernelData));
        Assert.Equal((int)Entries, LeafScan.Of(machine).Count(leaf => leaf.Level == OptionalLevel - 1));
        ExpectMappedTo(machine, OptionalPlace, length, 0);
    }

    [Fact]
    public void Frames_that_are_not_aligned_as_the_pages_are_need_smaller_pages()
    {
        for (int level = 1; level < LargestLevel; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new(memoryBytes: 8 << 20);
            ulong shift = BytesAt(level);
            Assert.Equal(MapError.None, machine.MapRange(Low, LargestBytes, Frame + shift, KernelData));
            Assert.All(LeafScan.Of(machine), leaf => Assert.Equal(level, leaf.Level));
            ExpectMappedTo(machine, Low, LargestBytes, Frame + shift);
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Ranges_at_the_edges_of_the_address_space_are_mapped_protected_and_unmapped(string place)
    {
        using PagingMachine<TMode, TMemory> machine = new(memoryBytes: 8 << 20);
        ulong length = LargeBytes + (3 * Size4KiB.Bytes);
        VirtualAddress start = place.StartsWith("Last", System.StringComparison.Ordinal)
            ? VirtualAddress.FromValue(unchecked(Named(place, 1).Value + Size4KiB.Bytes - length))
            : Named(place, 1);
        VirtualRange range = VirtualRange.FromStart(start, length);
        Assert.Equal(MapError.None, machine.MapRange(start, length, Frame, UserData));
        ExpectMappedTo(machine, start, length, Frame);
        Assert.True(machine.Processor.Write(range.Last, user: true).Succeeded);
        Assert.Equal(ProtectError.None, machine.ProtectRange(start, length, UserReadOnly));
        Assert.False(machine.Processor.Write(range.Last, user: true).Succeeded);
        Assert.False(machine.Processor.Write(start, user: true).Succeeded);
        Assert.Equal(UnmapError.None, machine.UnmapRange(start, length));
        Assert.False(machine.Processor.Read(range.Last).Succeeded);
        Assert.Empty(LeafScan.Of(machine));
        machine.ReclaimAll();
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void An_empty_range_maps_nothing_and_takes_no_frame()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Low, 0, Frame, KernelData));
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void A_range_is_added_to_tables_that_exist()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, 0x1000_0000, KernelData));
        int before = machine.TableCount;
        VirtualAddress next = Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(next, LargeBytes - Size4KiB.Bytes, Frame, KernelData));
        Assert.Equal(before, machine.TableCount);
        ExpectMappedTo(machine, next, LargeBytes - Size4KiB.Bytes, Frame);
        Assert.Equal(0x1000_0000UL, machine.Processor.Read(Low).Address.Value);
    }

    [Fact]
    public void A_user_range_opens_the_tables_that_a_kernel_page_had_closed()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        Assert.True(machine.Processor.Read(Low).Succeeded);
        VirtualAddress next = Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(next, 2 * Size4KiB.Bytes, Frame, UserData));
        Assert.True(machine.Processor.Write(next, user: true).Succeeded);
        Assert.False(machine.Processor.Read(Low, user: true).Succeeded);
    }

    [Fact]
    public void A_kernel_range_opens_no_table()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(
            MapError.None, machine.MapRange(Low, LargeBytes, Frame + 0x1000, KernelData));
        for (int level = 2; level <= Levels; level++)
        {
            Assert.Equal(0UL, machine.EntryOf(Low, level) & HardwareWalk.User);
        }
    }

    [Fact]
    public void Protecting_a_kernel_range_for_user_access_opens_the_way()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Low, 0x3000, Frame, KernelData));
        Assert.True(machine.Processor.Read(Low).Succeeded);
        Assert.Equal(ProtectError.None, machine.ProtectRange(Low + 0x1000, 0x1000, UserData));
        Assert.False(machine.Processor.Read(Low, user: true).Succeeded);
        Assert.True(machine.Processor.Write(Low + 0x1000, user: true).Succeeded);
        Assert.False(machine.Processor.Read(Low + 0x2000, user: true).Succeeded);
    }

    [Fact]
    public void Unmapping_a_range_reports_its_frames_in_order_and_runs_together()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong large = Frame + LargestBytes;
        Assert.Equal(MapError.None, machine.MapRange(Low, 0x3000, Frame, KernelData));
        Assert.Equal(
            MapError.None, machine.MapRange(Low + 0x3000, LargeBytes - 0x3000, 0x1000_0000, KernelData));
        Assert.Equal(MapError.None, machine.Map(2, Low + LargeBytes, large, KernelData));
        Assert.Equal(
            MapError.None,
            machine.Map(2, Low + (2 * LargeBytes), large + LargeBytes, KernelData));
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Low, 3 * LargeBytes);
        Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Equal(
            [
                PhysicalRange.FromStart(PhysicalAddress.FromValue(Frame), 0x3000),
                PhysicalRange.FromStart(PhysicalAddress.FromValue(0x1000_0000), LargeBytes - 0x3000),
                PhysicalRange.FromStart(PhysicalAddress.FromValue(large), 2 * LargeBytes),
            ],
            noted.Ranges);
    }

    [Fact]
    public void A_refused_unmapping_reports_no_frames()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Low, 0x3000, Frame, KernelData));
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Low, 0x4000);
        Assert.Equal(UnmapError.NotMapped, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Empty(noted.Ranges);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Unmapping_one_page_hands_its_frame_back(int level)
    {
        ulong bytes = BytesAt(level);
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(
            MapError.None,
            machine.Map(level, Low, Frame + (bytes * 300), UserData.With(CacheType.WriteThrough)));
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            UnmapError.None, mapper.Unmap(level, Low, out PhysicalAddress frame).Flush<SimulatedProcessor>());
        Assert.Equal(Frame + (bytes * 300), frame.Value);
        Assert.Equal(0UL, machine.EntryOf(Low, level));
    }

    [Fact]
    public void Protecting_a_range_keeps_its_frames_and_page_sizes()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong length = LargestBytes + SmallerBytes;
        Assert.Equal(MapError.None, machine.MapRange(Low, length, Frame, UserData));
        PageAttributes after = KernelReadOnly.With(CacheType.WriteProtected);
        Assert.Equal(ProtectError.None, machine.ProtectRange(Low, length, after));
        Assert.Equal(Places<TMode>.LeafLevels.Reverse(), LeafScan.Of(machine).Select(leaf => leaf.Level));
        ExpectMappedTo(machine, Low, length, Frame);
        Assert.All(
            LeafScan.Of(machine), leaf => Assert.Equal(after, machine.Translate(leaf.Address).Attributes));
    }

    [Fact]
    public void Mapping_what_is_missing_fills_holes_and_keeps_what_is_there()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low + 0x5000, Frame + 0x5000, UserData));
        Assert.True(machine.Processor.Write(Low + 0x5000).Succeeded);
        Assert.Equal(MapError.None, machine.MapMissing(Low, LargeBytes, Frame, UserData));
        ExpectMappedTo(machine, Low, LargeBytes, Frame);
        Assert.True(machine.Translate(Low + 0x5000).IsDirty);
        Assert.False(machine.Translate(Low + 0x6000).IsDirty);
    }

    [Fact]
    public void Mapping_what_is_missing_twice_changes_nothing_the_second_time()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong length = LargestBytes + SmallerBytes;
        Assert.Equal(MapError.None, machine.MapMissing(Low, length, Frame, KernelData));
        machine.ExpectRefused(
            MapError.None, () => machine.MapMissing(Low, length, Frame, KernelData));
        machine.ExpectRefused(
            MapError.None,
            () => machine.MapMissing(Low + 0x1000, 0x1000, Frame + 0x1000, KernelData));
    }

    [Theory]
    [InlineData("another frame")]
    [InlineData("other rights")]
    [InlineData("another cache type")]
    public void Mapping_what_is_missing_refuses_what_is_there_differently_under_every_page_size(string difference)
    {
        for (int level = 1; level <= LargestLevel; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
            ulong frame = difference == "another frame" ? Frame + LargestBytes : Frame;
            PageAttributes attributes = difference switch
            {
                "other rights" => KernelReadOnly,
                "another cache type" => KernelData.With(CacheType.Uncached),
                _ => KernelData,
            };
            ulong length = BytesAt(level);
            machine.ExpectRefused(
                MapError.MappedDifferently, () => machine.MapMissing(Low, length, frame, attributes));
            machine.ExpectRefused(
                MapError.MappedDifferently, () => machine.MapMissing(Low, 0x1000, frame, attributes));
        }
    }

    /// <summary>
    /// Fails unless the processor and the walker see every 4 KiB of a range where it should be, both ends and a sample between.
    /// </summary>
    private static void ExpectMappedTo(PagingMachine<TMode, TMemory> machine, VirtualAddress start, ulong length, ulong frames)
    {
        ulong step = length > LargeBytes * 4 ? LargeBytes - Size4KiB.Bytes : Size4KiB.Bytes;
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

public sealed class TwoLevelRangeTests : RangeTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveRangeTests : RangeTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelRangeTests : RangeTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveRangeTests : RangeTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelRangeTests : RangeTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelRangeTests : RangeTests<FiveLevelPaging, SimulatedMemory>;
