using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// One mapper goes on after the tree above its last table has changed: it must not come back to a table that is gone.
/// </summary>
public abstract class RememberedTableTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private static PhysicalAddress Target => PhysicalAddress.FromValue(Frame);

    [Fact]
    public void After_reclaiming_a_page_is_mapped_into_a_table_that_is_linked()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Low, out _).Flush<SimulatedProcessor>());
        Release(machine, mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, machine.Processor.Read(Low).Address.Value);
    }

    [Fact]
    public void After_reclaiming_and_mapping_larger_a_small_page_is_refused()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Low, out _).Flush<SimulatedProcessor>());
        Release(machine, mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
        Assert.Equal(
            MapError.None, mapper.Map(2, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.CoveredByLargerPage,
            mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.CoveredByLargerPage, mapper.Unmap(1, Low, out _).Flush<SimulatedProcessor>());
    }

    [Fact]
    public void After_dismantling_nothing_is_mapped_and_mapping_starts_again()
    {
        using PagingMachine<TMode, TMemory> machine = new() { RootEntries = RootEntries.Fixed };
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Release(machine, mapper.Dismantle());
        Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, machine.Processor.Read(Low).Address.Value);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void After_a_split_the_parts_are_found_and_the_whole_is_not(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(level, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(SplitError.None, mapper.Split(level, Low).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.SmallerPagesBelow, mapper.Unmap(level, Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            ProtectError.None,
            mapper.Protect(level - 1, Low, KernelReadOnly).Flush<SimulatedProcessor>());
        Assert.False(machine.Processor.Write(Low).Succeeded);
        Assert.True(machine.Processor.Write(Low + BytesAt(level - 1)).Succeeded);
        Assert.Equal(
            UnmapError.None, mapper.Unmap(level - 1, Low, out PhysicalAddress frame).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, frame.Value);
    }

    [Fact]
    public void After_a_large_page_is_unmapped_a_small_one_gets_a_table_of_its_own()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(2, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(2, Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(1, Assert.Single(LeafScan.Of(machine)).Level);
        Assert.Equal(
            MapError.SmallerPagesBelow,
            mapper.Map(2, Low, Target, KernelData).Flush<SimulatedProcessor>());
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void The_table_at_the_same_place_of_another_part_of_the_tree_is_another_table(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(level, Low, Target, KernelData).Flush<SimulatedProcessor>());
        for (int above = level + 1; above <= Levels; above++)
        {
            VirtualAddress elsewhere = Low + BytesAt(above);
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(level, elsewhere, out _).Flush<SimulatedProcessor>());
            Assert.Equal(
                MapError.None, mapper.Map(level, elsewhere, Target, KernelData).Flush<SimulatedProcessor>());
            Assert.Equal(
                MapError.AlreadyMapped,
                mapper.Map(level, Low, Target, KernelData).Flush<SimulatedProcessor>());
        }

        Assert.Equal(1 + Levels - level, LeafScan.Of(machine).Count);
    }

    [Fact]
    public void The_same_low_bits_in_the_other_half_are_another_table()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        VirtualAddress mirror = Places<TMode>.FirstOfUpperHalf + (Low.Value & (Places<TMode>.UpperBytes - 1));
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, mirror, out _).Flush<SimulatedProcessor>());
        Assert.Equal(MapError.None, mapper.Map(1, mirror, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(2, LeafScan.Of(machine).Count);
    }

    [Fact]
    public void A_table_entered_for_the_kernel_is_opened_before_a_user_page_goes_into_it()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        VirtualAddress user = Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, mapper.Map(1, user, Target, UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(user, user: true).Succeeded);
    }

    [Fact]
    public void A_kernel_page_protected_for_user_access_is_reached_by_ring_3()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Read(Low).Succeeded);
        Assert.Equal(
            ProtectError.None, mapper.Protect(1, Low, UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(Low, user: true).Succeeded);
    }

    [Fact]
    public void A_refused_user_page_does_not_open_the_table_that_is_remembered()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.ExpectRefused(MapError.AlreadyMapped, () =>
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, Low + 0x1000, out _).Flush<SimulatedProcessor>());
            return mapper.Map(1, Low, Target, UserData).Flush<SimulatedProcessor>();
        });
    }

    [Fact]
    public void A_range_mapped_meanwhile_by_the_same_mapper_is_seen_in_the_remembered_table()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Low, Target, KernelData).Flush<SimulatedProcessor>());
        VirtualRange rest = VirtualRange.FromStart(Low + 0x1000, 0x4000);
        Assert.Equal(MapError.None, mapper.MapRange(rest, Target, UserData).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.AlreadyMapped, mapper.Map(1, rest.Start, Target, UserData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.UnmapRange(rest).Flush<SimulatedProcessor>());
        Assert.Equal(MapError.None, mapper.Map(1, rest.Start, Target, UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(rest.Start, user: true).Succeeded);
    }

    private static void Release(PagingMachine<TMode, TMemory> machine, RetiredTables<TMemory> retired) =>
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
}

public sealed class TwoLevelRememberedTableTests : RememberedTableTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveRememberedTableTests : RememberedTableTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelRememberedTableTests : RememberedTableTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveRememberedTableTests : RememberedTableTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelRememberedTableTests : RememberedTableTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelRememberedTableTests : RememberedTableTests<FiveLevelPaging, SimulatedMemory>;
