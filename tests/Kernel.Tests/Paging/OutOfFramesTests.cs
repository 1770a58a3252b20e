using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// The source runs dry at every single frame that an operation takes: nothing leaks, and no byte of a table changes.
/// </summary>
public abstract class OutOfFramesTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Mapping_the_first_page_fails_at_every_table_of_the_way(int level)
    {
        foreach (PageAttributes attributes in new[] { KernelData, UserData })
        {
            Assert.Equal(
                Levels - level,
                FramesUntilSuccess(_ => { }, machine => machine.Map(level, Low, Frame, attributes)));
        }
    }

    [Fact]
    public void Mapping_a_user_page_beside_kernel_pages_fails_without_opening_their_tables()
    {
        Assert.Equal(1, FramesUntilSuccess(
            MapSmall, machine => machine.Map(1, Low + LargeBytes, Frame, UserData)));
        Assert.Equal(LargestLevel - 1, FramesUntilSuccess(
            MapSmall, machine => machine.Map(1, Low + LargestBytes, Frame, UserData)));
    }

    [Fact]
    public void Mapping_a_range_fails_at_every_table_that_it_needs()
    {
        // Two tables at every level below the largest page's, and the way down from the root.
        ulong before = SmallerBytes;
        VirtualAddress start = VirtualAddress.FromValue(Low.Value - before);
        ulong length = before + LargestBytes + before;
        Assert.Equal((2 * (LargestLevel - 1)) + Levels - LargestLevel, FramesUntilSuccess(
            _ => { }, machine => machine.MapRange(start, length, Frame - before, KernelData)));
    }

    [Fact]
    public void Mapping_a_range_of_small_pages_fails_at_every_one_of_its_tables() =>
        Assert.Equal(20 + Levels - 2, FramesUntilSuccess(
            _ => { },
            machine => machine.MapRange(Low, 20 * LargeBytes, Frame + 0x1000, UserData)));

    [Fact]
    public void Mapping_a_range_through_tables_that_exist_fails_at_every_one_that_does_not() =>
        Assert.Equal(5, FramesUntilSuccess(
            MapSmall,
            machine => machine.MapRange(
                Low + Size4KiB.Bytes, 5 * LargeBytes, Frame + 0x2000, UserData)));

    [Fact]
    public void Mapping_a_range_over_the_edge_of_a_root_entry_fails_at_every_table_on_both_sides()
    {
        ulong covered = 1UL << TMode.ShiftAt(TMode.RootLevel);
        VirtualAddress start = VirtualAddress.FromValue(covered - Size4KiB.Bytes);
        Assert.Equal(2 * (Levels - 1), FramesUntilSuccess(
            _ => { }, machine => machine.MapRange(start, 2 * Size4KiB.Bytes, Frame, KernelData)));
    }

    [Fact]
    public void Mapping_what_is_missing_fails_at_every_table_between_what_is_there() =>
        Assert.Equal(LargestLevel - 1, FramesUntilSuccess(
            machine =>
            {
                Assert.Equal(MapError.None, machine.MapRange(Low, 0x3000, Frame, UserData));
                Assert.Equal(
                    MapError.None,
                    machine.Map(2, Low + LargeBytes, Frame + LargeBytes, UserData));
            },
            machine => machine.MapMissing(
                VirtualAddress.FromValue(Low.Value - 0x1000),
                0x1000 + (2 * LargeBytes),
                Frame - 0x1000,
                UserData)));

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void Splitting_fails_at_its_one_table(int level) =>
        Assert.Equal(1, FramesUntilSuccess(
            machine => Assert.Equal(MapError.None, machine.Map(level, Low, Frame, UserData)),
            machine => machine.Split(level, Low) == SplitError.None ? MapError.None : MapError.OutOfFrames));

    [Fact]
    public void Populating_root_entries_fails_at_every_one_of_them() =>
        Assert.Equal(RootEntriesOfTheKernel - (TMemory.IsRecursive ? 3 : 1), FramesUntilSuccess(
            machine => Assert.Equal(MapError.None, machine.Map(1, High, Frame, KernelData)),
            machine => machine.Mapper.PopulateRootEntries(Places<TMode>.UpperHalf).Flush<SimulatedProcessor>()));

    private static void MapSmall(PagingMachine<TMode, TMemory> machine) =>
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));

    /// <summary>
    /// Repeats a call on machines whose source gives 0, 1, 2 … frames, until it succeeds; gives how many it needed.
    /// </summary>
    private static int FramesUntilSuccess(
        Action<PagingMachine<TMode, TMemory>> prepare, Func<PagingMachine<TMode, TMemory>, MapError> call)
    {
        for (int frames = 0; ; frames++)
        {
            using PagingMachine<TMode, TMemory> machine = new(memoryBytes: 2 << 20);
            prepare(machine);
            machine.Ledger.Limit = frames;
            int takes = machine.Ledger.Takes;
            MemorySnapshot before = machine.TakeSnapshot();
            MapError error = call(machine);
            if (error == MapError.None)
            {
                Assert.Equal(frames, machine.Ledger.Takes - takes);
                return frames;
            }

            Assert.Equal(MapError.OutOfFrames, error);
            Assert.Equal(1, machine.Ledger.Refusals);
            Assert.Null(before.FirstDifference(machine.TakeSnapshot()));
        }
    }
}

public sealed class TwoLevelOutOfFramesTests : OutOfFramesTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveOutOfFramesTests : OutOfFramesTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelOutOfFramesTests : OutOfFramesTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveOutOfFramesTests : OutOfFramesTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelOutOfFramesTests : OutOfFramesTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelOutOfFramesTests : OutOfFramesTests<FiveLevelPaging, SimulatedMemory>;
