using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using static Kernel.Paging.PageAttributes;

namespace Kernel.Tests.Paging;

public abstract class LinkToItselfTests<TMode>
    where TMode : struct, IPagingMode
{
    private static VirtualAddress LastPage => VirtualAddress.FromValue(KernelLayout<TMode>.LastRootEntry.Last.Value & ~0xFFFUL);

    [Fact]
    public void The_last_root_entry_points_to_the_root_and_the_windows_have_a_table()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, Link(machine));
        Assert.Equal(machine.Root.Frame.Start, machine.Translate(LastPage).Address);
        Assert.Equal(TMode.RootLevel.Number - 1, machine.TableCount);
    }

    [Fact]
    public void Nobody_maps_over_the_windows_or_takes_their_table_for_an_empty_one()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, Link(machine));
        VirtualRange windows = KernelLayout<TMode>.Windows;
        foreach (VirtualAddress page in (VirtualAddress[])[windows.Start, VirtualAddress.FromValue(windows.Last.Value & ~0xFFFUL)])
        {
            machine.ExpectRefused(MapError.EntryInUse, () => machine.Map(1, page, 0x1000_0000, Data(machine)));
            Assert.Equal(UnmapError.NotMapped, machine.Unmap(1, page));
        }

        Assert.Equal(0UL, machine.ReclaimAll());
    }

    [Fact]
    public void Windows_that_something_is_mapped_to_are_not_taken()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, KernelLayout<TMode>.Windows.Start, 0x1000_0000, Data(machine)));
        machine.ExpectRefused(MapError.EntryInUse, () => Link(machine));
    }

    [Fact]
    public void The_windows_share_one_table()
    {
        VirtualRange windows = KernelLayout<TMode>.Windows;
        int shift = TMode.ShiftAt(PageTableLevel.Lowest.Above);
        Assert.Equal(windows.Start.Value >> shift, windows.Last.Value >> shift);
    }

    [Fact]
    public void Without_a_frame_for_the_windows_nothing_is_linked()
    {
        for (int frames = 0; frames < TMode.RootLevel.Number - 1; frames++)
        {
            using PagingMachine<TMode> machine = new();
            machine.Ledger.Limit = frames;
            machine.ExpectRefused(MapError.OutOfFrames, () => Link(machine));
        }
    }

    [Fact]
    public void An_entry_in_use_stays_what_it_is()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, LastPage, 0x1000_0000, Data(machine)));
        machine.ExpectRefused(MapError.SmallerPagesBelow, () => Link(machine));
    }

    [Fact]
    public void A_second_time_is_refused()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, Link(machine));
        machine.ExpectRefused(MapError.SmallerPagesBelow, () => Link(machine));
    }

    [Fact]
    public void Fixed_root_entries_get_no_slot()
    {
        using PagingMachine<TMode> machine = new();
        machine.RootEntries = RootEntries.Fixed;
        machine.ExpectRefused(MapError.RootEntryFixed, () => Link(machine));
    }

    private static PageAttributes Data(PagingMachine<TMode> machine) => KernelData.For<TMode>(machine.Machine.Paging.Features);

    private static MapError Link(PagingMachine<TMode> machine) => machine.Mapper.LinkToItself().Flush<SimulatedProcessor>();
}

public sealed class TwoLevelLinkToItselfTests : LinkToItselfTests<TwoLevelPaging>;

public sealed class FourLevelLinkToItselfTests : LinkToItselfTests<FourLevelPaging>;

public sealed class FiveLevelLinkToItselfTests : LinkToItselfTests<FiveLevelPaging>;

public sealed class ThreeLevelLinkToItselfTests
{
    [Fact]
    public void A_root_of_four_entries_has_none_to_spare()
    {
        using PagingMachine<ThreeLevelPaging> machine = new();
        Assert.Equal(2UL, Panics.In("PageMapper.LinkToItself", () => _ = machine.Mapper.LinkToItself().Flush<SimulatedProcessor>()).Value);
    }
}
