using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// One mapper goes on after the tree above its last table has changed: it must not come back to a table that is gone.
/// </summary>
public abstract class RememberedTableTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    private static PhysicalAddress Target => PhysicalAddress.FromValue(Frame);

    [Fact]
    public void After_reclaiming_a_page_is_mapped_into_a_table_that_is_linked()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
        Release(machine, mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, machine.Processor.Read(Places<TMode>.Low).Address.Value);
    }

    [Fact]
    public void After_reclaiming_and_mapping_larger_a_small_page_is_refused()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(1, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
        Release(machine, mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
        Assert.Equal(
            MapError.None, mapper.Map(2, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.CoveredByLargerPage,
            mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.CoveredByLargerPage, mapper.Unmap(1, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
    }

    [Fact]
    public void After_dismantling_nothing_is_mapped_and_mapping_starts_again()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Release(machine, mapper.Dismantle());
        Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, machine.Processor.Read(Places<TMode>.Low).Address.Value);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void After_a_split_the_parts_are_found_and_the_whole_is_not(int level)
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(level, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(SplitError.None, mapper.Split(level, Places<TMode>.Low).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.SmallerPagesBelow, mapper.Unmap(level, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            ProtectError.None,
            mapper.Protect(level - 1, Places<TMode>.Low, PageAttributes.KernelReadOnly).Flush<SimulatedProcessor>());
        Assert.False(machine.Processor.Write(Places<TMode>.Low).Succeeded);
        Assert.True(machine.Processor.Write(Places<TMode>.Low + Places<TMode>.BytesAt(level - 1)).Succeeded);
        Assert.Equal(
            UnmapError.None, mapper.Unmap(level - 1, Places<TMode>.Low, out PhysicalAddress frame).Flush<SimulatedProcessor>());
        Assert.Equal(Frame, frame.Value);
    }

    [Fact]
    public void After_a_large_page_is_unmapped_a_small_one_gets_a_table_of_its_own()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(2, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.Unmap(2, Places<TMode>.Low, out _).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(1, Assert.Single(LeafScan.Of(machine)).Level);
        Assert.Equal(
            MapError.SmallerPagesBelow,
            mapper.Map(2, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_table_at_the_same_place_of_another_part_of_the_tree_is_another_table(int level)
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(level, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        for (int above = level + 1; above <= TMode.RootLevel.Number; above++)
        {
            VirtualAddress elsewhere = Places<TMode>.Low + (1UL << HardwarePaging.ShiftAt(above));
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(level, elsewhere, out _).Flush<SimulatedProcessor>());
            Assert.Equal(
                MapError.None, mapper.Map(level, elsewhere, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
            Assert.Equal(
                MapError.AlreadyMapped,
                mapper.Map(level, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        }

        Assert.Equal(1 + TMode.RootLevel.Number - level, LeafScan.Of(machine).Count);
    }

    [Fact]
    public void The_same_low_bits_in_the_other_half_are_another_table()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        VirtualAddress mirror = Places<TMode>.FirstOfUpperHalf + Places<TMode>.Low.Value;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, mirror, out _).Flush<SimulatedProcessor>());
        Assert.Equal(MapError.None, mapper.Map(1, mirror, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.Equal(2, LeafScan.Of(machine).Count);
    }

    [Fact]
    public void A_table_entered_for_the_kernel_is_opened_before_a_user_page_goes_into_it()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        VirtualAddress user = Places<TMode>.Low + Size4KiB.Bytes;
        Assert.Equal(MapError.None, mapper.Map(1, user, Target, PageAttributes.UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(user, user: true).Succeeded);
    }

    [Fact]
    public void A_kernel_page_protected_for_user_access_is_reached_by_ring_3()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        Assert.Equal(
            ProtectError.None, mapper.Protect(1, Places<TMode>.Low, PageAttributes.UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
    }

    [Fact]
    public void A_refused_user_page_does_not_open_the_table_that_is_remembered()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        machine.ExpectRefused(MapError.AlreadyMapped, () =>
        {
            PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.NotMapped, mapper.Unmap(1, Places<TMode>.Low + 0x1000, out _).Flush<SimulatedProcessor>());
            return mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.UserData).Flush<SimulatedProcessor>();
        });
    }

    [Fact]
    public void A_range_mapped_meanwhile_by_the_same_mapper_is_seen_in_the_remembered_table()
    {
        using PagingMachine<TMode> machine = new();
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = machine.Mapper;
        Assert.Equal(
            MapError.None, mapper.Map(1, Places<TMode>.Low, Target, PageAttributes.KernelData).Flush<SimulatedProcessor>());
        VirtualRange rest = VirtualRange.FromStart(Places<TMode>.Low + 0x1000, 0x4000);
        Assert.Equal(MapError.None, mapper.MapRange(rest, Target, PageAttributes.UserData).Flush<SimulatedProcessor>());
        Assert.Equal(
            MapError.AlreadyMapped, mapper.Map(1, rest.Start, Target, PageAttributes.UserData).Flush<SimulatedProcessor>());
        Assert.Equal(UnmapError.None, mapper.UnmapRange(rest).Flush<SimulatedProcessor>());
        Assert.Equal(MapError.None, mapper.Map(1, rest.Start, Target, PageAttributes.UserData).Flush<SimulatedProcessor>());
        Assert.True(machine.Processor.Write(rest.Start, user: true).Succeeded);
    }

    private static void Release(PagingMachine<TMode> machine, RetiredTables<SimulatedMemory> retired) =>
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref machine.Frames, machine.Token);
}

public sealed class FourLevelRememberedTableTests : RememberedTableTests<FourLevelPaging>;

public sealed class FiveLevelRememberedTableTests : RememberedTableTests<FiveLevelPaging>;
